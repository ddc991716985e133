//! Owns what a face may show; refuses to show what a face could misuse.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Account, Effective, Private, Problem, Status, StatusMessage, Time};

/// Everything a face may show, at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Who is signed in.
    pub account: AccountView,
    /// What is wanted.
    pub wish: Option<WishView>,
    /// How far the wish is.
    pub progress: Progress,
    /// What the session says, confirmed by the service and not yet over.
    pub session: Option<SessionView>,
    /// What colleagues see, as last read and not yet stale.
    pub effective: Option<Effective>,
    /// Why colleagues see something else than the session says.
    pub difference: Option<Difference>,
    /// The status message of the wish.
    pub message: Option<MessageView>,
    /// The messages that were chosen last, newest first.
    pub recent_messages: Arc<Vec<StatusMessage>>,
    /// The problem that matters most.
    pub problem: Option<Problem>,
    /// What the desktop did not let the program do; no status depends on it.
    pub desktop: Vec<Problem>,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountView {
    /// There is no valid configuration.
    NotConfigured,
    /// The OS keyring has not answered yet, or does not.
    Looking,
    /// Nobody.
    SignedOut,
    /// Somebody is signing in.
    SigningIn {
        /// The authorize URL to copy.
        url: Option<Private<String>>,
        /// The device code and where to type it.
        code: Option<(Private<String>, String)>,
        /// When it ends by itself, as with a code that is not valid any more.
        until: Time,
    },
    /// This person, but Entra wants them to sign in again.
    SignInNeeded(Arc<Account>),
    /// This person.
    SignedIn(Arc<Account>),
}

/// A wanted status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WishView {
    /// Which.
    pub status: Status,
    /// Until when; until changed if absent.
    pub until: Option<Time>,
    /// The span it was asked for.
    pub lasts: Option<Duration>,
}

/// The status message that goes with the wish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct MessageView {
    /// Its text.
    pub text: StatusMessage,
    /// Whether the service has it.
    pub state: MessageState,
    /// Why it is not set.
    pub problem: Option<Box<Problem>>,
}

/// Whether the service has the status message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum MessageState {
    /// Not yet.
    Setting,
    /// It has.
    Set,
    /// It has not, and will not.
    NotSet,
}

/// How far the wish is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// The session is as wanted.
    Settled,
    /// The service does not have the wish yet.
    Setting,
    /// The session is being ended.
    Clearing,
    /// A problem stands between.
    Waiting,
}

/// What the session says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// The status.
    pub status: Status,
    /// When it is renewed next; absent when it ends before that.
    pub renews_at: Option<Time>,
    /// When it ends unless renewed.
    pub expires_at: Time,
}

/// Why colleagues see something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Difference {
    /// For programs.
    pub cause: DifferenceCause,
    /// A sentence.
    pub text: String,
    /// The one next step.
    pub remedy: String,
    /// Whether [`Command::Reset`](crate::Command::Reset) may end it.
    pub can_reset: bool,
}

/// What lets colleagues see something else ("Manage presence state", precedence).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceCause {
    /// A Teams client, or a status that the person chose there, wins.
    TeamsStatus,
    /// The session was not renewed in time.
    Faded,
    /// The service shows no session.
    NoSession,
    /// Something else.
    Other,
}
