//! Owns what `config.toml` and the organisation say; refuses mistakes, with their place.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use presence_core::{Language, Notifications, OnEnd, OnQuit, OnStart, Settings, words};
use presence_wire::{Cloud, Registration};
use url::Url;

use crate::Profile;
use crate::patience::within;

mod change;
mod edit;
mod key;
mod mistake;
mod report;
mod shortcut;
mod values;
mod written;

pub use change::Change;
pub use key::{Key, Kind, Value};
pub use mistake::ConfigError;
pub use report::{ConfigReport, KeyReport, MistakeReport, Origin};
pub use shortcut::{Bound, Shortcut};

use key::CloudName;
pub(crate) use written::MOST;
use written::Written;

/// How long the disk may take, which is less than a face waits.
pub(crate) const LIMIT: Duration = Duration::from_secs(3);

/// A valid configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Whose tokens are used, and where.
    pub registration: Arc<Registration>,
    /// How long a status outlives this machine.
    pub expiration: Duration,
    /// What a quit does.
    pub on_quit: OnQuit,
    /// What is wanted at start.
    pub on_start: OnStart,
    /// What comes after a timed status.
    pub on_end: OnEnd,
    /// Which notifications are shown.
    pub notifications: Notifications,
    /// Whether Away is pinned.
    pub pin_away: bool,
    /// Whether a device code may sign in.
    pub device_code: bool,
    /// Whether the program starts at log-in.
    pub autostart: bool,
    /// What the program speaks.
    pub language: Language,
    /// The keyboard shortcuts, in the order of the menu.
    pub shortcuts: Vec<Shortcut>,
    /// The keys that the organisation set.
    pub managed: Vec<String>,
}

impl Config {
    /// Reads the configuration of `profile`, the organisation's keys on top.
    ///
    /// # Errors
    /// When there is none, it cannot be read within three seconds, or either file has a mistake; neither is ever
    /// written.
    pub fn read(profile: &Profile) -> Result<Config, ConfigError> {
        Layers::read(profile)?.config()
    }

    /// The same, however long it takes.
    pub(crate) fn wait_for(profile: &Profile) -> Result<Config, ConfigError> {
        Layers::wait_for(profile)?.config()
    }

    /// The settings the core decides by.
    pub fn settings(&self) -> Settings {
        Settings {
            identity: self.registration.identity(),
            expiration: self.expiration,
            on_quit: self.on_quit,
            on_start: self.on_start,
            on_end: self.on_end,
            notifications: self.notifications,
            pin_away: self.pin_away,
            device_code: self.device_code,
        }
    }
}

/// What all of them say. For each key, the organisation wins, and what the system's management sets over its file.
#[derive(Clone, Debug)]
struct Layers {
    path: PathBuf,
    own: Option<Written>,
    policy: Vec<Written>,
}

impl Layers {
    fn read(profile: &Profile) -> Result<Layers, ConfigError> {
        let theirs = profile.clone();
        within(LIMIT, move || Layers::wait_for(&theirs), drop)
            .unwrap_or_else(|| Err(ConfigError::silent(profile)))
    }

    fn wait_for(profile: &Profile) -> Result<Layers, ConfigError> {
        let path = profile.config_file();
        let own = Written::read(&path)?;
        Ok(Layers { path, own, policy: Written::read_policy(profile)? })
    }

    /// What decides over `key`, if anything sets it.
    fn decides(&self, key: Key) -> Option<&Written> {
        let sets = |written: &&Written| written.get(key).is_some();
        self.policy.iter().chain(&self.own).find(sets)
    }

    fn value(&self, key: Key) -> Option<Value> {
        self.decides(key).and_then(|written| written.get(key).cloned()).or_else(|| key.default())
    }

    fn origin(&self, key: Key) -> Origin {
        let sets = |written: &Written| written.get(key).is_some();
        match (self.policy.iter().any(sets), self.own.iter().any(sets)) {
            (true, _) => Origin::Policy,
            (false, true) => Origin::File,
            (false, false) => Origin::Default,
        }
    }

    fn managed(&self) -> BTreeSet<Key> {
        self.policy.iter().flat_map(Written::keys).collect()
    }

    /// What all keys together say. A missing `client_id` is told last: nothing else is wrong then.
    fn config(&self) -> Result<Config, ConfigError> {
        if self.own.is_none() && self.policy.is_empty() {
            return Err(ConfigError::Missing(self.path.clone()));
        }
        let cloud = self.cloud()?;
        Ok(Config {
            expiration: self.text(Key::Expiration, values::expiration)?,
            on_quit: self.choice(Key::OnQuit, &key::ON_QUIT)?,
            on_start: self.text(Key::OnStart, values::on_start)?,
            on_end: self.choice(Key::OnEnd, &key::ON_END)?,
            notifications: self.choice(Key::Notifications, &key::NOTIFICATIONS)?,
            pin_away: self.flag(Key::PinAway),
            device_code: self.flag(Key::DeviceCode),
            autostart: self.flag(Key::Autostart),
            language: self.text(Key::Language, values::language)?,
            shortcuts: self.shortcuts(),
            managed: self.managed().into_iter().map(|key| key.name().to_owned()).collect(),
            registration: Arc::new(Registration {
                tenant: self.text(Key::Tenant, values::tenant)?,
                cloud,
                client_id: self.text(Key::ClientId, values::client_id)?,
            }),
        })
    }

    fn cloud(&self) -> Result<Cloud, ConfigError> {
        let (authority, graph) = match self.choice(Key::Cloud, &key::CLOUDS)? {
            CloudName::Global => {
                ("https://login.microsoftonline.com", "https://graph.microsoft.com")
            }
            CloudName::UsGovHigh => {
                ("https://login.microsoftonline.us", "https://graph.microsoft.us")
            }
            CloudName::UsGovDod => {
                ("https://login.microsoftonline.us", "https://dod-graph.microsoft.us")
            }
            CloudName::Custom => {
                if [Key::Authority, Key::Graph].iter().any(|key| self.value(*key).is_none()) {
                    return Err(self.mistake(Key::Cloud, words::custom_cloud_missing()));
                }
                return Ok(Cloud {
                    authority: root(&self.text(Key::Authority, values::endpoint)?),
                    graph: root(&self.text(Key::Graph, values::endpoint)?),
                });
            }
        };
        Ok(Cloud { authority: authority.to_owned(), graph: graph.to_owned() })
    }

    fn shortcuts(&self) -> Vec<Shortcut> {
        let keys = |bound: &Bound| match self.value(Key::Shortcut(*bound)) {
            Some(Value::Text(keys)) => Some(Shortcut { bound: *bound, keys }),
            Some(Value::Flag(_)) | None => None,
        };
        Bound::ALL.iter().filter_map(keys).collect()
    }

    fn flag(&self, key: Key) -> bool {
        self.value(key) == Some(Value::Flag(true))
    }

    fn choice<T: Copy>(&self, key: Key, choices: &[(&str, T)]) -> Result<T, ConfigError> {
        self.text(key, |text| values::choice(choices, key, text))
    }

    fn text<T>(
        &self,
        key: Key,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, ConfigError> {
        match self.value(key) {
            Some(Value::Text(text)) => read(&text).map_err(|message| self.mistake(key, message)),
            Some(Value::Flag(_)) | None => Err(ConfigError::Incomplete(self.path.clone())),
        }
    }

    fn mistake(&self, key: Key, message: String) -> ConfigError {
        match self.decides(key) {
            Some(written) => written.mistake(key, message),
            None => ConfigError::Mistake { path: self.path.clone(), line: 1, column: 1, message },
        }
    }
}

fn root(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests;
