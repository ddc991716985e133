//! Owns which call keeps the promise, and when; refuses to say what its answer means.

use std::time::Duration;

use crate::flight::{Planned, Purpose};
use crate::replies::WaitFor;
use crate::shutdown::LastGoal;
use crate::state::{Goal, State};
use crate::wishes::Wish;
use crate::{Call, GraphRequest, Setup, Status, Time};

type Timed = (Time, GraphRequest);

impl State<'_> {
    /// The next call.
    pub(crate) fn next_call(&self) -> Option<Planned> {
        if self.outbox.flight().is_some() {
            return None;
        }
        match (self.sign_in_call(), self.keeping_call()) {
            (Some(sign_in), Some(keep)) if keep.at < sign_in.at => Some(keep),
            (Some(sign_in), _) => Some(sign_in),
            (None, keep) => keep,
        }
    }

    fn sign_in_call(&self) -> Option<Planned> {
        if self.shutdown.is_busy() {
            return None;
        }
        let (at, request) = self.sign_in.call()?;
        let at = self.outbox.rate().below_ceiling(at.max(self.cx.now), false, &self.cx.rules);
        Some(Planned { at, call: Call::Entra(request), purpose: Purpose::SignIn })
    }

    /// The next call that keeping asks for. What a former person left is ended before anything is set, but for their
    /// status message, which takes a reading, too: nobody's status waits for that.
    pub(crate) fn keeping_call(&self) -> Option<Planned> {
        let Setup::Ready(_) = &self.cx.setup else { return None };
        if self.shutdown.is_asleep() {
            return None;
        }
        let now = self.cx.now;
        let after_pause = |at| self.troubles.after_pause(at);
        let former = self.formers.call(after_pause, self.cx);
        let is_due_status =
            |own: &Planned| own.at <= now && matches!(own.purpose, Purpose::Session | Purpose::Pin);
        let next = match (former, self.own_call()) {
            (Some(former), Some(own)) if own.at.max(now) < former.at => own,
            (Some(former), Some(own)) if former.call.is_for_message() && is_due_status(&own) => own,
            (Some(former), _) => former,
            (None, own) => own?,
        };
        let (rate, is_last) = (self.outbox.rate(), self.shutdown.is_busy());
        let at = rate.not_before(next.at.max(now), is_last, &self.cx.rules);
        Some(Planned { at, ..next })
    }

    /// The next call for the signed-in person, behind the gates of trouble and token.
    fn own_call(&self) -> Option<Planned> {
        let grant = self.credentials.grant()?;
        let (at, request, purpose) = self.needed()?;
        let at = at.max(self.troubles.gate()?).max(self.cx.now);
        // The token is judged by the moment at which the call can be made.
        let at = self.troubles.after_pause(grant.after_refusal(at));
        Some(if grant.needs_refresh(at, &self.cx.rules) {
            Planned { at: grant.after_pause(at), call: grant.refresh(), purpose }
        } else {
            Planned { at, call: Call::Graph { grant: grant.id(), request }, purpose }
        })
    }

    /// What the service has to be asked for, whatever stands between. The earliest wins; of two that could be asked now,
    /// the one named first.
    pub(crate) fn needed(&self) -> Option<(Time, GraphRequest, Purpose)> {
        self.credentials.grant()?;
        let now = self.cx.now;
        let mut first: Option<(Time, GraphRequest, Purpose)> = None;
        let mut or = |next: Option<Timed>, purpose| {
            if let Some((at, request)) = next
                && first.as_ref().is_none_or(|(first, ..)| at.max(now) < *first)
            {
                first = Some((at, request, purpose));
            }
        };
        // What is aside does not wait while the session makes room for others.
        let session = self.session_request();
        or(session.map(|(at, set)| (self.troubles.after_yield(at), set)), Purpose::Session);
        or(self.pin_request(), Purpose::Pin);
        or(self.message_request(), Purpose::Message);
        or(self.look(), Purpose::Look);
        first
    }

    /// Whether anything beside the status message has to be asked for.
    pub(crate) fn is_status_needed(&self) -> bool {
        let needs =
            [self.session_request(), self.pin_request(), self.look()].iter().any(Option::is_some);
        needs && self.credentials.grant().is_some()
    }

    fn session_request(&self) -> Option<Timed> {
        match self.goal() {
            Goal::LeaveAlone => None,
            Goal::Hold(wish) => {
                let at = self.session.set_at(wish.number)?;
                let (status, expiration) = (wish.status, self.expiration(&wish));
                Some((at, GraphRequest::SetPresence { status, expiration }))
            }
            Goal::Cleared => Some((self.session.clear_at()?, GraphRequest::ClearPresence)),
        }
    }

    /// `expirationDuration`: the setting, or what is left of a timed wish, in whole seconds.
    fn expiration(&self, wish: &Wish) -> Duration {
        let rules = &self.cx.rules;
        let Setup::Ready(settings) = &self.cx.setup else { return rules.shortest_expiration };
        let span = wish.until.map_or(settings.expiration, |until| {
            until.since(self.cx.now) + Duration::from_millis(999)
        });
        let whole = Duration::from_secs(span.as_secs());
        whole.clamp(rules.shortest_expiration, rules.longest_expiration)
    }

    fn pin_request(&self) -> Option<Timed> {
        let Setup::Ready(settings) = &self.cx.setup else { return None };
        if self.shutdown.goal() == Some(LastGoal::LeaveAlone) {
            return None;
        }
        let pin = self.session.pin();
        let at_once = self.replies.is_awaited(WaitFor::Reset).then_some(Time::AT_ONCE);
        if !(settings.pin_away && self.wants_away()) {
            return Some((at_once.or(pin.unpin_at())?, GraphRequest::Unpin));
        }
        let lease = self.confirmed()?;
        let expiration = lease.expires_at.since(lease.sent_at);
        Some((at_once.or(pin.pin_at(lease.sent_at))?, GraphRequest::PinAway { expiration }))
    }

    fn wants_away(&self) -> bool {
        match self.goal() {
            Goal::Hold(wish) => wish.status == Status::Away,
            Goal::Cleared | Goal::LeaveAlone => false,
        }
    }

    fn message_request(&self) -> Option<Timed> {
        if self.message.is_nothing() {
            return None;
        }
        self.message.call(self.message_goal(), self.cx.now, &self.cx.rules)
    }

    fn look(&self) -> Option<Timed> {
        let wanted = self.session.is_look_wanted() && !self.shutdown.is_busy();
        wanted.then_some((Time::AT_ONCE, GraphRequest::ReadPresence))
    }

    /// Whether something is under way, or due before `until`, that an end or a sleep waits for.
    pub(crate) fn has_last_things(&self, until: Time) -> bool {
        self.outbox.flight().is_some()
            || self.credentials.is_keyring_busy()
            || self.keeping_call().is_some_and(|planned| planned.at < until)
    }
}
