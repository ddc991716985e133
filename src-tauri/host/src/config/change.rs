//! Owns how `config.toml` is changed on behalf of a face: one key, or a broken file set aside. Refuses what makes a
//! mistake, what the organisation set, and to write over what somebody else wrote meanwhile.

use std::fs;
use std::path::{Path, PathBuf};

use presence_core::{Problem, words};
use serde::{Deserialize, Serialize};

use super::edit::edit;
use super::{ConfigError, ConfigReport, Key, Kind, Layers, Value, Written, values};
use crate::Profile;
use crate::files::{Replaced, replace, turn};

/// How often a change is made anew because the file changed meanwhile.
const TRIES: usize = 8;

/// A change of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Change {
    /// Set a key.
    Set {
        /// Its dotted name.
        key: String,
        /// The value, as a person writes it: `true`, `PT1H`, `contoso.com`.
        value: String,
    },
    /// Let a key have its default.
    Unset {
        /// Its dotted name.
        key: String,
    },
    /// Rename a file that has a mistake, so that a new one can be made.
    SetAside,
}

impl Change {
    /// Changes `config.toml` of `profile`, and reads it anew. A resident notices as it does when a person saves it.
    ///
    /// # Errors
    /// When the change is refused or cannot be written; the file is then as it was.
    pub fn make(&self, profile: &Profile) -> Result<ConfigReport, Problem> {
        let set_aside = match self {
            Change::Set { key, value } => {
                let key = find(key)?;
                write(profile, key, Some(value_of(key, value)?)).map(|()| None)
            }
            Change::Unset { key } => write(profile, find(key)?, None).map(|()| None),
            Change::SetAside => set_aside(profile).map(Some),
        }?;
        let set_aside = set_aside.map(|path| path.display().to_string());
        Ok(ConfigReport { set_aside, ..ConfigReport::read(profile) })
    }
}

fn find(name: &str) -> Result<Key, Problem> {
    Key::find(name).ok_or_else(|| words::no_such_key(&presence_wire::text(name)))
}

fn value_of(key: Key, text: &str) -> Result<Value, Problem> {
    let value = match (key.kind(), text) {
        (Kind::Bool, "true") => Value::Flag(true),
        (Kind::Bool, "false") => Value::Flag(false),
        (Kind::Bool | Kind::Text | Kind::Choice | Kind::Span | Kind::Shortcut, text) => {
            Value::Text(text.to_owned())
        }
    };
    values::check(key, &value).map_err(|message| wrong_value(&message))?;
    Ok(value)
}

fn wrong_value(message: &str) -> Problem {
    words::wrong_value(&presence_wire::text(message))
}

fn write(profile: &Profile, key: Key, value: Option<Value>) -> Result<(), Problem> {
    let path = profile.config_file();
    let unsaved = |error: std::io::Error| words::configuration_not_saved(&path, &error.to_string());
    let mut held = None;
    for _ in 0..TRIES {
        let layers = Layers::read(profile).map_err(|error| error.problem())?;
        if layers.managed().contains(&key) {
            return Err(words::key_managed(key.name()));
        }
        let former = layers.own.as_ref().map(|own| own.text.as_str());
        let first_line = words::first_line();
        let text = former.unwrap_or(&first_line);
        let edited = edited(&layers, text, key, value.as_ref())?;
        if edited == text {
            return Ok(());
        }
        if held.is_none() {
            // Held from here on: what is read now, only other programs change.
            held = Some(turn(&profile.state).map_err(unsaved)?);
            continue;
        }
        match replace(&path, former.map(str::as_bytes), edited.as_bytes()).map_err(unsaved)? {
            Replaced::Done => return Ok(()),
            Replaced::Changed => {}
        }
    }
    Err(words::configuration_busy(&path))
}

/// `text` after the change, if that makes no mistake.
fn edited(layers: &Layers, text: &str, key: Key, value: Option<&Value>) -> Result<String, Problem> {
    let edited = edit(text, key, value).map_err(|error| wrong_value(error.message()))?;
    let own = Written::parse(&layers.path, edited.clone()).map_err(|error| error.problem())?;
    let after = Layers { own: Some(own), ..layers.clone() };
    match (layers.config(), after.config()) {
        // What was wrong between the keys before may be mended by this change and the next.
        (Err(ConfigError::Mistake { .. }), _)
        | (_, Ok(_))
        | (_, Err(ConfigError::Missing(_) | ConfigError::Incomplete(_))) => Ok(edited),
        (_, Err(ConfigError::Mistake { message, .. })) => Err(wrong_value(&message)),
        (_, Err(error @ (ConfigError::Unreadable { .. } | ConfigError::Managed { .. }))) => {
            Err(error.problem())
        }
    }
}

fn set_aside(profile: &Profile) -> Result<PathBuf, Problem> {
    let path = profile.config_file();
    let unsaved = |error: std::io::Error| words::configuration_not_saved(&path, &error.to_string());
    let _turn = turn(&profile.state).map_err(unsaved)?;
    match Layers::read(profile).and_then(|layers| layers.config()) {
        Err(ConfigError::Mistake { path: at, .. } | ConfigError::Unreadable { path: at, .. })
            if at == path => {}
        Err(error @ ConfigError::Missing(_)) => return Err(error.problem()),
        Ok(_) | Err(_) => return Err(words::nothing_to_set_aside(&path)),
    }
    let aside = free_name(&path);
    fs::rename(&path, &aside).map_err(unsaved)?;
    tracing::info!(path = %aside.display(), "the configuration was set aside");
    Ok(aside)
}

fn free_name(path: &Path) -> PathBuf {
    let name = |number: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".broken-{number}"));
        PathBuf::from(name)
    };
    let is_free = |path: &PathBuf| fs::symlink_metadata(path).is_err();
    (1..=u32::MAX).map(name).find(is_free).unwrap_or_else(|| name(0))
}

#[cfg(test)]
mod tests;
