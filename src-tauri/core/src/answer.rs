//! Owns what a call can bring: a closed set; refuses tokens, codes and status codes.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Claims, Effective, FoundMessage, Ids, Private};

/// The answer to a call: a closed set; nobody else reads a status code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is done.
    Done,
    /// What colleagues see.
    Presence(Effective),
    /// The same, and what stands as the status message.
    Message(Effective, FoundMessage),
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
        /// Why not.
        cause: NoAnswer,
    },
    /// Entra refused.
    Refused(Refusal),
}

/// Why no answer of the service's came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// There was none in time.
    Timeout,
    /// There was no connection.
    NoConnection,
    /// The connection broke.
    Broken,
    /// It was far too long.
    TooLong,
    /// The request could not be made: the configured addresses make no URL.
    NoRequest,
    /// Something else answered in its place, a captive portal or a proxy; with this HTTP status, where one is known.
    NotTheService(Option<u16>),
    /// The service answered something else than was asked for.
    Unexpected,
    /// The system does not accept the certificate of what answered, so nothing was sent.
    Certificate(BadCertificate),
    /// The proxy wants to know who asks (407).
    ProxySignIn,
}

/// A certificate that the system does not accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadCertificate {
    /// Why not.
    pub flaw: Flaw,
    /// The common name of who issued it, as it says itself.
    pub issuer: Option<String>,
}

/// What is wrong with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The system does not know who issued it.
    UnknownIssuer,
    /// It was issued by itself.
    SelfSigned,
    /// Its time is over.
    Expired,
    /// Its time has not begun.
    NotYetValid,
    /// It is for another host.
    OtherHost,
    /// Something else.
    Other,
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

impl Account {
    /// Which person this is, as `tid/oid`: names change.
    pub fn id(&self) -> String {
        format!("{}/{}", self.tenant, self.oid)
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Account(private)")
    }
}
