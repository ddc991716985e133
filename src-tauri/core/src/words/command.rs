//! Owns what is said of a command that is not done, and at the end of a timed status; refuses what the service or the
//! keyring caused.

use crate::wishes::Want;
use crate::{Notice, Problem, ProblemKind, Status, t};

/// How long a timed status may last, as [`crate::Rules`] say by default.
pub fn timed_limits() -> &'static str {
    t!("5 minutes to 24 hours")
}

/// Why the program delays a sleep, a log-out or a shutdown.
pub fn clears_first() -> &'static str {
    t!("Clearing your Teams presence")
}

/// The program was ending when the command came.
pub fn leaving() -> Problem {
    Problem::new(
        ProblemKind::Leaving,
        t!("Presence Tray is closing"),
        t!("Nothing was changed."),
        t!("Start it again with: presence-tray"),
    )
}

/// No resident runs, while `wanted` is the status of the last one.
pub fn not_running(wanted: Option<Status>) -> Problem {
    let detail = match wanted {
        Some(status) => {
            t!("{status} is not renewed, so it will fade or expire.", status = status.label())
        }
        None => t!("No status is being kept.").to_owned(),
    };
    Problem::new(
        ProblemKind::NotRunning,
        t!("Presence Tray is not running"),
        &detail,
        t!("Start it with: presence-tray"),
    )
}

pub(crate) fn replaced() -> Problem {
    Problem::new(
        ProblemKind::Replaced,
        t!("Replaced by a newer choice"),
        t!("Another choice was made before this one was set."),
        "",
    )
}

pub(crate) fn signing_out() -> Problem {
    Problem::new(
        ProblemKind::SignInNeeded,
        t!("You are being signed out"),
        t!("Nothing was changed."),
        t!("Sign in again first."),
    )
}

/// A command took as long as a face should wait for it.
pub(crate) fn not_in_time() -> Problem {
    Problem::new(
        ProblemKind::ServiceBusy,
        t!("Not confirmed yet"),
        t!(
            "The service has not confirmed the change within a minute. Your choice is kept, and the program keeps trying."
        ),
        "",
    )
}

pub(crate) fn nothing_wanted() -> Problem {
    Problem::new(
        ProblemKind::WrongUsage,
        t!("No status set"),
        t!("There is no status whose duration could be changed."),
        t!("Choose a status first."),
    )
}

pub(crate) fn wrong_span() -> Problem {
    Problem::new(
        ProblemKind::WrongUsage,
        t!("A timed status lasts {limits}", limits = timed_limits()),
        t!("The duration is outside these limits. Nothing was changed."),
        t!("Give a duration such as 45m or 1h30m."),
    )
}

pub(crate) fn timed_ended(ended: Status, want: Want) -> Notice {
    let body = match want {
        Want::Held(wish) => t!("Going back to {status}.", status = wish.status.label()),
        Want::Nothing | Want::Clearing => t!("Your status is cleared.").to_owned(),
    };
    Notice { title: t!("{status} has ended", status = ended.label()), body }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rules;

    #[test]
    fn the_limits_are_those_of_the_rules() {
        let Rules { shortest_timed, longest_timed, .. } = Rules::default();
        let (minutes, hours) = (shortest_timed.as_secs() / 60, longest_timed.as_secs() / 3_600);
        assert_eq!(timed_limits(), format!("{minutes} minutes to {hours} hours"));
    }
}
