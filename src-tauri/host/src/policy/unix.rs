//! Owns which folder only root writes, and what root wrote there.

use std::io;
use std::path::{Path, PathBuf};

use super::Managed;
use crate::files::is_only_of;

const ROOT: u32 = 0;

pub(super) fn folder() -> PathBuf {
    let folder = if cfg!(target_os = "macos") { "/Library/Application Support" } else { "/etc" };
    PathBuf::from(folder)
}

/// There is the file alone.
pub(super) fn managed() -> Option<Managed> {
    None
}

pub(super) fn watch(_: impl Fn() -> bool + Send + 'static) {}

/// Who owns the folder could put another file into the place of root's.
pub(super) fn is_of_administrator(path: &Path) -> io::Result<bool> {
    Ok(is_only_of(path, ROOT)? && is_only_of(path.parent().unwrap_or(path), ROOT)?)
}
