//! Owns the start at log-in: makes the desktop's entry say what the configuration says. Refuses to touch an
//! entry that is not this program's.

use std::io;
use std::path::PathBuf;

use presence_core::Problem;
use presence_host::Profile;

use crate::words;

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
pub(crate) fn apply(wanted: bool, profile: &Profile) -> Result<(), Problem> {
    let done =
        this_start(profile).and_then(|start| if wanted { start.enable() } else { start.disable() });
    done.map_err(|error| {
        let entry = os::entry(profile.named.as_deref());
        words::autostart::unchanged(wanted, &entry, &error.to_string())
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
pub(crate) fn standing(profile: &Profile) -> Standing {
    this_start(profile).map_or(Standing::Absent, |start| start.standing())
}

fn this_start(profile: &Profile) -> io::Result<Start> {
    let var = |name| std::env::var_os(name).map(PathBuf::from);
    let program = to_start(std::env::current_exe()?, var("APPIMAGE"), var("APPDIR"));
    Ok(Start { program, folder: profile.named.clone() })
}

/// What is to be started: an AppImage runs from a mount (`APPDIR`) that is gone after log-out. Its variables also reach
/// the programs that another AppImage starts; those are not in its mount.
fn to_start(this: PathBuf, image: Option<PathBuf>, mount: Option<PathBuf>) -> PathBuf {
    let mount = mount.map(|mount| mount.canonicalize().unwrap_or(mount));
    let is_mounted = mount.is_some_and(|mount| this.starts_with(mount));
    match image.filter(|image| is_mounted && image.is_absolute()) {
        Some(image) => image,
        None => still_there(this),
    }
}

/// The path of a program that an upgrade has replaced while it runs, which Linux calls "… (deleted)": the new one is
/// there, or will be.
fn still_there(this: PathBuf) -> PathBuf {
    let name = this.file_name().and_then(|name| name.to_str());
    match name.and_then(|name| name.strip_suffix(" (deleted)")) {
        Some(name) if !this.is_file() => this.with_file_name(name),
        Some(_) | None => this,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_appimage_is_started_only_by_who_runs_from_it() {
        let root = if cfg!(windows) { "C:\\none" } else { "/none" };
        let path = |rest: &str| PathBuf::from(root).join(rest);
        let start = |this: &str, image: Option<&str>, mount: Option<&str>| {
            to_start(path(this), image.map(path), mount.map(path))
        };
        let ours = start("mount/usr/bin/presence-tray", Some("ours.AppImage"), Some("mount"));
        assert_eq!(ours, path("ours.AppImage"));
        for (image, mount) in [
            (Some("editor.AppImage"), Some("mount")),
            (Some("editor.AppImage"), Some("bin/pre")),
            (Some("editor.AppImage"), None),
            (None, None),
        ] {
            assert_eq!(start("bin/presence-tray", image, mount), path("bin/presence-tray"));
        }
    }

    #[test]
    fn a_replaced_program_is_found_at_its_place() {
        let folder =
            std::env::temp_dir().join(format!("presence-tray-start-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (program, odd) = (folder.join("p"), folder.join("p (deleted)"));

        assert_eq!(still_there(odd.clone()), program);
        std::fs::write(&odd, "a program of this name").unwrap();
        let kept = still_there(odd.clone());

        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(kept, odd);
    }
}
