//! Owns what is said when there is no valid configuration; refuses the mistakes of single keys.

use std::path::Path;

use crate::{Problem, ProblemKind, t};

/// There is no file at `path`.
pub fn not_set_up(path: &Path) -> Problem {
    Problem::new(
        ProblemKind::NotConfigured,
        t!("Not set up yet"),
        t!("There is no configuration at {path}.", path = path.display()),
        t!(
            "Choose \"Set up…\" in the tray menu, or write that file with your application (client) ID."
        ),
    )
}

/// The file at `path` lacks `client_id`.
pub fn client_id_missing(path: &Path) -> Problem {
    Problem::new(
        ProblemKind::NotConfigured,
        t!("Not set up yet"),
        t!(
            "client_id is missing in {path}: the application (client) ID of your app registration.",
            path = path.display()
        ),
        t!(
            "Choose \"Set up…\" in the tray menu, or set it with: presence-tray config set client_id ID"
        ),
    )
}

/// The file at `path` cannot be read, for the reason `why`.
pub fn configuration_unreadable(path: &Path, why: &str) -> Problem {
    Problem::new(
        ProblemKind::NotConfigured,
        t!("The configuration cannot be read"),
        t!("Cannot read {path}: {why}.", path = path.display(), why),
        t!("Make the file readable for your user account."),
    )
}

/// What is wrong with a file that cannot be read, for the reason `why`: a part of a sentence.
pub fn unreadable(why: &str) -> String {
    t!("it cannot be read: {why}", why)
}

/// The file at `path` has a mistake at `line` and `column`, both from 1. What is wrong is `message`: a part of a
/// sentence that may quote the file, with nothing in it that a terminal would obey.
pub fn configuration_mistake(path: &Path, line: usize, column: usize, message: &str) -> Problem {
    Problem::new(
        ProblemKind::NotConfigured,
        t!("The configuration has a mistake"),
        t!(
            "{path}, line {line}, column {column}: {message}. The file was not changed.",
            path = path.display(),
            line,
            column,
            message
        ),
        t!("Correct that line and save the file."),
    )
}

/// What the system's management sets at `place` has a mistake. What is wrong is `message`, a part of a sentence.
pub fn managed_mistake(place: &Path, message: &str) -> Problem {
    Problem::new(
        ProblemKind::NotConfigured,
        t!("The organisation's settings have a mistake"),
        t!("{place}: {message}.", place = place.display(), message),
        t!("Ask your administrator to correct it."),
    )
}

/// A change names a key that is none.
pub fn no_such_key(name: &str) -> Problem {
    Problem::new(
        ProblemKind::WrongUsage,
        t!("No such key"),
        t!("\"{name}\" is not a key of the configuration. Nothing was changed.", name),
        t!("List the keys with: presence-tray config"),
    )
}

/// A change gives a key a value that it cannot have, or leaves another one without what it needs. What is wrong is
/// `message`, a part of a sentence.
pub fn wrong_value(message: &str) -> Problem {
    Problem::new(
        ProblemKind::WrongUsage,
        t!("The configuration cannot have this value"),
        t!("{message}. Nothing was changed.", message),
        t!("Choose another value; the keys and their values are listed by: presence-tray config"),
    )
}

/// The organisation's file sets the key `name`.
pub fn key_managed(name: &str) -> Problem {
    Problem::new(
        ProblemKind::NotSaved,
        t!("Set by your organisation"),
        t!(
            "{name} is set by your organisation and cannot be changed here. Nothing was changed.",
            name
        ),
        t!("Ask your administrator to change it."),
    )
}

/// The file at `path`, which keeps the wish, cannot be written, for the reason `why`.
pub fn wish_not_saved(path: &Path, why: &str) -> Problem {
    Problem::new(
        ProblemKind::NotSaved,
        t!("Your choice cannot be saved"),
        t!(
            "Cannot write {path}: {why}. The choice holds until Presence Tray ends; then the one before it counts again.",
            path = path.display(),
            why
        ),
        t!("Make room on the disk, and the file and its folder writable for your user account."),
    )
}

/// The organisation's file at `path` may be somebody else's.
pub fn policy_ignored(path: &Path) -> Problem {
    Problem::new(
        ProblemKind::PolicyIgnored,
        t!("The organisation's settings are ignored"),
        t!(
            "{path} can have been written by somebody who is no administrator. The program works without it.",
            path = path.display()
        ),
        t!("Ask your administrator to remove it, or to own it and let nobody else change it."),
    )
}

/// The file at `path` cannot be written, for the reason `why`.
pub fn configuration_not_saved(path: &Path, why: &str) -> Problem {
    Problem::new(
        ProblemKind::NotSaved,
        t!("The configuration cannot be saved"),
        t!("Cannot write {path}: {why}. The file was not changed.", path = path.display(), why),
        t!("Make room on the disk, and the file and its folder writable for your user account."),
    )
}

/// The file at `path` changed again and again while it was to be saved.
pub fn configuration_busy(path: &Path) -> Problem {
    Problem::new(
        ProblemKind::NotSaved,
        t!("The configuration is being changed"),
        t!(
            "Another program keeps changing {path}. Nothing was changed here.",
            path = path.display()
        ),
        t!("Try again when it has finished."),
    )
}

/// The file at `path` is to be set aside, and has no mistake.
pub fn nothing_to_set_aside(path: &Path) -> Problem {
    Problem::new(
        ProblemKind::WrongUsage,
        t!("The configuration has no mistake"),
        t!("{path} was left where it is.", path = path.display()),
        t!("Change it with: presence-tray config set KEY VALUE"),
    )
}

/// The first line of a new file.
pub fn first_line() -> String {
    let line = t!("The configuration of Presence Tray; \"presence-tray config\" lists every key.");
    ["# ", line, "\n"].concat()
}

/// A mistake in the newest configuration, while the one before it is in force.
pub(crate) fn goes_on_as_before(problem: &Problem) -> Problem {
    let mut problem = problem.clone();
    problem.detail.push(' ');
    problem.detail.push_str(t!("The program keeps the previous configuration."));
    problem
}
