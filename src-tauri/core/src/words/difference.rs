//! Owns why colleagues see something other than what the session says, in words; refuses to find out.

use crate::Status;
use crate::view::DifferenceCause;

const RESET_STATUS: &str = "If you chose it in Teams, remove it with \"presence-tray reset\" or \"Reset status\" in Teams.";

/// What lets colleagues see something other than `says`, and the one next step.
pub(crate) fn difference(
    cause: DifferenceCause,
    says: Status,
    seen: &str,
) -> (String, &'static str) {
    match cause {
        DifferenceCause::Faded => (
            "Colleagues see you as inactive: the session was not renewed in time.".to_owned(),
            "Choose Available again.",
        ),
        DifferenceCause::TeamsStatus if says == Status::Away && seen == "Available" => (
            "A Teams client shows Available, which takes precedence over Away.".to_owned(),
            "Set \"pin_away = true\" in config.toml, or choose Away in Teams.",
        ),
        DifferenceCause::TeamsStatus => (
            format!(
                "Teams itself shows {}: a call, a meeting or a status chosen in Teams takes precedence over this one.",
                people_words(seen)
            ),
            RESET_STATUS,
        ),
        DifferenceCause::NoSession => (
            "Colleagues see you as offline: the change has not reached Teams yet, or you chose \"Appear offline\" in Teams.".to_owned(),
            "If this continues, remove it with \"presence-tray reset\" or \"Reset status\" in Teams.",
        ),
        DifferenceCause::Other => (
            format!("Colleagues see {}.", people_words(seen)),
            "Teams may take a few minutes to show a change.",
        ),
    }
}

/// Graph's `DoNotDisturb` as people write it.
fn people_words(availability: &str) -> String {
    let mut words = String::new();
    for letter in availability.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}
