//! Owns the vocabulary of what the keeper knows; refuses to act on it.

use std::time::Duration;

use crate::{
    AttemptId, Call, CallId, DeviceCode, GrantId, Ids, Private, Problem, ProblemKind, ReplyTo,
    Rules, Status, Time,
};

/// What is known of the OS keyring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Vault {
    NotAsked,
    /// Asked, or asked again while a problem stands.
    Asked {
        tries: u32,
        since: Time,
        problem: Option<Problem>,
    },
    Unavailable {
        problem: Problem,
        retry_at: Time,
        tries: u32,
        since: Time,
    },
    Absent,
    Present,
    /// Signed out here: what a slow keyring still brings is no sign-in.
    SignedOut,
}

/// What the person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// Nothing: the session is not ours to touch.
    Nothing,
    /// No session, and the service has not confirmed it.
    Cleared,
    Held(Wish),
}

/// A wanted status. Its number tells it from an equal wish before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) number: u64,
    pub(crate) status: Status,
    pub(crate) until: Option<Time>,
    pub(crate) lasts: Option<Duration>,
}

/// What the session should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    Alone,
    Gone,
    Hold(Wish),
}

/// What the session is, as far as the service confirmed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Unknown,
    Nothing,
    Held(Lease),
}

/// A confirmed setPresence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lease {
    pub(crate) wish: u64,
    pub(crate) status: Status,
    pub(crate) sent_at: Time,
    pub(crate) expires_at: Time,
    pub(crate) renew_at: Option<Time>,
}

impl Lease {
    /// When the session stops saying the status, unless renewed.
    pub(crate) fn ends_at(&self, rules: &Rules) -> Time {
        match self.status {
            Status::Available => self.expires_at.min(self.sent_at + rules.fade),
            Status::InACall | Status::InAConferenceCall | Status::Away | Status::Presenting => {
                self.expires_at
            }
        }
    }
}

/// The preferred presence, where Away is pinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pin {
    Free,
    /// Perhaps pinned: by a run before this one, or by a call that was never answered.
    Doubtful,
    /// Pinned along with the lease sent then.
    Held {
        lease: Time,
    },
    /// Refused; not tried again before then.
    Failed {
        again: Time,
    },
}

/// What a call is for. A refresh is for what needed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The session says what is wanted.
    Session,
    /// Away is pinned, or is not any more.
    Pin,
    /// Somebody looks what colleagues see.
    Look,
    /// The session of a person who is not signed in any more is ended, with this grant.
    Former(GrantId),
    SignIn,
}

/// A call that is due, and what for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Planned {
    pub(crate) at: Time,
    pub(crate) call: Call,
    pub(crate) purpose: Purpose,
}

/// The one call on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flight {
    pub(crate) id: CallId,
    pub(crate) call: Call,
    pub(crate) purpose: Purpose,
    pub(crate) wish: u64,
    pub(crate) sent_at: Time,
    pub(crate) patience: Option<Time>,
    pub(crate) limit: Time,
    /// Whether the machine or the network woke since: no answer to it says how the network is now.
    pub(crate) outdated: bool,
}

/// Why the session cannot be kept right now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) kind: ProblemKind,
    /// Whether only Entra failed, so that tokens from there end it.
    pub(crate) is_entra: bool,
    pub(crate) detail: String,
    pub(crate) ids: Ids,
    pub(crate) since: Time,
    pub(crate) tries: u32,
    pub(crate) retry: Retry,
}

/// A service asked for patience. Graph does so for calls of every purpose, Entra for refreshes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pause {
    pub(crate) kind: ProblemKind,
    pub(crate) ids: Ids,
    pub(crate) since: Time,
    pub(crate) until: Time,
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

/// The last things done before a quit or a sign-out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Farewell {
    pub(crate) leaving: Leaving,
    pub(crate) clears: bool,
    pub(crate) until: Time,
}

/// What comes after the last things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaving {
    SignOut,
    Quit,
    /// A quit came while a sign-out was under way.
    SignOutAndQuit,
}

/// Whether the machine is about to sleep, or does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rest {
    Awake,
    /// The last things before sleep are being done, until then at most.
    Falling {
        clears: bool,
        until: Time,
    },
    /// Nothing is sent. Whoever still runs then did not go to sleep after all.
    Asleep {
        until: Time,
    },
}

/// How far a sign-in is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SignIn {
    Idle,
    /// The browser is open, or is being opened.
    Browser {
        attempt: AttemptId,
        url: Option<Private<String>>,
        trouble: Option<Problem>,
        until: Time,
    },
    /// The code came back; `at` is when to try to redeem it.
    Redeeming {
        attempt: AttemptId,
        at: Time,
        tries: u32,
        until: Time,
    },
    /// A device code is to be asked for.
    Starting {
        attempt: AttemptId,
        until: Time,
    },
    /// A device code is shown.
    Device {
        attempt: AttemptId,
        code: DeviceCode,
        poll_at: Time,
        interval: Duration,
        until: Time,
    },
    /// The last one ended without a grant.
    Ended {
        problem: Problem,
        at: Time,
    },
}

impl SignIn {
    pub(crate) fn until(&self) -> Option<Time> {
        match self {
            SignIn::Idle | SignIn::Ended { .. } => None,
            SignIn::Browser { until, .. }
            | SignIn::Redeeming { until, .. }
            | SignIn::Starting { until, .. }
            | SignIn::Device { until, .. } => Some(*until),
        }
    }

    pub(crate) fn attempt(&self) -> Option<AttemptId> {
        match self {
            SignIn::Idle | SignIn::Ended { .. } => None,
            SignIn::Browser { attempt, .. }
            | SignIn::Redeeming { attempt, .. }
            | SignIn::Starting { attempt, .. }
            | SignIn::Device { attempt, .. } => Some(*attempt),
        }
    }
}

/// A face that waits for the outcome of its command, until `limit` at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) to: ReplyTo,
    pub(crate) what: WaitFor,
    pub(crate) limit: Option<Time>,
}

/// What a face waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WaitFor {
    Wish(u64),
    Clear,
    SignIn,
    Look,
    Farewell,
    /// The keyring has forgotten this deletion's entry.
    Forgotten(u64),
    Remembered,
    Reload,
}
