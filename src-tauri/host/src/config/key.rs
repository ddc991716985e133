//! Owns the table of the configuration's keys: the name, kind, choices, default and meaning of each. Refuses files, and
//! the judgement of texts.

use presence_core::words::setting;
use presence_core::{Language, Notifications, OnEnd, OnQuit, Status};
use serde::{Deserialize, Serialize};

use super::Bound;

/// A key of `config.toml` and `policy.toml`. Keys of a table have its name before theirs: `custom_cloud.graph`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The application (client) ID.
    ClientId,
    /// The tenant ID or domain.
    Tenant,
    /// The cloud.
    Cloud,
    /// The sign-in service of a custom cloud.
    Authority,
    /// Graph in a custom cloud.
    Graph,
    /// How long a status outlives this machine.
    Expiration,
    /// What a quit does.
    OnQuit,
    /// What is wanted at start.
    OnStart,
    /// What comes after a timed status.
    OnEnd,
    /// Whether the program starts at log-in.
    Autostart,
    /// Which notifications are shown.
    Notifications,
    /// Whether Away is pinned.
    PinAway,
    /// The language of the program.
    Language,
    /// Whether a device code may sign in.
    DeviceCode,
    /// The keys that do something.
    Shortcut(Bound),
}

/// What a key can be set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A text of a form of its own.
    Text,
    /// One of a few names.
    Choice,
    /// `true` or `false`.
    Bool,
    /// An ISO 8601 duration.
    Span,
    /// Keys that are pressed together.
    Shortcut,
}

/// What a key is set to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum Value {
    /// `true` or `false`.
    Flag(bool),
    /// A text.
    Text(String),
}

/// The clouds of `cloud`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CloudName {
    Global,
    UsGovHigh,
    UsGovDod,
    Custom,
}

pub(super) const CLOUDS: [(&str, CloudName); 4] = [
    ("global", CloudName::Global),
    ("us-gov-high", CloudName::UsGovHigh),
    ("us-gov-dod", CloudName::UsGovDod),
    ("custom", CloudName::Custom),
];
pub(super) const ON_QUIT: [(&str, OnQuit); 2] = [("clear", OnQuit::Clear), ("keep", OnQuit::Keep)];
pub(super) const ON_END: [(&str, OnEnd); 2] = [("resume", OnEnd::Resume), ("clear", OnEnd::Clear)];
pub(super) const NOTIFICATIONS: [(&str, Notifications); 3] = [
    ("problems", Notifications::Problems),
    ("all", Notifications::All),
    ("none", Notifications::None),
];
pub(super) const SYSTEM: &str = "system";
pub(super) const RESUME: &str = "resume";
pub(super) const NOTHING: &str = "nothing";

impl Key {
    /// All of them, in the order in which they are shown.
    pub fn all() -> impl Iterator<Item = Key> {
        let plain = [
            Key::ClientId,
            Key::Tenant,
            Key::Cloud,
            Key::Authority,
            Key::Graph,
            Key::Expiration,
            Key::OnQuit,
            Key::OnStart,
            Key::OnEnd,
            Key::Autostart,
            Key::Notifications,
            Key::PinAway,
            Key::Language,
            Key::DeviceCode,
        ];
        plain.into_iter().chain(Bound::ALL.map(Key::Shortcut))
    }

    /// The key of this dotted name.
    pub fn find(name: &str) -> Option<Key> {
        Key::all().find(|key| key.name() == name)
    }

