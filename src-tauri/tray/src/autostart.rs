//! Owns the start at log-in: makes the desktop's entry say what the configuration says. Refuses to touch an
//! entry that is not this program's.

use std::io;
#[cfg(not(windows))]
use std::path::Path;
use std::path::PathBuf;

use presence_core::{Problem, ProblemKind};
use presence_host::Place;

#[cfg_attr(target_os = "linux", path = "autostart/linux.rs")]
#[cfg_attr(windows, path = "autostart/windows.rs")]
#[cfg_attr(target_os = "macos", path = "autostart/macos.rs")]
mod os;

/// What starts at log-in.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Start {
    /// This program.
    program: PathBuf,
    /// The folder that `PRESENCE_TRAY_CONFIG_DIR` names; such a start has an entry of its own.
    folder: Option<PathBuf>,
}

/// Writes the entry, or removes it; one that names an older place of the program is mended.
///
/// # Errors
/// A problem that names the entry and why it stays as it is.
pub(crate) fn apply(wanted: bool, place: &Place) -> Result<(), Problem> {
    let done =
        this_start(place).and_then(|start| if wanted { start.enable() } else { start.disable() });
    done.map_err(|error| {
        let what = if wanted { "could not be set up" } else { "could not be switched off" };
        Problem::new(
            ProblemKind::Autostart,
            &format!("The start at log-in {what}"),
            &format!("The entry {} cannot be changed: {error}.", os::entry(place.named.as_deref())),
            "Make that place writable, then run: presence-tray reload",
        )
    })
}

/// How the start at log-in stands, for `doctor`.
pub(crate) fn is_on(place: &Place) -> bool {
    this_start(place).is_ok_and(|start| start.is_enabled())
}

fn this_start(place: &Place) -> io::Result<Start> {
    // An AppImage runs from a mount that is gone after log-out.
    let image = std::env::var_os("APPIMAGE").map(PathBuf::from);
    let program = image.map_or_else(std::env::current_exe, Ok)?;
    Ok(Start { program, folder: place.named.clone() })
}

/// A word for the folder in names of entries: two folders never share one.
#[cfg(not(windows))]
fn suffix(folder: &Path) -> String {
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
#[cfg(not(windows))]
fn write_if_new(path: &Path, text: &str) -> io::Result<()> {
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

#[cfg(not(windows))]
fn remove_if_there(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
