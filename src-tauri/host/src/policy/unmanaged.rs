//! Owns that a system has no management of its own: there is the file alone.

use std::path::PathBuf;

use crate::policy::Found;

pub(in crate::policy) fn managed() -> Option<(PathBuf, Vec<(String, Found)>)> {
    None
}

pub(in crate::policy) fn files() -> Vec<PathBuf> {
    Vec::new()
}
