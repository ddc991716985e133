//! Owns where the organisation's settings are, and whether they are the organisation's: its keys win over those of
//! everybody on the computer. Refuses to judge them.

use std::path::{Path, PathBuf};

use presence_core::{Problem, words};

use crate::Value;

#[cfg_attr(windows, path = "policy/windows.rs")]
#[cfg_attr(unix, path = "policy/unix.rs")]
mod os;

/// The key of the registry, below `HKEY_LOCAL_MACHINE`, where group policy sets keys of the configuration on Windows: a
/// value for each, by its dotted name.
pub const GROUP_POLICY: &str = r"SOFTWARE\Policies\Presence Tray";

/// What the system's own management sets, and where.
#[derive(Debug)]
pub(crate) struct Managed {
    pub(crate) place: PathBuf,
    pub(crate) values: Vec<(String, Value)>,
}

/// A value as a system keeps it for its management.
#[cfg_attr(not(target_os = "macos"), allow(dead_code, reason = "no other system has all kinds"))]
enum Found {
    Flag(bool),
    Number(i64),
    Text(String),
    Other,
}

/// What the system's own management sets, where it has one and that sets anything. No file of a person can do so.
pub(crate) fn of_system() -> Option<Managed> {
    let (place, found) = os::managed()?;
    Managed::of(place, found)
}

/// Calls `changed` whenever that may have changed, as long as the answer is yes.
pub(crate) fn watch_system(changed: impl Fn() -> bool + Send + 'static) {
    os::watch(changed);
}

/// The files in which the system keeps what its management sets, where it does so; they come and go with it.
pub(crate) fn files_of_system() -> Vec<PathBuf> {
    os::files()
}

impl Managed {
    /// What stands at `place`, by the names of the keys; nothing if nothing does.
    fn of(place: PathBuf, found: impl IntoIterator<Item = (String, Found)>) -> Option<Managed> {
        let read = |(name, found)| match found {
            Found::Flag(flag) => (name, Value::Flag(flag)),
            // Group policy knows no others, and who writes a profile by hand may take one.
            Found::Number(number) => (name, Value::Flag(number != 0)),
            Found::Text(text) => (name, Value::Text(text)),
            // Refused with the name of its key.
            Found::Other => (name, Value::Text(String::new())),
        };
        let values: Vec<_> = found.into_iter().map(read).collect();
        (!values.is_empty()).then_some(Managed { place, values })
    }
}

/// Where it is, or would be.
pub(crate) fn file() -> PathBuf {
    os::folder().join("presence-tray").join("policy.toml")
}

/// Whether `path` may be read as the organisation's: nobody but an administrator can have written it. What is not there
/// or cannot be looked at is left to whoever reads it.
pub(crate) fn is_trusted(path: &Path) -> bool {
    os::is_of_administrator(path).unwrap_or(true)
}

/// What a person is told of a file that is not read.
pub(crate) fn problem(path: &Path) -> Option<Problem> {
    (!is_trusted(path)).then(|| words::policy_ignored(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_system_keeps_is_read_as_flags_and_texts_under_its_names() {
        let found = [
            ("autostart", Found::Flag(true)),
            ("pin_away", Found::Number(1)),
            ("device_code", Found::Number(0)),
            ("tenant", Found::Text("contoso.com".to_owned())),
            ("client_id", Found::Other),
        ];
        let managed =
            Managed::of("there".into(), found.map(|(name, found)| (name.to_owned(), found)));

        let managed = managed.unwrap();
        assert_eq!(managed.place, Path::new("there"));
        let values: Vec<_> =
            managed.values.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(
            values,
            [
                ("autostart", Value::Flag(true)),
                ("pin_away", Value::Flag(true)),
                ("device_code", Value::Flag(false)),
                ("tenant", text("contoso.com")),
                ("client_id", text("")),
            ]
        );
    }

    #[test]
    fn a_management_that_sets_nothing_is_none() {
        assert!(Managed::of("there".into(), []).is_none());
    }
}
