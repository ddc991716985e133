//! Owns which folder only root writes, and what root wrote there.

use std::io;
use std::path::{Path, PathBuf};

use crate::files::is_only_of;

#[cfg_attr(target_os = "macos", path = "preferences.rs")]
#[cfg_attr(not(target_os = "macos"), path = "unmanaged.rs")]
mod management;

pub(super) use management::{files, managed};

const ROOT: u32 = 0;

pub(super) fn folder() -> PathBuf {
    let folder = if cfg!(target_os = "macos") { "/Library/Application Support" } else { "/etc" };
    PathBuf::from(folder)
}

/// What there is of it is in files.
pub(super) fn watch(_: impl Fn() -> bool + Send + 'static) {}

/// Who owns the folder could put another file into the place of root's.
pub(super) fn is_of_administrator(path: &Path) -> io::Result<bool> {
    Ok(is_only_of(path, ROOT)? && is_only_of(path.parent().unwrap_or(path), ROOT)?)
}
