//! Owns what brought this copy of the program here, by the mark that each package leaves with it. Refuses to look before
//! it is asked, and to guess where there is none.

use std::fs;
use std::path::PathBuf;

/// Holds the package's name, in a line.
const MARK: &str = "installed-by";

/// What brought this copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Installed {
    Deb,
    Rpm,
    Archive,
    /// The installer for one person on Windows.
    Setup,
    Msi,
    Zip,
    /// Somebody who built or copied it.
    ByHand,
}

impl Installed {
    /// What brought this copy, as far as a mark tells.
    pub(crate) fn look() -> Installed {
        let mark = mark().and_then(|mark| fs::read_to_string(mark).ok()).unwrap_or_default();
        match mark.trim_end() {
            "deb" => Installed::Deb,
            "rpm" => Installed::Rpm,
            "archive" => Installed::Archive,
            "setup" => Installed::Setup,
            "msi" => Installed::Msi,
            "zip" => Installed::Zip,
            _ => Installed::ByHand,
        }
    }
}

/// Beside the program on Windows; elsewhere in the `share` of the prefix whose `bin` it is in.
fn mark() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let folder = program.parent()?;
    if cfg!(windows) {
        return Some(folder.join(MARK));
    }
    Some(folder.parent()?.join("share/presence-tray").join(MARK))
}
