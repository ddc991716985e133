//! Owns the one decision: what is due, or when to look again; refuses to do it.

use crate::flight::{Planned, Purpose, Unanswered};
use crate::state::State;
use crate::wishes::Want;
use crate::{GrantId, Time};

/// What the core does when its time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// A timed wish ends.
    EndWish,
    /// The call on its way waits too long for the newest wish.
    Abandon,
    /// The call on its way will not be answered any more.
    GiveUp,
    /// What the session said is no longer true.
    Lapse,
    Load,
    Store,
    /// The keyring is to forget this deletion's entry.
    Forget(u64),
    /// The keyring still holds the sign-in of another registration.
    ForgetOrphan,
    Call(Planned),
    /// Nothing is left to end for a former person.
    DropFormer(GrantId),
    /// What colleagues were seen to see says nothing any more.
    ForgetSeen,
    AnswerLate,
    /// There is nothing left to clear.
    Cleared,
    /// Trouble with what is no longer wanted is over.
    ClearTrouble,
    Announce,
    EndSignIn,
    EndShutdown,
    LetSleep,
    WakeUp,
}

/// An action and its moment.
type Due = (Time, Action);

impl State<'_> {
    /// The single thing that comes next. Action and deadline are both read from here, so that no timer can be
    /// forgotten. The earliest wins; of two at the same moment, the one named first.
    pub(crate) fn due(&self) -> Option<Due> {
        if self.shutdown.is_over() {
            return None;
        }
        let at_once = Time::AT_ONCE;
        let rules = &self.cx.rules;
        let mut first: Option<Due> = None;
        let mut or = |next: Option<Due>| {
            if let Some(next) = next
                && first.as_ref().is_none_or(|first| next.0 < first.0)
            {
                first = Some(next);
            }
        };
        or(self.wishes.wish().and_then(|wish| Some((wish.until?, Action::EndWish))));
        or(self.has_nothing_to_clear().then_some((at_once, Action::Cleared)));
        or(self.session.lapses_at(rules).map(|at| (at, Action::Lapse)));
        or(self.outbox.end().map(|(at, how)| match how {
            Unanswered::Abandoned => (at, Action::Abandon),
            Unanswered::GivenUp => (at, Action::GiveUp),
        }));
        if let Some(identity) = self.cx.setup.identity() {
            or(self.credentials.store_at(Some(identity)).map(|at| (at, Action::Store)));
            or(self.credentials.load_at().map(|at| (at, Action::Load)));
        }
        or(self.credentials.deletion_due().map(|(at, number)| (at, Action::Forget(number))));
        let orphan_end = self.credentials.orphan_end(self.cx);
        or(orphan_end.map(|at| (at, Action::ForgetOrphan)));
        or(self.former_end().map(|(at, grant)| (at, Action::DropFormer(grant))));
        let sign_in_end = self.sign_in.end_at(self.credentials.is_signed_in(), self.cx);
        or(sign_in_end.map(|at| (at, Action::EndSignIn)));
        let seen = self.session.seen();
        or(seen.map(|(at, _)| (*at + rules.look_stale, Action::ForgetSeen)));
        // A machine that was let asleep may run on; nobody has waited while it slept.
        if self.shutdown.stayed_awake_at().is_none_or(|awake| self.cx.now < awake) {
            or(self.replies.end().map(|at| (at, Action::AnswerLate)));
        }
        or(self.announce_at().map(|at| (at, Action::Announce)));
        or(self.next_call().map(|planned| (planned.at, Action::Call(planned))));
        or(self.trouble_end().map(|at| (at, Action::ClearTrouble)));
        or(self.shutdown.limit().map(|limit| (self.last_things_end(limit), Action::EndShutdown)));
        let limit = self.shutdown.sleep_limit();
        or(limit.map(|limit| (self.last_things_end(limit), Action::LetSleep)));
        or(self.shutdown.stayed_awake_at().map(|at| (at, Action::WakeUp)));
        first
    }

    /// A clear needs no call when what would have made a session did not.
    fn has_nothing_to_clear(&self) -> bool {
        self.wishes.want() == Want::Clearing
            && self.session.is_none()
            && !self.session.awaits_late_write()
            && self.outbox.flight().is_none()
    }

    /// When nothing is left to end for a former person, or it has expired.
    fn former_end(&self) -> Option<(Time, GrantId)> {
        let in_flight = self.outbox.flight().and_then(|flight| match flight.purpose {
            Purpose::Former(grant) => Some(grant),
            Purpose::Session
            | Purpose::Pin
            | Purpose::Message
            | Purpose::Look
            | Purpose::SignIn => None,
        });
        // The keyring may bring them back, with older tokens.
        let stays = self.cx.setup.identity().filter(|_| self.credentials.is_loading());
        self.formers.end(in_flight, stays)
    }

    fn trouble_end(&self) -> Option<Time> {
        let at = self.troubles.end()?;
        let is_over = self.outbox.flight().is_none() && !self.is_status_needed();
        is_over.then_some(at)
    }

    fn last_things_end(&self, limit: Time) -> Time {
        if self.has_last_things(limit) { limit } else { Time::AT_ONCE }
    }
}
