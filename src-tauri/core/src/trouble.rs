//! Owns what can stand between a wish and the service; refuses to say it to a person.

use crate::{Ids, NoAnswer, ProblemKind, Time};

/// Why the session cannot be kept right now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) kind: TroubleKind,
    /// Whether only Entra failed, so that tokens from there end it.
    pub(crate) is_entra: bool,
    pub(crate) ids: Ids,
    pub(crate) since: Time,
    pub(crate) tries: u32,
    pub(crate) retry: Retry,
}

/// What kind of trouble there can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TroubleKind {
    Offline(NoAnswer),
    ServiceBusy,
    Throttled,
    TooManyChanges,
    TokenRefused,
    ConsentNeeded,
    NotAllowed,
    NoPresence,
    /// With the service's own words.
    Rejected(String),
}

/// When a trouble is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// The service said from when on: nobody is quicker. Unless somebody chooses anew, only `then`.
    NotBefore { from: Time, then: Time },
    /// Then, or at once for a new wish.
    Backoff(Time),
    /// Only for a new wish.
    NewWish,
}

/// A service asked for patience. Graph does so for calls of every purpose, Entra for refreshes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pause {
    pub(crate) kind: TroubleKind,
    pub(crate) ids: Ids,
    pub(crate) since: Time,
    pub(crate) until: Time,
}

impl Trouble {
    /// Whether it ends by itself.
    pub(crate) fn passes(&self) -> bool {
        !self.kind.needs_person()
    }
}

impl TroubleKind {
    pub(crate) fn problem_kind(&self) -> ProblemKind {
        match self {
            TroubleKind::Offline(_) => ProblemKind::Offline,
            TroubleKind::ServiceBusy => ProblemKind::ServiceBusy,
            TroubleKind::Throttled => ProblemKind::Throttled,
            TroubleKind::TooManyChanges => ProblemKind::TooManyChanges,
            TroubleKind::TokenRefused => ProblemKind::TokenRefused,
            TroubleKind::ConsentNeeded => ProblemKind::ConsentNeeded,
            TroubleKind::NotAllowed => ProblemKind::NotAllowed,
            TroubleKind::NoPresence => ProblemKind::NoPresence,
            TroubleKind::Rejected(_) => ProblemKind::Rejected,
        }
    }

    pub(crate) fn needs_person(&self) -> bool {
        self.problem_kind().needs_person()
    }

    /// Doublings to begin a backoff with: a fresh token that was refused is not better a second later, and each
    /// try costs a token too.
    pub(crate) fn head_start(&self) -> u32 {
        if *self == TroubleKind::TokenRefused { 5 } else { 0 }
    }

    /// Whether a waking machine or a changed network is worth a try at once.
    pub(crate) fn may_pass_with_network(&self) -> bool {
        match self {
            TroubleKind::Offline(_) | TroubleKind::ServiceBusy | TroubleKind::TokenRefused => true,
            TroubleKind::Throttled
            | TroubleKind::TooManyChanges
            | TroubleKind::ConsentNeeded
            | TroubleKind::NotAllowed
            | TroubleKind::NoPresence
            | TroubleKind::Rejected(_) => false,
        }
    }
}
