//! Owns an entry that is a text file: its name for a folder, its writing and removal. Refuses to know its form.

use std::io;
use std::path::Path;

/// A word for the folder in names of entries: two folders never share one.
pub(super) fn suffix(folder: &Path) -> String {
    let bytes = folder.as_os_str().as_encoded_bytes().iter();
    bytes
        .map(|byte| match byte {
            b'/' => "-".to_owned(),
            letter if letter.is_ascii_alphanumeric() => char::from(*letter).to_string(),
            other => format!("_{other:02x}"),
        })
        .collect()
}

/// Writes a text file unless it says so already.
pub(super) fn write_if_new(path: &Path, text: &str) -> io::Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let fresh = path.with_extension("new");
    std::fs::write(&fresh, text)?;
    std::fs::rename(&fresh, path)
}

pub(super) fn remove_if_there(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
