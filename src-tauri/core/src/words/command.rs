//! Owns what is said of a command that is not done, and at the end of a timed status; refuses what the service or the
//! keyring caused.

use crate::wishes::Want;
use crate::{Notice, Problem, ProblemKind, Status};

/// How long a timed status may last, as [`crate::Rules`] say by default.
pub const TIMED_LIMITS: &str = "5 minutes to 24 hours";

/// Why the program delays a sleep, a log-out or a shutdown.
pub const CLEARS_FIRST: &str = "Clearing your Teams presence";

/// The program was ending when the command came.
pub fn leaving() -> Problem {
    Problem::new(
        ProblemKind::Leaving,
        "Presence Tray is closing",
        "Nothing was changed.",
        "Start it again with: presence-tray",
    )
}

/// No resident runs, while `wanted` is the status of the last one.
pub fn not_running(wanted: Option<Status>) -> Problem {
    let detail = match wanted {
        Some(status) => format!("{} is not renewed, so it will fade or expire.", status.label()),
        None => "No status is being kept.".to_owned(),
    };
    Problem::new(
        ProblemKind::NotRunning,
        "Presence Tray is not running",
        &detail,
        "Start it with: presence-tray",
    )
}

pub(crate) fn replaced() -> Problem {
    Problem::new(
        ProblemKind::Replaced,
        "Replaced by a newer choice",
        "Another choice was made before this one was set.",
        "",
    )
}

pub(crate) fn signing_out() -> Problem {
    Problem::new(
        ProblemKind::SignInNeeded,
        "You are being signed out",
        "Nothing was changed.",
        "Sign in again first.",
    )
}

/// A command took as long as a face should wait for it.
pub(crate) fn not_in_time() -> Problem {
    Problem::new(
        ProblemKind::ServiceBusy,
        "Not confirmed yet",
        "The service has not confirmed the change within a minute. Your choice is kept, and the program keeps trying.",
        "",
    )
}

pub(crate) fn nothing_wanted() -> Problem {
    Problem::new(
        ProblemKind::WrongUsage,
        "No status set",
        "There is no status whose duration could be changed.",
        "Choose a status first.",
    )
}

pub(crate) fn wrong_span() -> Problem {
    Problem::new(
        ProblemKind::WrongUsage,
        format!("A timed status lasts {TIMED_LIMITS}"),
        "The duration is outside these limits. Nothing was changed.",
        "Give a duration such as 45m or 1h30m.",
    )
}

pub(crate) fn timed_ended(ended: Status, want: Want) -> Notice {
    let body = match want {
        Want::Held(wish) => format!("Going back to {}.", wish.status.label()),
        Want::Nothing | Want::Clearing => "Your status is cleared.".to_owned(),
    };
    Notice { title: format!("{} has ended", ended.label()), body }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rules;

    #[test]
    fn the_limits_are_those_of_the_rules() {
        let Rules { shortest_timed, longest_timed, .. } = Rules::default();
        let (minutes, hours) = (shortest_timed.as_secs() / 60, longest_timed.as_secs() / 3_600);
        assert_eq!(TIMED_LIMITS, format!("{minutes} minutes to {hours} hours"));
    }
}
