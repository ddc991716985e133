//! Owns the entry of the Desktop Application Autostart Specification; refuses to undo what the person switched
//! off in the desktop's own settings.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use presence_host::{APP_NAME, ICON_NAME};

use super::entry::{remove_if_there, suffix, write_if_new};
use super::{Standing, Start};
use crate::words;

impl Start {
    pub(super) fn enable(&self) -> io::Result<()> {
        let path = path(self.folder.as_deref())?;
        if fs::read_to_string(&path).is_ok_and(|text| is_switched_off(&text)) {
            tracing::info!("the start at log-in is switched off in the desktop's settings");
            return Ok(());
        }
        write_if_new(&path, &self.text())
    }

    pub(super) fn disable(&self) -> io::Result<()> {
        remove_if_there(&path(self.folder.as_deref())?)
    }

    pub(super) fn standing(&self) -> Standing {
        match path(self.folder.as_deref()).and_then(fs::read_to_string) {
            Ok(text) if is_switched_off(&text) => Standing::SwitchedOff,
            Ok(_) => Standing::On,
            Err(_) => Standing::Absent,
        }
    }

    fn text(&self) -> String {
        let program = quoted(&self.program.to_string_lossy());
        let exec = match &self.folder {
            None => format!("{program} run --hidden"),
            Some(folder) => {
                let variable =
                    quoted(&format!("PRESENCE_TRAY_CONFIG_DIR={}", folder.to_string_lossy()));
                format!("env {variable} {program} run --hidden")
            }
        };
        format!(
            "[Desktop Entry]\nType=Application\nName={APP_NAME}\n\
             Comment={}\nExec={exec}\nIcon={ICON_NAME}\nTerminal=false\nNoDisplay=true\n\
             X-GNOME-Autostart-enabled=true\n",
            words::autostart::COMMENT.said()
        )
    }
}

/// Where the entry is, for people.
pub(super) fn entry(folder: Option<&Path>) -> String {
    path(folder).map_or_else(|error| error.to_string(), |path| path.display().to_string())
}

fn path(folder: Option<&Path>) -> io::Result<PathBuf> {
    let dirs = directories::BaseDirs::new()
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, words::autostart::NO_HOME.said()))?;
    let name = match folder {
        None => "presence-tray.desktop".to_owned(),
        Some(folder) => format!("presence-tray{}.desktop", suffix(folder)),
    };
    Ok(dirs.config_dir().join("autostart").join(name))
}

/// Desktops switch an entry off by one of these lines.
fn is_switched_off(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.replace(' ', "").to_ascii_lowercase();
        line == "hidden=true" || line == "x-gnome-autostart-enabled=false"
    })
}

/// An argument as the Desktop Entry Specification wants it in `Exec`: quoted, and the whole escaped as a string.
fn quoted(argument: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in argument.chars() {
        match letter {
            '"' | '`' | '$' => quoted.extend(["\\\\", &letter.to_string()]),
            '\\' => quoted.push_str("\\\\\\\\"),
            '%' => quoted.push_str("%%"),
            '\n' => quoted.push_str("\\n"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_quoted_as_the_specification_wants() {
        for (path, exec) in [
            ("/usr/bin/presence-tray", r#"Exec="/usr/bin/presence-tray" run --hidden"#),
            ("/home/a b/ü/presence-tray", r#"Exec="/home/a b/ü/presence-tray" run --hidden"#),
            ("/100%/$x`\"/p", r#"Exec="/100%%/\\$x\\`\\"/p" run --hidden"#),
            (r"/back\slash/p", r#"Exec="/back\\\\slash/p" run --hidden"#),
        ] {
            let start = Start { program: path.into(), folder: None };
            assert!(start.text().lines().any(|line| line == exec), "{}", start.text());
        }
    }

    #[test]
    fn a_named_folder_is_carried_over_and_has_an_entry_of_its_own() {
        let folder = PathBuf::from("/x/my folder");
        let start = Start { program: "/p".into(), folder: Some(folder.clone()) };
        let exec = r#"Exec=env "PRESENCE_TRAY_CONFIG_DIR=/x/my folder" "/p" run --hidden"#;
        assert!(start.text().contains(exec), "{}", start.text());
        assert_eq!(suffix(&folder), "-x-my_20folder");
        assert_ne!(suffix(Path::new("/a-b")), suffix(Path::new("/a/b")));
    }

    #[test]
    fn what_the_desktop_switched_off_is_told_apart() {
        let text = Start { program: "/p".into(), folder: None }.text();
        assert!(!is_switched_off(&text));
        assert!(is_switched_off(&text.replace("enabled=true", "enabled=false")));
        assert!(is_switched_off(&format!("{text}Hidden=true\n")));
    }
}
