//! Owns everything that can happen to the core; refuses tokens, codes and status codes.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{CallId, Command, Effective, GrantId, Private, Problem, ReplyTo, Setup};

/// Names and values for the help desk (`request-id`, `correlation id`, `AADSTS…`).
pub type Ids = BTreeMap<String, String>;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A face asks for something; the outcome goes to `reply`, if anyone waits for it.
    Command {
        /// What is asked.
        command: Command,
        /// Who waits for the outcome.
        reply: Option<ReplyTo>,
    },
    /// A call was answered, or given up by the host.
    Answered {
        /// The call.
        id: CallId,
        /// The answer, from a closed set.
        answer: Answer,
    },
    /// The OS keyring answered.
    Vault(VaultEvent),
    /// The configuration was read again. One with a mistake changes nothing that works.
    Configured(Setup),
    /// The loopback listener waits and the browser was asked to open this URL.
    SignInOpened {
        /// The attempt.
        attempt: AttemptId,
        /// The authorize URL, for a person to copy.
        url: Private<String>,
        /// Why the desktop did not open it, if so.
        trouble: Option<Problem>,
    },
    /// The loopback listener could not start.
    SignInImpossible {
        /// The attempt.
        attempt: AttemptId,
        /// Why.
        problem: Problem,
    },
    /// The browser came back to the loopback redirect.
    Redirected {
        /// The attempt.
        attempt: AttemptId,
        /// With what.
        redirect: Redirect,
    },
    /// The machine or the network came back.
    Woke(Woke),
    /// The machine is about to sleep, or the person to log out, and waits for [`crate::Effect::LetSleep`].
    Sleeping,
    /// A face did what the configuration asks of the desktop. What it said of this aspect before is over.
    Desktop {
        /// Which part of the desktop.
        aspect: Aspect,
        /// What could not be done.
        problems: Vec<Problem>,
    },
    /// The deadline was reached.
    Tick,
}

/// What came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woke {
    /// The machine, from sleep.
    Machine,
    /// The network.
    Network,
}

/// A part of the desktop that the configuration asks something of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// The configuration itself: the newest one has a mistake, the one before it is in force.
    Configuration,
    /// Global keyboard shortcuts.
    Shortcuts,
    /// The start at log-in.
    Autostart,
}

/// One attempt to sign in by browser. Its code and PKCE verifier stay in the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId(pub u64);

/// What the browser brought to the loopback redirect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redirect {
    /// A code; the host holds it.
    Code,
    /// An error of the authorize endpoint.
    Refused(Refusal),
}

/// What the OS keyring answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultEvent {
    /// A sign-in is stored: its tokens are now known to the host as this grant.
    Present {
        /// The grant.
        grant: GrantId,
        /// Whose.
        account: Account,
    },
    /// None is stored.
    Absent,
    /// The keyring does not answer, is locked, or does not exist: nobody is signed out by that.
    Unavailable(Problem),
    /// The grant's refresh token is stored.
    Stored(GrantId),
    /// It could not be stored.
    StoreFailed(GrantId, Problem),
    /// The stored sign-in of this identity is gone.
    Forgotten(String),
    /// It could not be deleted.
    ForgetFailed(String, Problem),
}

/// The signed-in person, from the ID token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Object ID of the user (`oid`).
    pub oid: String,
    /// Tenant ID (`tid`).
    pub tenant: String,
    /// `preferred_username`.
    pub name: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Account(private)")
    }
}

/// The claims of a claims challenge, decoded. Goes back to Entra, never into a log.
pub type Claims = Private<String>;

/// The answer to a call: a closed set; nobody else reads a status code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is done.
    Done,
    /// What colleagues see.
    Presence(Effective),
    /// Tokens came; the host knows them as the grant of the call's number.
    Granted(Granted),
    /// A device code came.
    DeviceCode(DeviceCode),
    /// The device code was not used yet (`authorization_pending`).
    Pending,
    /// As `Pending`, and the polls are too quick (`slow_down`).
    SlowDown,
    /// Too many requests (429).
    Throttled {
        /// `Retry-After`.
        retry_after: Option<Duration>,
        /// For the help desk.
        ids: Ids,
    },
    /// The access token was not accepted (401).
    Unauthorized {
        /// The claims challenge, if there was one.
        claims: Option<Claims>,
        /// For the help desk.
        ids: Ids,
    },
    /// Not allowed (403).
    Forbidden {
        /// For the help desk.
        ids: Ids,
    },
    /// Not found (404).
    NotFound {
        /// For the help desk.
        ids: Ids,
    },
    /// The request itself was wrong (400).
    Rejected {
        /// The service's own words.
        detail: String,
        /// For the help desk.
        ids: Ids,
    },
    /// The service is down (5xx).
    Busy {
        /// `Retry-After`.
        retry_after: Option<Duration>,
        /// For the help desk.
        ids: Ids,
    },
    /// No answer, or none of the service's.
    Offline {
        /// What the network said.
        detail: String,
    },
    /// Entra refused.
    Refused(Refusal),
}

/// What a grant of tokens is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// Whose; absent when the answer had no ID token.
    pub account: Option<Account>,
    /// How long the access token lives.
    pub access_for: Duration,
    /// Whether the granted scope holds `Presence.ReadWrite`.
    pub may_set_presence: bool,
}

/// A device code to show (RFC 8628).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceCode {
    /// What the person types.
    pub user_code: Private<String>,
    /// Where.
    pub verification_uri: String,
    /// The least pause between polls.
    pub interval: Duration,
    /// How long the code lives.
    pub expires_in: Duration,
}

/// A refusal of Entra's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its kind.
    pub kind: RefusalKind,
    /// Entra's own words.
    pub detail: String,
    /// For the help desk.
    pub ids: Ids,
}

/// Kinds of refusal, told apart by `error` and `suberror`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// A person must sign in again (`invalid_grant`, `interaction_required`, `login_required`).
    PersonNeeded,
    /// Consent is missing (`consent_required`).
    ConsentNeeded,
    /// The person said no (`access_denied`, `authorization_declined`).
    Declined,
    /// Too late (`expired_token`).
    Expired,
    /// The registration is not a public client (`unauthorized_client`, `invalid_client`).
    NotPublicClient,
    /// Anything else.
    Other,
}
