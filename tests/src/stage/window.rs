//! Opens the real window on the stage, or stands in for it and notes with what it was opened; refuses to know its page.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::{Stage, built};
use crate::desktop::Window;

const SCRIPT: &str = r#"#!/bin/sh
echo "$XDG_ACTIVATION_TOKEN $DESKTOP_STARTUP_ID" >> "${0%/*}/openings"
"#;

impl Stage {
    /// Opens the window under automation.
    ///
    /// # Errors
    /// When the window was not built, or does not open.
    pub fn open_window(&self) -> Result<Window> {
        // The WebDriver starts its program without an environment of ours: a script brings it.
        let (script, program) = (self.folder().join("window"), self.window_program()?);
        let text = format!(
            "#!/bin/sh\nexport PRESENCE_TRAY_CONFIG_DIR='{}'\nexec '{}' \"$@\"\n",
            self.folder().display(),
            program.display()
        );
        fs::write(&script, text)?;
        fs::set_permissions(&script, Permissions::from_mode(0o755))?;
        let window = Window::open(&self.desktop, &script, &[])?;
        self.look();
        Ok(window)
    }

    /// The window, as a person starts it by itself.
    ///
    /// # Errors
    /// When it was not built.
    pub fn window_command(&self) -> Result<Command> {
        let mut command = self.desktop.command(self.window_program()?);
        self.dress(&mut command);
        Ok(command)
    }

    /// The processes of all windows on this stage, also of those that have not ended well.
    ///
    /// # Errors
    /// When the system does not list its processes.
    pub fn window_processes(&self) -> Result<Vec<String>> {
        let home = format!("HOME={}/home", self.desktop.folder().display());
        let mut found = Vec::new();
        for entry in fs::read_dir("/proc")? {
            let process = entry?.path();
            // One that has ended meanwhile is none.
            let read = |name: &str| fs::read_to_string(process.join(name)).unwrap_or_default();
            let stat = read("stat");
            let parent = stat.rsplit_once(')').and_then(|(_, rest)| rest.split(' ').nth(2));
            let is_child = self.program.as_ref().map(|it| it.id().to_string()).as_deref() == parent;
            let is_here = is_in(&process, &home);
            let name = read("comm").trim().to_owned();
            if is_child || is_here && name.starts_with("presence-tray-w") {
                found.push(format!("{name} {}", process.display()));
            }
        }
        Ok(found)
    }

    /// What the window and the browser engine of its page keep in memory, bytes: their share of what they share.
    ///
    /// # Errors
    /// When the system does not list its processes.
    pub fn window_memory(&self) -> Result<u64> {
        let home = format!("HOME={}/home", self.desktop.folder().display());
        let mut bytes = 0;
        for entry in fs::read_dir("/proc")? {
            let process = entry?.path();
            let name = fs::read_to_string(process.join("comm")).unwrap_or_default();
            let is_ours = name.starts_with("presence-tray-w") || name.starts_with("WebKitWebPro");
            if is_ours && is_in(&process, &home) {
                let memory = fs::read_to_string(process.join("smaps_rollup")).unwrap_or_default();
                let share = memory.lines().find_map(|line| line.strip_prefix("Pss:"));
                let kilobytes =
                    share.and_then(|share| share.trim().split(' ').next()?.parse().ok());
                bytes += kilobytes.unwrap_or(0_u64) * 1024;
            }
        }
        Ok(bytes)
    }

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

    fn window_program(&self) -> Result<PathBuf> {
        let copy = self.copy().with_file_name("presence-tray-window");
        if copy.is_file() { Ok(copy) } else { built("presence-tray-window") }
    }

    /// Where the programs of this stage are if they are not those that were built.
    pub(crate) fn copy(&self) -> PathBuf {
        self.desktop.folder().join("bin/presence-tray")
    }
}

/// Whether `process` was given this variable.
fn is_in(process: &Path, variable: &str) -> bool {
    let given = fs::read_to_string(process.join("environ")).unwrap_or_default();
    given.split('\0').any(|given| given == variable)
}
