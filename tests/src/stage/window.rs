//! Stands in for the window on the stage: notes with what it was opened; refuses to show anything.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use anyhow::Result;

use super::{Stage, built};

const SCRIPT: &str = r#"#!/bin/sh
echo "$XDG_ACTIVATION_TOKEN $DESKTOP_STARTUP_ID" >> "${0%/*}/openings"
"#;

impl Stage {
    /// Takes a copy of the program, beside which the window only notes that it was opened.
    ///
    /// # Errors
    /// When the program was not built or cannot be copied.
    pub fn stand_in_for_window(&self) -> Result<()> {
        let copy = self.copy();
        fs::create_dir_all(copy.with_file_name(""))?;
        fs::copy(built("presence-tray")?, &copy)?;
        let window = copy.with_file_name("presence-tray-window");
        fs::write(&window, SCRIPT)?;
        Ok(fs::set_permissions(window, Permissions::from_mode(0o755))?)
    }

    /// With which token each window was opened that the stand-in noted.
    pub fn openings(&self) -> Vec<String> {
        let noted = fs::read_to_string(self.copy().with_file_name("openings")).unwrap_or_default();
        noted.lines().map(str::to_owned).collect()
    }

    pub(super) fn copy(&self) -> PathBuf {
        self.desktop.folder().join("bin/presence-tray")
    }
}
