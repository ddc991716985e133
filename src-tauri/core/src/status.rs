//! Owns the five statuses that Graph lets an application set, and what colleagues see; refuses any other pair.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One of the five supported combinations of availability and activity ("presence: setPresence").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// `Available` / `Available`; fades after five minutes without a renewal.
    Available,
    /// `Busy` / `InACall`.
    InACall,
    /// `Busy` / `InAConferenceCall`.
    InAConferenceCall,
    /// `Away` / `Away`.
    Away,
    /// `DoNotDisturb` / `Presenting`.
    Presenting,
}

impl Status {
    /// All five, in the order of the menu.
    pub const ALL: [Status; 5] = [
        Status::Available,
        Status::InACall,
        Status::InAConferenceCall,
        Status::Away,
        Status::Presenting,
    ];

    /// The name on the command line, in the configuration and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Status::Available => "available",
            Status::InACall => "in-a-call",
            Status::InAConferenceCall => "in-a-conference-call",
            Status::Away => "away",
            Status::Presenting => "presenting",
        }
    }

    /// Graph's `availability`.
    pub fn availability(self) -> &'static str {
        match self {
            Status::Available => "Available",
            Status::InACall | Status::InAConferenceCall => "Busy",
            Status::Away => "Away",
            Status::Presenting => "DoNotDisturb",
        }
    }

    /// Graph's `activity`.
    pub fn activity(self) -> &'static str {
        match self {
            Status::Available => "Available",
            Status::InACall => "InACall",
            Status::InAConferenceCall => "InAConferenceCall",
            Status::Away => "Away",
            Status::Presenting => "Presenting",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is none of the five.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownStatus(pub String);

impl std::error::Error for UnknownStatus {}

impl FromStr for Status {
    type Err = UnknownStatus;
    fn from_str(name: &str) -> Result<Status, UnknownStatus> {
        Status::ALL
            .into_iter()
            .find(|status| status.name() == name)
            .ok_or_else(|| UnknownStatus(name.to_owned()))
    }
}

/// The aggregated presence that colleagues see (Graph resource "presence"). Also holds values that cannot
/// be set, known or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Effective {
    /// Graph's `availability`, as it came.
    pub availability: String,
    /// Graph's `activity`, as it came.
    pub activity: String,
}
