//! Owns the value under the user's own Run key; refuses the machine's, which concerns other people.

use std::io;
use std::path::Path;

use presence_host::APP_NAME;
use windows_registry::CURRENT_USER;

use super::{Standing, Start};
use crate::words;

const KEY: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
const VALUE: &str = APP_NAME;

impl Start {
    pub(super) fn enable(&self) -> io::Result<()> {
        if self.folder.is_some() {
            // The Run key starts a program without a way to set a variable for it.
            let why = words::autostart::NO_VARIABLE.said();
            return Err(io::Error::new(io::ErrorKind::Unsupported, why));
        }
        let wanted = self.command();
        let key = CURRENT_USER.create(KEY)?;
        if key.get_string(VALUE).is_ok_and(|old| old == wanted) {
            return Ok(());
        }
        Ok(key.set_string(VALUE, wanted)?)
    }

    pub(super) fn disable(&self) -> io::Result<()> {
        if self.folder.is_some() || self.standing() == Standing::Absent {
            return Ok(());
        }
        Ok(CURRENT_USER.create(KEY)?.remove_value(VALUE)?)
    }

    pub(super) fn standing(&self) -> Standing {
        match CURRENT_USER.open(KEY).and_then(|key| key.get_string(VALUE)) {
            Ok(_) => Standing::On,
            Err(_) => Standing::Absent,
        }
    }

    fn command(&self) -> String {
        format!("\"{}\" run --hidden", self.program.display())
    }
}

/// Where the entry is, for people.
pub(super) fn entry(_: Option<&Path>) -> String {
    format!(r"HKEY_CURRENT_USER\{KEY}\{VALUE}")
}
