//! Owns what this program says of the window; refuses what the window says itself.

use presence_core::{Problem, ProblemKind, t};

/// The window is not there or does not start: `what` is its path, with the reason if there is one.
pub(crate) fn unavailable(what: &str) -> Problem {
    Problem::new(
        ProblemKind::WindowUnavailable,
        t!("The window cannot be opened"),
        t!(
            "{what} is missing or does not start. The tray menu and the command line still work.",
            what
        ),
        t!("Reinstall Presence Tray."),
    )
}
