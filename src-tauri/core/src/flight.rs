//! Owns what is known of one call: what it is for, and until when its answer is waited for. Refuses to make it.

use crate::context::Context;
use crate::{Call, CallId, GrantId, Time};

/// What a call is for. A refresh is for what needed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The session says what is wanted.
    Session,
    /// Away is pinned, or is not any more.
    Pin,
    /// The status message is as wanted.
    Message,
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
    /// The number of the wish that was wanted when it was made.
    pub(crate) wish: u64,
    pub(crate) sent_at: Time,
    /// How long what comes next waits for it.
    patience: Option<Time>,
    limit: Time,
    /// Whether the machine or the network woke since: no answer to it says how the network is now.
    pub(crate) outdated: bool,
}

/// How a call ends that is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unanswered {
    /// The newest wish does not wait for it any longer.
    Abandoned,
    /// It will not be answered any more.
    GivenUp,
}

impl Flight {
    /// A call made now, while `wish` is wanted.
    pub(crate) fn new(id: CallId, call: Call, purpose: Purpose, wish: u64, cx: &Context) -> Flight {
        let limit = cx.now + cx.rules.limit(&call) + cx.rules.answer_margin;
        let (sent_at, patience, outdated) = (cx.now, None, false);
        Flight { id, call, purpose, wish, sent_at, patience, limit, outdated }
    }

    /// When it ends without an answer.
    pub(crate) fn end(&self) -> (Time, Unanswered) {
        match self.patience {
            Some(patience) if patience < self.limit => (patience, Unanswered::Abandoned),
            Some(_) | None => (self.limit, Unanswered::GivenUp),
        }
    }

    /// Lets it delay what comes next until `patience` at most, and one that only looks no longer than now. A call to
    /// Entra is always waited for: giving a refresh up could lose a rotated refresh token.
    pub(crate) fn lose_patience(&mut self, patience: Time, now: Time) {
        let until = match &self.call {
            Call::Graph { request, .. } if request.writes() => patience,
            Call::Graph { .. } => now,
            Call::Entra(_) => return,
        };
        self.patience = Some(self.patience.map_or(until, |old| old.min(until)));
    }

    /// The machine or the network woke.
    pub(crate) fn woke(&mut self, now: Time) {
        self.outdated |= self.sent_at < now;
    }

    /// It turns out to be for something else.
    pub(crate) fn repurpose(&mut self, purpose: Purpose) {
        self.purpose = purpose;
    }
}
