//! Owns the LaunchAgent (launchd.plist(5)); refuses to load it by itself: launchd does at the next log-in.

use std::io;
use std::path::{Path, PathBuf};

use presence_host::APP_ID;

use super::entry::{remove_if_there, suffix, write_if_new};
use super::{Standing, Start};
use crate::words;

impl Start {
    pub(super) fn enable(&self) -> io::Result<()> {
        write_if_new(&path(self.folder.as_deref())?, &self.text())
    }

    pub(super) fn disable(&self) -> io::Result<()> {
        remove_if_there(&path(self.folder.as_deref())?)
    }

    pub(super) fn standing(&self) -> Standing {
        match path(self.folder.as_deref()) {
            Ok(path) if path.is_file() => Standing::On,
            Ok(_) | Err(_) => Standing::Absent,
        }
    }

    fn text(&self) -> String {
        let label = escaped(&label(self.folder.as_deref()));
        let program = escaped(&self.program.to_string_lossy());
        let variables = self.folder.as_ref().map_or_else(String::new, |folder| {
            format!(
                "  <key>EnvironmentVariables</key>\n  <dict>\n    <key>PRESENCE_TRAY_CONFIG_DIR</key>\n    <string>{}</string>\n  </dict>\n",
                escaped(&folder.to_string_lossy())
            )
        });
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
             <plist version=\"1.0\">\n<dict>\n  <key>Label</key>\n  <string>{label}</string>\n  \
             <key>ProgramArguments</key>\n  <array>\n    <string>{program}</string>\n    <string>run</string>\n    \
             <string>--hidden</string>\n  </array>\n{variables}  <key>RunAtLoad</key>\n  <true/>\n  \
             <key>ProcessType</key>\n  <string>Background</string>\n</dict>\n</plist>\n"
        )
    }
}

/// Where the entry is, for people.
pub(super) fn entry(folder: Option<&Path>) -> String {
    path(folder).map_or_else(|error| error.to_string(), |path| path.display().to_string())
}

fn label(folder: Option<&Path>) -> String {
    folder.map_or_else(|| APP_ID.to_owned(), |folder| format!("{APP_ID}{}", suffix(folder)))
}

fn path(folder: Option<&Path>) -> io::Result<PathBuf> {
    let dirs = directories::BaseDirs::new()
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, words::autostart::NO_HOME.said()))?;
    Ok(dirs.home_dir().join("Library/LaunchAgents").join(format!("{}.plist", label(folder))))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
