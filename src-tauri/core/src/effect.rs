//! Owns everything the core can ask the host to do; refuses tokens: a grant is a name for a set of them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Account, AttemptId, Claims, Private, Problem, ReplyTo, Status, Time};

/// What the host must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Make a call and answer with [`crate::Event::Answered`] within its limit.
    Call {
        /// Its number.
        id: CallId,
        /// What to call.
        call: Call,
    },
    /// Give a call up; its answer no longer matters.
    Abandon(CallId),
    /// Load the stored sign-in.
    Load,
    /// Store a grant's refresh token in place of the stored one.
    Store(GrantId),
    /// Delete the stored sign-in of an identity ([`crate::Settings::identity`]), which need not be the present one.
    Forget {
        /// Whose entry.
        identity: String,
    },
    /// A grant's tokens are not needed any more.
    Drop(GrantId),
    /// Listen for the redirect and open the browser.
    OpenSignIn {
        /// The attempt.
        attempt: AttemptId,
        /// A claims challenge to pass on.
        claims: Option<Claims>,
    },
    /// Stop listening.
    CloseSignIn(AttemptId),
    /// Save what is wanted.
    Save(Saved),
    /// Show a notification.
    Notify(Notice),
    /// Tell a face the outcome of its command.
    Reply {
        /// Which.
        to: ReplyTo,
        /// The outcome.
        outcome: Outcome,
    },
    /// Open the window.
    OpenWindow,
    /// Read the configuration and answer with [`crate::Event::Configured`].
    ReadConfiguration,
    /// Let the machine sleep: what had to be done first is done, or takes too long.
    LetSleep,
    /// End the program.
    Exit {
        /// Whether nothing that it sent can still change the session: [`Saved::ended`] of the next start.
        settled: bool,
    },
}

/// The number of a call; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u64);

/// The name of a set of tokens that the host holds: the number of the call that brought them, or
/// [`GrantId::stored`]. Never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GrantId(pub u64);

impl GrantId {
    /// The tokens that the `load`th reading of the OS keyring brought, counted from 0.
    pub fn stored(load: u64) -> GrantId {
        GrantId(u64::MAX - load)
    }
}

/// A call to Graph or Entra.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// "presence: setPresence".
    SetPresence {
        /// With whose access token.
        grant: GrantId,
        /// For whom.
        account: Account,
        /// What.
        status: Status,
        /// `expirationDuration`, whole seconds, 5 minutes to 4 hours.
        expiration: Duration,
    },
    /// "presence: clearPresence". The host answers [`crate::Answer::Done`] for a 404: there was no session.
    ClearPresence {
        /// With whose access token.
        grant: GrantId,
        /// For whom.
        account: Account,
    },
    /// "Get presence" of the signed-in person.
    ReadPresence {
        /// With whose access token.
        grant: GrantId,
    },
    /// "presence: setUserPreferredPresence" with Away.
    PinAway {
        /// With whose access token.
        grant: GrantId,
        /// For whom.
        account: Account,
        /// `expirationDuration`.
        expiration: Duration,
    },
    /// "presence: clearUserPreferredPresence".
    Unpin {
        /// With whose access token.
        grant: GrantId,
        /// For whom.
        account: Account,
    },
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
    /// Whether the call changes what the presence session says.
    pub fn writes_session(&self) -> bool {
        match self {
            Call::SetPresence { .. } | Call::ClearPresence { .. } => true,
            Call::ReadPresence { .. }
            | Call::PinAway { .. }
            | Call::Unpin { .. }
            | Call::Redeem { .. }
            | Call::Refresh { .. }
            | Call::StartDevice { .. }
            | Call::PollDevice { .. } => false,
        }
    }

    /// Whether the call changes the preferred presence.
    pub fn writes_pin(&self) -> bool {
        match self {
            Call::PinAway { .. } | Call::Unpin { .. } => true,
            Call::SetPresence { .. }
            | Call::ClearPresence { .. }
            | Call::ReadPresence { .. }
            | Call::Redeem { .. }
            | Call::Refresh { .. }
            | Call::StartDevice { .. }
            | Call::PollDevice { .. } => false,
        }
    }

    /// With whose tokens the call is made; a step of a sign-in has none yet.
    pub fn grant(&self) -> Option<GrantId> {
        match self {
            Call::SetPresence { grant, .. }
            | Call::ClearPresence { grant, .. }
            | Call::ReadPresence { grant }
            | Call::PinAway { grant, .. }
            | Call::Unpin { grant, .. }
            | Call::Refresh { grant, .. } => Some(*grant),
            Call::Redeem { .. } | Call::StartDevice { .. } | Call::PollDevice { .. } => None,
        }
    }

    /// Whether the call is a step of a sign-in.
    pub fn signs_in(&self) -> bool {
        match self {
            Call::Redeem { .. } | Call::StartDevice { .. } | Call::PollDevice { .. } => true,
            Call::SetPresence { .. }
            | Call::ClearPresence { .. }
            | Call::ReadPresence { .. }
            | Call::PinAway { .. }
            | Call::Unpin { .. }
            | Call::Refresh { .. } => false,
        }
    }

    /// Whether the call goes to Entra rather than to Graph.
    pub fn goes_to_entra(&self) -> bool {
        match self {
            Call::Redeem { .. }
            | Call::Refresh { .. }
            | Call::StartDevice { .. }
            | Call::PollDevice { .. } => true,
            Call::SetPresence { .. }
            | Call::ClearPresence { .. }
            | Call::ReadPresence { .. }
            | Call::PinAway { .. }
            | Call::Unpin { .. } => false,
        }
    }
}

/// What survives a restart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// The wish.
    pub wish: SavedWish,
    /// What was wanted before it, to go back to.
    pub before: Option<Status>,
    /// Whether the run before this one came to its end, with nothing of its own still on the way.
    pub ended: bool,
    /// The session that the run before this one left at its end.
    pub session: Option<SavedSession>,
    /// Whether the preferred presence may be a pin of ours.
    pub pinned: bool,
    /// The identity whose sign-in the keyring holds.
    pub identity: Option<String>,
    /// The identities whose sign-in is still to be deleted from the keyring.
    pub forgets: Vec<String>,
}

/// A session that was left as it is, in [`Saved`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SavedSession {
    /// What it says.
    pub status: Status,
    /// When it was set; the host keeps it as wall-clock time, as the other.
    pub sent_at: Time,
    /// When it expires.
    pub expires_at: Time,
}

/// The wish in [`Saved`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SavedWish {
    /// Nothing is wanted of the service.
    #[default]
    Nothing,
    /// The session is to end, and the service has not confirmed it.
    Cleared,
    /// A status.
    Status {
        /// Which.
        status: Status,
        /// Until when; the host keeps it as wall-clock time.
        until: Option<Time>,
        /// The span it was asked for.
        lasts: Option<Duration>,
    },
}

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// A few words.
    pub title: String,
    /// A sentence or two.
    pub body: String,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// As asked.
    Done,
    /// Not as asked, or not yet.
    Failed(Problem),
    /// A device code is to be shown; the end of the sign-in follows in the view.
    ShowCode {
        /// What the person types.
        user_code: Private<String>,
        /// Where.
        verification_uri: String,
    },
}
