//! Owns the start at log-in: makes the desktop's entry say what the configuration says. Refuses to touch an
//! entry that is not this program's.

use std::io;
use std::path::PathBuf;

use presence_core::{Problem, ProblemKind};
use presence_host::Place;

#[cfg(not(windows))]
mod entry;
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

/// How the start at log-in stands on this desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    On,
    /// Switched off in the desktop's own settings, which win.
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "only there it is in the entry")
    )]
    SwitchedOff,
    Absent,
}

/// How the start at log-in stands, for `doctor`.
pub(crate) fn standing(place: &Place) -> Standing {
    this_start(place).map_or(Standing::Absent, |start| start.standing())
}

fn this_start(place: &Place) -> io::Result<Start> {
    // An AppImage runs from a mount that is gone after log-out.
    let image = std::env::var_os("APPIMAGE").map(PathBuf::from);
    let program = image.map_or_else(std::env::current_exe, Ok)?;
    Ok(Start { program, folder: place.named.clone() })
}
