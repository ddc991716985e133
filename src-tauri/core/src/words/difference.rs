//! Owns why colleagues see something other than what the session says, in words; refuses to find out.

use super::seen_as;
use crate::view::DifferenceCause;
use crate::{Status, t};

/// What lets colleagues see something other than `says`, and the one next step.
pub(crate) fn difference(
    cause: DifferenceCause,
    says: Status,
    seen: &str,
) -> (String, &'static str) {
    match cause {
        DifferenceCause::Faded => (
            t!("Colleagues see you as inactive: the session was not renewed in time.").to_owned(),
            t!("Choose Available again."),
        ),
        DifferenceCause::TeamsStatus if says == Status::Away && seen == "Available" => (
            t!("A Teams client shows Available, which takes precedence over Away.").to_owned(),
            t!("Set \"pin_away = true\" in config.toml, or choose Away in Teams."),
        ),
        DifferenceCause::TeamsStatus => (
            t!(
                "Teams itself shows {seen}: a call, a meeting or a status chosen in Teams takes precedence over this one.",
                seen = seen_as(seen)
            ),
            t!("If you chose it in Teams, remove it with \"presence-tray reset\" or \"Reset status\" in Teams."),
        ),
        DifferenceCause::NoSession => (
            t!("Colleagues see you as offline: the change has not reached Teams yet, or you chose \"Appear offline\" in Teams.").to_owned(),
            t!("If this continues, remove it with \"presence-tray reset\" or \"Reset status\" in Teams."),
        ),
        DifferenceCause::Other => (
            t!("Colleagues see {seen}.", seen = seen_as(seen)),
            t!("Teams may take a few minutes to show a change."),
        ),
    }
}
