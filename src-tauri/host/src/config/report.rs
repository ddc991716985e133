//! Owns the JSON in which the configuration leaves the process: every key with what it is set to and by whom. Refuses
//! to change it.

use std::path::PathBuf;

use presence_core::words;
use presence_wire::text;
use serde::{Deserialize, Serialize};

use super::{ConfigError, Key, Kind, LIMIT, Layers, Value, Written};
use crate::Profile;
use crate::patience::within;

/// What `config --json` prints. Some ten KB with the longest values that keys take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct ConfigReport {
    /// Where `config.toml` is, or is to be.
    pub path: String,
    /// Where the organisation sets keys, if it sets any.
    pub policy: Option<String>,
    /// Why the configuration is not in force. Then no key is told as that file has it.
    pub mistake: Option<MistakeReport>,
    /// Every key, in the order in which they are shown.
    pub keys: Vec<KeyReport>,
    /// Where a broken `config.toml` was moved to by the change that this answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_aside: Option<String>,
}

/// A mistake in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct MistakeReport {
    /// The file.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// From 1, characters.
    pub column: usize,
    /// What is wrong, as part of a sentence.
    pub message: String,
}

/// A key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct KeyReport {
    /// Its dotted name.
    pub key: String,
    /// What it is set to, or its default.
    pub value: Option<Value>,
    /// What holds where nobody sets it.
    pub default: Option<Value>,
    /// Who set it.
    pub origin: Origin,
    /// What it means, in a sentence.
    pub meaning: String,
    /// The values of a key that has only a few.
    pub choices: Option<Vec<String>>,
    /// What it can be set to.
    pub kind: Kind,
}

/// Who set a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Nobody.
    Default,
    /// `config.toml`.
    File,
    /// The organisation, whose keys cannot be changed.
    Policy,
}

impl ConfigReport {
    /// Reads what `profile` and the organisation say, for three seconds at most.
    pub fn read(profile: &Profile) -> ConfigReport {
        let theirs = profile.clone();
        within(LIMIT, move || ConfigReport::wait_for(&theirs), drop).unwrap_or_else(|| {
            let layers = Layers { path: profile.config_file(), own: None, policy: Vec::new() };
            ConfigReport::of(&layers, None, Some(ConfigError::silent(profile)))
        })
    }

    fn wait_for(profile: &Profile) -> ConfigReport {
        let path = profile.config_file();
        let (own, policy) = (Written::read(&path), Written::read_policy(profile));
        let (own, mistake) = own.map_or_else(|error| (None, Some(error)), |own| (own, None));
        let (policy, mistake) = match policy {
            Ok(policy) => (policy, mistake),
            Err(error) => (Vec::new(), mistake.or(Some(error))),
        };
        let layers = Layers { path, own, policy };
        let mistake = mistake.or_else(|| layers.config().err());
        ConfigReport::of(&layers, profile.managed_at(), mistake)
    }

    fn of(layers: &Layers, policy: Option<PathBuf>, mistake: Option<ConfigError>) -> ConfigReport {
        ConfigReport {
            path: layers.path.display().to_string(),
            policy: policy.map(|path| path.display().to_string()),
            mistake: mistake.and_then(MistakeReport::of),
            keys: Key::all().map(|key| KeyReport::of(key, layers)).collect(),
            set_aside: None,
        }
    }
}

impl MistakeReport {
    fn of(error: ConfigError) -> Option<MistakeReport> {
        match error {
            ConfigError::Missing(_) | ConfigError::Incomplete(_) => None,
            ConfigError::Unreadable { path, source } => Some(MistakeReport {
                path: path.display().to_string(),
                line: 1,
                column: 1,
                message: words::unreadable(&source.to_string()),
            }),
            ConfigError::Managed { place, message } => Some(MistakeReport {
                path: place.display().to_string(),
                line: 1,
                column: 1,
                message: text(&message),
            }),
            // The mistake is quoted, and may be as long as the file.
            ConfigError::Mistake { path, line, column, message } => Some(MistakeReport {
                path: path.display().to_string(),
                line,
                column,
                message: text(&message),
            }),
        }
    }
}

impl KeyReport {
    fn of(key: Key, layers: &Layers) -> KeyReport {
        let choices = key.choices();
        KeyReport {
            key: key.name().to_owned(),
            value: layers.value(key),
            default: key.default(),
            origin: layers.origin(key),
            meaning: key.meaning().to_owned(),
            choices: choices.map(|names| names.into_iter().map(str::to_owned).collect()),
            kind: key.kind(),
        }
    }
}
