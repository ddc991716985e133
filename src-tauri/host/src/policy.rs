//! Owns where the organisation's file is, and whether it is the organisation's: its keys win over those of everybody on
//! the computer. Refuses to read it.

use std::path::{Path, PathBuf};

use presence_core::{Problem, words};

#[cfg_attr(windows, path = "policy/windows.rs")]
#[cfg_attr(unix, path = "policy/unix.rs")]
mod os;

/// Where it is, or would be.
pub(crate) fn file() -> PathBuf {
    os::folder().join("presence-tray").join("policy.toml")
}

/// Whether `path` may be read as the organisation's: nobody but an administrator can have written it. What is not there
/// or cannot be looked at is left to whoever reads it.
pub(crate) fn is_trusted(path: &Path) -> bool {
    os::is_of_administrator(path).unwrap_or(true)
}

/// What a person is told of a file that is not read.
pub(crate) fn problem(path: &Path) -> Option<Problem> {
    (!is_trusted(path)).then(|| words::policy_ignored(path))
}
