//! Owns the one form in which a failure reaches a person; refuses codes without a sentence.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Names and values for the help desk (`request-id`, `correlation id`, `AADSTS…`).
pub type Ids = BTreeMap<Cow<'static, str>, String>;

/// What happened, what the program does about it, and the one next step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Problem {
    /// The kind, for programs.
    pub kind: ProblemKind,
    /// A few words, for a menu row.
    pub title: String,
    /// What happened and what the program does about it, in sentences.
    pub detail: String,
    /// The one next step for the person; empty when there is none to take.
    pub remedy: String,
    /// Names and values for the help desk, such as `request-id`.
    pub ids: Ids,
}

/// The kinds of problem a face or a script may branch on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// There is no configuration, or it has a mistake.
    NotConfigured,
    /// The organisation's file may be somebody else's, and is not read.
    PolicyIgnored,
    /// The configuration could not be changed.
    NotSaved,
    /// A person must sign in.
    SignInNeeded,
    /// A person broke the sign-in off.
    SignInCancelled,
    /// The sign-in did not end in time.
    SignInExpired,
    /// The sign-in failed for another reason.
    SignInFailed,
    /// An administrator or the person must consent to the permission.
    ConsentNeeded,
    /// The app registration is not a public client.
    NotPublicClient,
    /// The signed-in account or its policy does not allow setting presence.
    NotAllowed,
    /// The account has no cloud presence.
    NoPresence,
    /// The service did not accept the program's request.
    Rejected,
    /// A status message that was written in Teams stands, and is kept.
    MessageKept,
    /// The service did not accept the status message.
    MessageRefused,
    /// The service did not accept a fresh token.
    TokenRefused,
    /// The service asked for fewer calls.
    Throttled,
    /// So many calls were asked for in a minute that the program waits by itself.
    TooManyChanges,
    /// The service is down.
    ServiceBusy,
    /// The service cannot be reached.
    Offline,
    /// The OS keyring does not answer or is locked.
    KeyringUnavailable,
    /// The sign-in could not be written to the OS keyring.
    NotRemembered,
    /// The sign-in could not be deleted from the OS keyring.
    NotForgotten,
    /// The desktop could not open a browser.
    BrowserUnavailable,
    /// A keyboard shortcut cannot be used.
    Shortcut,
    /// The start at log-in cannot be set up.
    Autostart,
    /// The window cannot be opened.
    WindowUnavailable,
    /// The desktop shows no tray.
    NoTray,
    /// The file of the history cannot be read.
    HistoryUnreadable,
    /// This computer's clock is wrong.
    ClockWrong,
    /// A newer choice replaced this one.
    Replaced,
    /// The program is closing.
    Leaving,
    /// The program is not running, so nobody renews.
    NotRunning,
    /// The command is not valid.
    WrongUsage,
}

impl ProblemKind {
    /// Whether the problem stays until a person acts.
    pub fn needs_person(self) -> bool {
        match self {
            ProblemKind::NotConfigured
            | ProblemKind::PolicyIgnored
            | ProblemKind::NotSaved
            | ProblemKind::SignInNeeded
            | ProblemKind::SignInCancelled
            | ProblemKind::SignInExpired
            | ProblemKind::SignInFailed
            | ProblemKind::ConsentNeeded
            | ProblemKind::NotPublicClient
            | ProblemKind::NotAllowed
            | ProblemKind::NoPresence
            | ProblemKind::Rejected
            | ProblemKind::MessageKept
            | ProblemKind::MessageRefused
            | ProblemKind::BrowserUnavailable
            | ProblemKind::Shortcut
            | ProblemKind::Autostart
            | ProblemKind::WindowUnavailable
            | ProblemKind::NoTray
            | ProblemKind::HistoryUnreadable
            | ProblemKind::ClockWrong
            | ProblemKind::NotRunning
            | ProblemKind::WrongUsage => true,
            ProblemKind::TokenRefused
            | ProblemKind::Throttled
            | ProblemKind::TooManyChanges
            | ProblemKind::ServiceBusy
            | ProblemKind::Offline
            | ProblemKind::KeyringUnavailable
            | ProblemKind::NotRemembered
            | ProblemKind::NotForgotten
            | ProblemKind::Leaving
            | ProblemKind::Replaced => false,
        }
    }
}

impl Problem {
    /// A problem without ids.
    pub fn new(
        kind: ProblemKind,
        title: impl Into<String>,
        detail: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Problem {
        let (title, detail, remedy) = (title.into(), detail.into(), remedy.into());
        Problem { kind, title, detail, remedy, ids: Ids::new() }
    }

    /// The same problem with ids for the help desk.
    #[must_use]
    pub fn with_ids(mut self, mut ids: Ids) -> Problem {
        self.ids.append(&mut ids);
        self
    }
}
