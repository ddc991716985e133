//! Owns why there is no configuration, in words; refuses to mend it.

use std::io;
use std::path::PathBuf;

use presence_core::{Problem, t, words};
use thiserror::Error;

use presence_wire::text;

use crate::Profile;

/// Why there is no configuration.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// There is no file.
    #[error("there is no configuration at {0}")]
    Missing(PathBuf),
    /// The file lacks `client_id`, and has no mistake.
    #[error("{0} has no client_id yet")]
    Incomplete(PathBuf),
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
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
    /// What the system's management sets has a mistake.
    #[error("{place}: {message}")]
    Managed {
        /// Where it is set.
        place: PathBuf,
        /// What is wrong.
        message: String,
    },
}

impl ConfigError {
    /// The disk of `profile`, or that of the organisation's file, does not answer.
    pub(crate) fn silent(profile: &Profile) -> ConfigError {
        let source = io::Error::new(io::ErrorKind::TimedOut, t!("the disk does not answer"));
        ConfigError::Unreadable { path: profile.config_file(), source }
    }

    /// The error, for a person.
    pub fn problem(&self) -> Problem {
        match self {
            ConfigError::Missing(path) => words::not_set_up(path),
            ConfigError::Incomplete(path) => words::client_id_missing(path),
            ConfigError::Unreadable { path, source } => {
                words::configuration_unreadable(path, &source.to_string())
            }
            ConfigError::Managed { place, message } => {
                words::managed_mistake(place, &text(message))
            }
            // The mistake is quoted, and may be as long as the file.
            ConfigError::Mistake { path, line, column, message } => {
                words::configuration_mistake(path, *line, *column, &text(message))
            }
        }
    }
}
