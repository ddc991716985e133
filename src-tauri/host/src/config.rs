//! Owns what `config.toml` and the organisation's `policy.toml` say; refuses mistakes, with their place.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use presence_core::{Notifications, OnEnd, OnQuit, OnStart, Settings, words};
use presence_wire::{Cloud, Registration};
use serde::Deserialize;
use url::Url;

use crate::Profile;

mod mistake;
mod shortcut;
mod values;
pub use mistake::ConfigError;
pub use shortcut::{Bound, Shortcut};
use values::{ClientId, Endpoint, Expiration, OnStartName, Tenant};

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
    /// Whether the program starts at log-in.
    pub autostart: bool,
    /// The keyboard shortcuts, in the order of the menu.
    pub shortcuts: Vec<Shortcut>,
    /// The keys that the organisation set.
    pub managed: Vec<String>,
}

/// The keys of either file; which of them must be there is decided after merging.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Keys {
    client_id: Option<ClientId>,
    tenant: Option<Tenant>,
    cloud: Option<CloudName>,
    expiration: Option<Expiration>,
    on_quit: Option<OnQuitName>,
    on_start: Option<OnStartName>,
    on_end: Option<OnEndName>,
    autostart: Option<bool>,
    notifications: Option<NotificationsName>,
    pin_away: Option<bool>,
    custom_cloud: Option<CustomCloud>,
    shortcuts: Option<BTreeMap<Bound, String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CustomCloud {
    authority: Endpoint,
    graph: Endpoint,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum CloudName {
    Global,
    UsGovHigh,
    UsGovDod,
    Custom,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum OnQuitName {
    Clear,
    Keep,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum OnEndName {
    Resume,
    Clear,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum NotificationsName {
    Problems,
    All,
    None,
}

impl Config {
    /// Reads the configuration of `profile`, the organisation's keys on top.
    ///
    /// # Errors
    /// When there is none, or either file has a mistake; neither is ever written.
    pub fn read(profile: &Profile) -> Result<Config, ConfigError> {
        let (own_path, policy_path) = (profile.config_file(), profile.policy_file());
        let own = read_file(&own_path)?;
        let policy = read_file(&policy_path)?;
        if own.is_none() && policy.is_none() {
            return Err(ConfigError::Missing(own_path));
        }
        let own_keys = own.as_deref().map(|text| parse(&own_path, text)).transpose()?;
        let policy_keys = policy.as_deref().map(|text| parse(&policy_path, text)).transpose()?;
        merge(own_keys.unwrap_or_default(), policy_keys.unwrap_or_default())
            .map_err(|message| ConfigError::Mistake { path: own_path, line: 1, column: 1, message })
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
        }
    }
}

fn read_file(path: &Path) -> Result<Option<String>, ConfigError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ConfigError::Unreadable { path: path.to_owned(), source }),
    }
}

fn parse(path: &Path, text: &str) -> Result<Keys, ConfigError> {
    toml_edit::de::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let before = text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        ConfigError::Mistake {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message: error.message().replace('\n', " "),
        }
    })
}

fn merge(own: Keys, policy: Keys) -> Result<Config, String> {
    let managed = managed_keys(&policy);
    let client_id = policy.client_id.or(own.client_id);
    let client_id = client_id.ok_or_else(words::client_id_missing)?;
    let custom = policy.custom_cloud.or(own.custom_cloud);
    let name = policy.cloud.or(own.cloud).unwrap_or(CloudName::Global);
    let tenant =
        policy.tenant.or(own.tenant).map_or_else(|| "organizations".to_owned(), |tenant| tenant.0);
    let registration = Registration { client_id: client_id.0, tenant, cloud: cloud(name, custom)? };
    Ok(Config {
        registration: Arc::new(registration),
        expiration: policy
            .expiration
            .or(own.expiration)
            .map_or(Duration::from_secs(3600), |span| span.0),
        on_quit: match policy.on_quit.or(own.on_quit) {
            None | Some(OnQuitName::Clear) => OnQuit::Clear,
            Some(OnQuitName::Keep) => OnQuit::Keep,
        },
        on_start: policy.on_start.or(own.on_start).map_or(OnStart::Resume, |name| name.0),
        on_end: match policy.on_end.or(own.on_end) {
            None | Some(OnEndName::Resume) => OnEnd::Resume,
            Some(OnEndName::Clear) => OnEnd::Clear,
        },
        notifications: match policy.notifications.or(own.notifications) {
            None | Some(NotificationsName::Problems) => Notifications::Problems,
            Some(NotificationsName::All) => Notifications::All,
            Some(NotificationsName::None) => Notifications::None,
        },
        pin_away: policy.pin_away.or(own.pin_away).unwrap_or(false),
        autostart: policy.autostart.or(own.autostart).unwrap_or(false),
        shortcuts: policy
            .shortcuts
            .or(own.shortcuts)
            .unwrap_or_default()
            .into_iter()
            .map(|(bound, keys)| Shortcut { bound, keys })
            .collect(),
        managed,
    })
}

fn managed_keys(policy: &Keys) -> Vec<String> {
    [
        ("client_id", policy.client_id.is_some()),
        ("tenant", policy.tenant.is_some()),
        ("cloud", policy.cloud.is_some()),
        ("custom_cloud", policy.custom_cloud.is_some()),
        ("expiration", policy.expiration.is_some()),
        ("on_quit", policy.on_quit.is_some()),
        ("on_start", policy.on_start.is_some()),
        ("on_end", policy.on_end.is_some()),
        ("autostart", policy.autostart.is_some()),
        ("notifications", policy.notifications.is_some()),
        ("pin_away", policy.pin_away.is_some()),
        ("shortcuts", policy.shortcuts.is_some()),
    ]
    .into_iter()
    .filter(|(_, set)| *set)
    .map(|(name, _)| name.to_owned())
    .collect()
}

fn cloud(name: CloudName, custom: Option<CustomCloud>) -> Result<Cloud, String> {
    let (authority, graph) = match (name, custom) {
        (CloudName::Global, _) => {
            ("https://login.microsoftonline.com", "https://graph.microsoft.com")
        }
        (CloudName::UsGovHigh, _) => {
            ("https://login.microsoftonline.us", "https://graph.microsoft.us")
        }
        (CloudName::UsGovDod, _) => {
            ("https://login.microsoftonline.us", "https://dod-graph.microsoft.us")
        }
        (CloudName::Custom, Some(custom)) => {
            return Ok(Cloud {
                authority: root(&custom.authority.0),
                graph: root(&custom.graph.0),
            });
        }
        (CloudName::Custom, None) => {
            return Err(words::custom_cloud_missing());
        }
    };
    Ok(Cloud { authority: authority.to_owned(), graph: graph.to_owned() })
}

fn root(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests;