    /// The name, after that of its table and a dot where it stands in one.
    pub fn name(self) -> &'static str {
        let (name, ..) = self.row();
        name
    }

    /// The table in which it stands, and its name there.
    pub(super) fn place(self) -> (Option<&'static str>, &'static str) {
        match self.name().split_once('.') {
            Some((table, leaf)) => (Some(table), leaf),
            None => (None, self.name()),
        }
    }

    /// What it can be set to.
    pub fn kind(self) -> Kind {
        let (_, kind, ..) = self.row();
        kind
    }

    /// What holds where neither file sets it.
    pub fn default(self) -> Option<Value> {
        let (_, kind, default, _) = self.row();
        default.map(|text| match kind {
            Kind::Bool => Value::Flag(text == "true"),
            Kind::Text | Kind::Choice | Kind::Span | Kind::Shortcut => Value::Text(text.to_owned()),
        })
    }

    /// What it means, for a person.
    pub fn meaning(self) -> &'static str {
        let (.., meaning) = self.row();
        meaning()
    }

    /// The values, of a key that has only a few.
    pub fn choices(self) -> Option<Vec<&'static str>> {
        match self {
            Key::Cloud => Some(names(&CLOUDS)),
            Key::OnQuit => Some(names(&ON_QUIT)),
            Key::OnStart => {
                let statuses = Status::ALL.map(Status::name);
                Some([RESUME, NOTHING].into_iter().chain(statuses).collect())
            }
            Key::OnEnd => Some(names(&ON_END)),
            Key::Notifications => Some(names(&NOTIFICATIONS)),
            Key::Autostart | Key::PinAway | Key::DeviceCode => Some(vec!["true", "false"]),
            Key::Language => {
                Some([SYSTEM].into_iter().chain(Language::all().map(Language::code)).collect())
            }
            Key::ClientId
            | Key::Tenant
            | Key::Authority
            | Key::Graph
            | Key::Expiration
            | Key::Shortcut(_) => None,
        }
    }

    fn row(self) -> Row {
        match self {
            Key::ClientId => ("client_id", Kind::Text, None, setting::client_id),
            Key::Tenant => ("tenant", Kind::Text, Some("organizations"), setting::tenant),
            Key::Cloud => ("cloud", Kind::Choice, Some("global"), setting::cloud),
            Key::Authority => ("custom_cloud.authority", Kind::Text, None, setting::authority),
            Key::Graph => ("custom_cloud.graph", Kind::Text, None, setting::graph),
            Key::Expiration => ("expiration", Kind::Span, Some("PT1H"), setting::expiration),
            Key::OnQuit => ("on_quit", Kind::Choice, Some("clear"), setting::on_quit),
            Key::OnStart => ("on_start", Kind::Choice, Some(RESUME), setting::on_start),
            Key::OnEnd => ("on_end", Kind::Choice, Some("resume"), setting::on_end),
            Key::Autostart => ("autostart", Kind::Bool, Some("false"), setting::autostart),
            Key::Notifications => {
                ("notifications", Kind::Choice, Some("problems"), setting::notifications)
            }
            Key::PinAway => ("pin_away", Kind::Bool, Some("false"), setting::pin_away),
            Key::DeviceCode => ("device_code", Kind::Bool, Some("true"), setting::device_code),
            Key::Language => ("language", Kind::Choice, Some(SYSTEM), setting::language),
            Key::Shortcut(bound) => shortcut(bound),
        }
    }
}

/// The table of the keyboard shortcuts.
pub(super) const SHORTCUTS: &str = "shortcuts";

/// Name, kind, default and meaning of a key.
type Row = (&'static str, Kind, Option<&'static str>, fn() -> &'static str);

fn shortcut(bound: Bound) -> Row {
    let name = match bound {
        Bound::Status(Status::Available) => "shortcuts.available",
        Bound::Status(Status::InACall) => "shortcuts.in-a-call",
        Bound::Status(Status::InAConferenceCall) => "shortcuts.in-a-conference-call",
        Bound::Status(Status::Away) => "shortcuts.away",
        Bound::Status(Status::Presenting) => "shortcuts.presenting",
        Bound::Clear => "shortcuts.clear",
        Bound::Open => "shortcuts.open",
    };
    let meaning = match bound {
        Bound::Status(_) => setting::toggle,
        Bound::Clear => setting::clear,
        Bound::Open => setting::open,
    };
    (name, Kind::Shortcut, None, meaning)
}

fn names<T>(choices: &[(&'static str, T)]) -> Vec<&'static str> {
    choices.iter().map(|(name, _)| *name).collect()
}

#[cfg(test)]
mod tests;
