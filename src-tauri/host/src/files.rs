//! Owns writing files and folders that are their owner's only, so that a crash leaves the old file or the new
//! one; refuses anything between.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Replaces `path` by a file with `bytes`, readable by its owner only, creating its folder if need be.
///
/// # Errors
/// When the folder or file cannot be written; the old file is then as it was.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    let mut name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_owned();
    name.push(".new");
    let fresh = folder.join(name);
    let mut file = private().truncate(true).open(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&fresh, path)
}

/// Opens a file to lock it, leaving what is in it.
pub(crate) fn open_to_lock(path: &Path) -> io::Result<File> {
    private().truncate(false).open(path)
}

/// Creates a folder, and those above it, for its owner only.
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
