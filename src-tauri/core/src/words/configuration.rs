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

/// The file at `path` cannot be read, for the reason `why`.
pub fn configuration_unreadable(path: &Path, why: &str) -> Problem {
    Problem::new(
        ProblemKind::NotConfigured,
        "The configuration cannot be read",
        format!("Cannot read {}: {why}.", path.display()),
        "Make the file readable for your user account.",
    )
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

/// A mistake in the newest configuration, while the one before it is in force.
pub(crate) fn goes_on_as_before(problem: &Problem) -> Problem {
    let mut problem = problem.clone();
    problem.detail.push_str(" The program keeps the previous configuration.");
    problem
}
