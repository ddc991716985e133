//! Owns what of the configuration decides something; refuses files and their syntax.

use std::time::Duration;

use crate::{Problem, Status};

/// Whether the program can work at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setup {
    /// There is a valid configuration.
    Ready(Settings),
    /// There is none, or it has a mistake.
    Invalid(Problem),
}

/// The settings the core decides by. The rest of the configuration is the host's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Which registration, tenant and cloud: a change means other tokens. Opaque to the core.
    pub identity: String,
    /// How long a status outlives this machine, 5 minutes to 4 hours.
    pub expiration: Duration,
    /// What a quit does to the presence session.
    pub on_quit: OnQuit,
    /// What is wanted at start.
    pub on_start: OnStart,
    /// What comes after a timed status.
    pub on_end: OnEnd,
    /// Which notifications are shown.
    pub notifications: Notifications,
    /// Whether Away is also set as the preferred presence, so that it shows while Teams is Available.
    pub pin_away: bool,
    /// Whether a device code may sign in.
    pub device_code: bool,
}

impl Setup {
    /// The settings of a valid configuration.
    pub(crate) fn settings(&self) -> Option<&Settings> {
        match self {
            Setup::Ready(settings) => Some(settings),
            Setup::Invalid(_) => None,
        }
    }

    /// The identity of a valid configuration.
    pub(crate) fn identity(&self) -> Option<&str> {
        self.settings().map(|settings| settings.identity.as_str())
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            identity: String::new(),
            expiration: Duration::from_secs(3600),
            on_quit: OnQuit::Clear,
            on_start: OnStart::Resume,
            on_end: OnEnd::Resume,
            notifications: Notifications::Problems,
            pin_away: false,
            device_code: true,
        }
    }
}

/// What a quit does to the presence session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnQuit {
    /// Ends it.
    Clear,
    /// Lets it expire.
    Keep,
}

/// What is wanted at start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnStart {
    /// What was wanted last.
    Resume,
    /// Nothing.
    Nothing,
    /// One status.
    Want(Status),
}

/// What comes after a timed status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnEnd {
    /// What was wanted before it; nothing when nothing was.
    Resume,
    /// Nothing: the session is cleared.
    Clear,
}

/// Which notifications are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notifications {
    /// Lapses and what else needs a person.
    Problems,
    /// The end of a problem and of a timed status too.
    All,
    /// None.
    None,
}
