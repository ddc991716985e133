//! Owns what is said of the start at log-in; refuses to change it.

use presence_core::{Problem, ProblemKind, Sentence, sentence, t};

/// What the desktop shows beside the program's name.
#[cfg(target_os = "linux")]
pub(crate) const COMMENT: Sentence =
    sentence!("Keeps your Microsoft Teams presence where you want it");

/// Why the entry cannot be changed: there is no place for it.
#[cfg(not(windows))]
pub(crate) const NO_HOME: Sentence = sentence!("this user has no home folder");

/// Why the entry cannot be changed: a start by the Run key cannot set a variable.
#[cfg(windows)]
pub(crate) const NO_VARIABLE: Sentence =
    sentence!("Windows cannot start the program with PRESENCE_TRAY_CONFIG_DIR set");

/// The `entry` could not be written (`wanted`) or removed, for the reason `why`.
pub(crate) fn unchanged(wanted: bool, entry: &str, why: &str) -> Problem {
    let title = if wanted {
        t!("The start at log-in could not be set up")
    } else {
        t!("The start at log-in could not be turned off")
    };
    Problem::new(
        ProblemKind::Autostart,
        title,
        t!("The entry {entry} cannot be changed: {why}.", entry, why),
        t!("Make that location writable, then run: presence-tray reload"),
    )
}
