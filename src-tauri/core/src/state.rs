//! Owns a look at all parts at one moment, and where they must agree: what the session should be. It only reads.

use crate::context::Context;
use crate::credentials::Credentials;
use crate::formers::Formers;
use crate::message::{Message, MessageGoal};
use crate::notices::Notices;
use crate::outbox::Outbox;
use crate::replies::Replies;
use crate::session::{Lease, Session};
use crate::shutdown::{LastGoal, Shutdown};
use crate::sign_in::SignIn;
use crate::troubles::Troubles;
use crate::wishes::{Want, Wish, Wishes};

/// Everything that is known, to be read.
#[derive(Clone, Copy)]
pub(crate) struct State<'a> {
    pub(crate) cx: &'a Context,
    pub(crate) wishes: &'a Wishes,
    pub(crate) session: &'a Session,
    pub(crate) message: &'a Message,
    pub(crate) credentials: &'a Credentials,
    pub(crate) sign_in: &'a SignIn,
    pub(crate) formers: &'a Formers,
    pub(crate) outbox: &'a Outbox,
    pub(crate) troubles: &'a Troubles,
    pub(crate) shutdown: &'a Shutdown,
    pub(crate) notices: &'a Notices,
    pub(crate) replies: &'a Replies,
}

/// What the session should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// As it is.
    LeaveAlone,
    /// There is none.
    Cleared,
    Hold(Wish),
}

impl<'a> State<'a> {
    /// What the session should be.
    pub(crate) fn goal(&self) -> Goal {
        match (self.shutdown.goal(), self.wishes.want()) {
            (Some(LastGoal::Clear), _) | (None, Want::Clearing) => Goal::Cleared,
            (Some(LastGoal::LeaveAlone), _) | (None, Want::Nothing) => Goal::LeaveAlone,
            (None, Want::Held(wish)) => Goal::Hold(wish),
        }
    }

    /// What is to become of the status message: it goes with the status that the service has confirmed.
    pub(crate) fn message_goal(&self) -> MessageGoal {
        match (self.shutdown.goal(), self.wishes.want()) {
            (Some(LastGoal::Clear), _) | (_, Want::Clearing | Want::Nothing) => MessageGoal::Gone,
            (Some(LastGoal::LeaveAlone), Want::Held(wish)) => {
                let Some(lease) = self.session.lease_of(wish.number) else {
                    return MessageGoal::LeaveAlone;
                };
                let ends = wish.until.map_or(lease.expires_at, |until| until.min(lease.expires_at));
                MessageGoal::Shorten { wish: wish.number, ends }
            }
            (None, Want::Held(wish)) => match self.confirmed() {
                Some(_) => MessageGoal::Stand { wish: wish.number, ends: wish.until },
                None => MessageGoal::Keep(wish.number),
            },
        }
    }

    /// The lease by which the session is what it should be.
    pub(crate) fn confirmed(&self) -> Option<&'a Lease> {
        match self.goal() {
            Goal::Hold(wish) => self.session.lease_of(wish.number),
            Goal::LeaveAlone | Goal::Cleared => None,
        }
    }
}
