//! Owns what is said when there is no valid configuration; refuses the mistakes of single keys.

use std::path::Path;

use crate::{Problem, ProblemKind};

/// There is no file at `path`.
pub fn not_set_up(path: &Path) -> Problem {
    Problem::new(
        ProblemKind::NotConfigured,
        "Not set up yet",
        format!("There is no configuration at {}.", path.display()),
        "Choose \"Set up…\" in the tray menu, or write that file with your application (client) ID.",
    )
}

/// The file at `path` lacks `client_id`.
pub fn client_id_missing(path: &Path) -> Problem {
    Problem::new(
        ProblemKind::NotConfigured,
        "Not set up yet",
        format!(
            "client_id is missing in {}: the application (client) ID of your app registration.",
            path.display()
        ),
        "Choose \"Set up…\" in the tray menu, or set it with: presence-tray config set client_id ID",
    )
}

/// The file at `path` cannot be read, for the reason `why`.
pub fn configuration_unreadable(path: &Path, why: &str) -> Problem {
    Problem::new(
        ProblemKind::NotConfigured,
        "The configuration cannot be read",
        format!("Cannot read {}: {why}.", path.display()),
        "Make the file readable for your user account.",
    )
}

/// What is wrong with a file that cannot be read, for the reason `why`: a part of a sentence.
pub fn unreadable(why: &str) -> String {
    format!("it cannot be read: {why}")
}

/// The file at `path` has a mistake at `line` and `column`, both from 1. What is wrong is `message`: a part of a
/// sentence that may quote the file, with nothing in it that a terminal would obey.
pub fn configuration_mistake(path: &Path, line: usize, column: usize, message: &str) -> Problem {
    Problem::new(
        ProblemKind::NotConfigured,
        "The configuration has a mistake",
        format!(
            "{}, line {line}, column {column}: {message}. The file was not changed.",
            path.display()
        ),
        "Correct that line and save the file.",
    )
}

/// A change names a key that is none.
pub fn no_such_key(name: &str) -> Problem {
    Problem::new(
        ProblemKind::WrongUsage,
        "No such key",
        format!("\"{name}\" is not a key of the configuration. Nothing was changed."),
        "List the keys with: presence-tray config",
    )
}

/// A change gives a key a value that it cannot have, or leaves another one without what it needs. What is wrong is
/// `message`, a part of a sentence.
pub fn wrong_value(message: &str) -> Problem {
    Problem::new(
        ProblemKind::WrongUsage,
        "The configuration cannot have this value",
        format!("{message}. Nothing was changed."),
        "Choose another value; the keys and their values are listed by: presence-tray config",
    )
}

/// The organisation's file sets the key `name`.
pub fn key_managed(name: &str) -> Problem {
    Problem::new(
        ProblemKind::NotSaved,
        "Set by your organisation",
        format!(
            "{name} is set by your organisation and cannot be changed here. Nothing was changed."
        ),
        "Ask your administrator to change it.",
    )
}

/// The file at `path` cannot be written, for the reason `why`.
pub fn configuration_not_saved(path: &Path, why: &str) -> Problem {
    Problem::new(
        ProblemKind::NotSaved,
        "The configuration cannot be saved",
        format!("Cannot write {}: {why}. The file was not changed.", path.display()),
        "Make room on the disk, and the file and its folder writable for your user account.",
    )
}

/// The file at `path` changed again and again while it was to be saved.
pub fn configuration_busy(path: &Path) -> Problem {
    Problem::new(
        ProblemKind::NotSaved,
        "The configuration is being changed",
        format!("Another program keeps changing {}. Nothing was changed here.", path.display()),
        "Try again when it has finished.",
    )
}

/// The file at `path` is to be set aside, and has no mistake.
pub fn nothing_to_set_aside(path: &Path) -> Problem {
    Problem::new(
        ProblemKind::WrongUsage,
        "The configuration has no mistake",
        format!("{} was left where it is.", path.display()),
        "Change it with: presence-tray config set KEY VALUE",
    )
}

/// The first line of a new file.
pub const FIRST_LINE: &str =
    "# The configuration of Presence Tray; \"presence-tray config\" lists every key.\n";

/// A mistake in the newest configuration, while the one before it is in force.
pub(crate) fn goes_on_as_before(problem: &Problem) -> Problem {
    let mut problem = problem.clone();
    problem.detail.push_str(" The program keeps the previous configuration.");
    problem
}
