//! Owns where the organisation's settings are, and whether they are the organisation's: its keys win over those of
//! everybody on the computer. Refuses to judge them.

use std::path::{Path, PathBuf};

use presence_core::{Problem, words};

use crate::Value;

#[cfg_attr(windows, path = "policy/windows.rs")]
#[cfg_attr(unix, path = "policy/unix.rs")]
mod os;

/// The key of the registry, below `HKEY_LOCAL_MACHINE`, where group policy sets keys of the configuration on Windows: a
/// value for each, by its dotted name.
pub const GROUP_POLICY: &str = r"SOFTWARE\Policies\Presence Tray";

/// What the system's own management sets, and where.
pub(crate) struct Managed {
    pub(crate) place: PathBuf,
    pub(crate) values: Vec<(String, Value)>,
}

/// What the system's own management sets, where it has one and that sets anything. No file of a person can do so.
pub(crate) fn of_system() -> Option<Managed> {
    os::managed().filter(|managed| !managed.values.is_empty())
}

/// Calls `changed` whenever that may have changed, as long as the answer is yes.
pub(crate) fn watch_system(changed: impl Fn() -> bool + Send + 'static) {
    os::watch(changed);
}

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
