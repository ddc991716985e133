//! The calls that the core asks the host to make; a token is never in them: a grant is a name for a set.

use std::sync::Arc;
use std::time::Duration;

use crate::{Private, Status, StatusMessage};

/// The number of a call; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u64);

/// The name of a set of tokens that the host holds, and of whose they are: the number of the call that brought them,
/// or [`GrantId::stored`]. Never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GrantId(pub u64);

impl GrantId {
    /// The tokens that the `load`th reading of the OS keyring brought, counted from 0.
    pub fn stored(load: u64) -> GrantId {
        GrantId(u64::MAX - load)
    }
}

/// One attempt to sign in by browser. Its code and PKCE verifier stay in the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId(pub u64);

/// The claims of a claims challenge, decoded. Goes back to Entra, never into a log.
pub type Claims = Private<String>;

/// A call to Graph or Entra.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// To Graph, for the person of a grant and with its access token.
    Graph {
        /// The grant.
        grant: GrantId,
        /// What is asked for.
        request: GraphRequest,
    },
    /// To Entra.
    Entra(EntraRequest),
}

/// What Graph is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GraphRequest {
    /// "presence: setPresence".
    SetPresence {
        /// What.
        status: Status,
        /// `expirationDuration`, whole seconds, 5 minutes to 4 hours.
        expiration: Duration,
    },
    /// "presence: clearPresence". The host answers [`crate::Answer::Done`] for a 404: there was no session.
    ClearPresence,
    /// "Get presence" of the signed-in person.
    ReadPresence,
    /// "presence: setUserPreferredPresence" with Away.
    PinAway {
        /// `expirationDuration`.
        expiration: Duration,
    },
    /// "presence: clearUserPreferredPresence".
    Unpin,
    /// "Get presence" of the signed-in person, and whether its `statusMessage` is one of these.
    ReadMessage {
        /// What counts as ours.
        ours: Arc<Vec<StatusMessage>>,
    },
    /// "presence: setStatusMessage".
    SetMessage {
        /// What.
        text: StatusMessage,
        /// Until `expiryDateTime`, from now.
        lasts: Duration,
    },
    /// The same with an empty message, which ends the one that stands.
    ClearMessage,
}

/// What Entra is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntraRequest {
    /// Redeem the attempt's authorization code.
    Redeem {
        /// The attempt.
        attempt: AttemptId,
    },
    /// Use a refresh token.
    Refresh {
        /// Whose.
        grant: GrantId,
        /// A claims challenge to pass on.
        claims: Option<Claims>,
    },
    /// Ask for a device code.
    StartDevice {
        /// The attempt.
        attempt: AttemptId,
    },
    /// Ask whether the device code was used.
    PollDevice {
        /// The attempt.
        attempt: AttemptId,
    },
}

impl Call {
    /// With whose tokens the call is made; a step of a sign-in has none yet.
    pub fn grant(&self) -> Option<GrantId> {
        match self {
            Call::Graph { grant, .. } | Call::Entra(EntraRequest::Refresh { grant, .. }) => {
                Some(*grant)
            }
            Call::Entra(
                EntraRequest::Redeem { .. }
                | EntraRequest::StartDevice { .. }
                | EntraRequest::PollDevice { .. },
            ) => None,
        }
    }

    /// What the call asks Graph for, if it does.
    pub fn graph(&self) -> Option<&GraphRequest> {
        match self {
            Call::Graph { request, .. } => Some(request),
            Call::Entra(_) => None,
        }
    }

    /// Whether the call changes what the presence session says.
    pub fn writes_session(&self) -> bool {
        self.asks_graph(GraphRequest::writes_session)
    }

    /// Whether the call changes the preferred presence.
    pub fn writes_pin(&self) -> bool {
        self.asks_graph(GraphRequest::writes_pin)
    }

    /// Whether the call changes the status message.
    pub fn writes_message(&self) -> bool {
        self.asks_graph(GraphRequest::writes_message)
    }

    /// Whether the call reads or changes the status message.
    pub fn is_for_message(&self) -> bool {
        let reads = |request: &GraphRequest| matches!(request, GraphRequest::ReadMessage { .. });
        self.writes_message() || self.asks_graph(reads)
    }

    /// Whether the call is a step of a sign-in.
    pub fn signs_in(&self) -> bool {
        match self {
            Call::Entra(request) => request.attempt().is_some(),
            Call::Graph { .. } => false,
        }
    }

    fn asks_graph(&self, what: impl Fn(&GraphRequest) -> bool) -> bool {
        self.graph().is_some_and(what)
    }
}

impl GraphRequest {
    /// Whether it changes anything.
    pub fn writes(&self) -> bool {
        self.writes_session() || self.writes_pin() || self.writes_message()
    }

    /// Whether it changes what the presence session says.
    pub fn writes_session(&self) -> bool {
        matches!(self, GraphRequest::SetPresence { .. } | GraphRequest::ClearPresence)
    }

    /// Whether it changes the preferred presence.
    pub fn writes_pin(&self) -> bool {
        matches!(self, GraphRequest::PinAway { .. } | GraphRequest::Unpin)
    }

    /// Whether it changes the status message.
    pub fn writes_message(&self) -> bool {
        matches!(self, GraphRequest::SetMessage { .. } | GraphRequest::ClearMessage)
    }
}

impl EntraRequest {
    /// The sign-in that it is a step of.
    pub fn attempt(&self) -> Option<AttemptId> {
        match self {
            EntraRequest::Redeem { attempt }
            | EntraRequest::StartDevice { attempt }
            | EntraRequest::PollDevice { attempt } => Some(*attempt),
            EntraRequest::Refresh { .. } => None,
        }
    }
}
