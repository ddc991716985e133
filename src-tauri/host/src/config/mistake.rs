//! Owns why there is no configuration, in words; refuses to mend it.

use std::path::PathBuf;

use presence_core::{Problem, ProblemKind};
use thiserror::Error;

use presence_wire::text;

/// Why there is no configuration.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// There is no file.
    #[error("there is no configuration at {0}")]
    Missing(PathBuf),
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file has a mistake.
    #[error("{path}, line {line}, column {column}: {message}")]
    Mistake {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1, characters.
        column: usize,
        /// What is wrong.
        message: String,
    },
}

impl ConfigError {
    /// The error, for a person.
    pub fn problem(&self) -> Problem {
        match self {
            ConfigError::Missing(path) => Problem::new(
                ProblemKind::NotConfigured,
                "Not set up yet",
                &format!("There is no configuration at {}.", path.display()),
                "Choose \"Set up…\" in the tray menu, or write that file with your application (client) ID.",
            ),
            ConfigError::Unreadable { .. } => Problem::new(
                ProblemKind::NotConfigured,
                "The configuration cannot be read",
                &format!("{}.", capitalised(&self.to_string())),
                "Make the file readable for this user.",
            ),
            // The mistake is quoted, and may be as long as the file.
            ConfigError::Mistake { path, line, column, message } => Problem::new(
                ProblemKind::NotConfigured,
                "The configuration has a mistake",
                &format!(
                    "{}, line {line}, column {column}: {}. The file was left as it is.",
                    path.display(),
                    text(message)
                ),
                "Correct that line and save the file.",
            ),
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
