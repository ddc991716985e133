//! Owns the one call in flight, and how many calls a minute has seen; refuses to decide what is called.

use crate::context::Context;
use crate::flight::{Flight, Planned, Purpose, Unanswered};
use crate::rate_limit::RateLimit;
use crate::{CallId, Effect, Time};

/// What goes out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox {
    flight: Option<Flight>,
    calls: u64,
    rate: RateLimit,
}

impl Outbox {
    pub(crate) fn flight(&self) -> Option<&Flight> {
        self.flight.as_ref()
    }

    pub(crate) fn rate(&self) -> &RateLimit {
        &self.rate
    }

    /// A wish, or what counts as one, pays for one more call.
    pub(crate) fn wished(&mut self, cx: &Context) {
        self.rate.wished(cx.now, &cx.rules);
    }

    /// Makes a call while `wish` is wanted. There is no other on its way.
    pub(crate) fn send(&mut self, planned: Planned, wish: u64, cx: &mut Context) {
        let Planned { call, purpose, .. } = planned;
        self.calls += 1;
        self.rate.called(cx.now, call.signs_in());
        let id = CallId(self.calls);
        self.flight = Some(Flight::new(id, call.clone(), purpose, wish, cx));
        cx.emit(Effect::Call { id, call });
    }

    /// Takes the call with this number off its way.
    pub(crate) fn take(&mut self, id: CallId) -> Option<Flight> {
        self.flight.take_if(|flight| flight.id == id)
    }

    /// Gives the call on its way up; its answer no longer matters.
    pub(crate) fn abandon(&mut self, cx: &mut Context) -> Option<Flight> {
        let flight = self.flight.take()?;
        cx.emit(Effect::Abandon(flight.id));
        Some(flight)
    }

    /// When the call on its way ends without an answer.
    pub(crate) fn end(&self) -> Option<(Time, Unanswered)> {
        self.flight.as_ref().map(Flight::end)
    }

    /// Lets the call on its way delay what comes next until `patience` at most.
    pub(crate) fn lose_patience(&mut self, patience: Time, now: Time) {
        if let Some(flight) = &mut self.flight {
            flight.lose_patience(patience, now);
        }
    }

    /// The machine or the network woke.
    pub(crate) fn woke(&mut self, now: Time) {
        if let Some(flight) = &mut self.flight {
            flight.woke(now);
        }
    }

    /// The call on its way turns out to be for something else.
    pub(crate) fn repurpose(&mut self, purpose: Purpose) {
        if let Some(flight) = &mut self.flight {
            flight.repurpose(purpose);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::tests::context;
    use crate::{Call, EntraRequest, GrantId, GraphRequest};

    fn sent(call: Call) -> (Outbox, Context) {
        let (mut outbox, mut cx) = (Outbox::default(), context());
        outbox.send(Planned { at: cx.now, call, purpose: Purpose::Session }, 1, &mut cx);
        (outbox, cx)
    }

    #[test]
    fn a_write_is_abandoned_for_a_newer_wish_and_a_refresh_never() {
        let clear = Call::Graph { grant: GrantId(1), request: GraphRequest::ClearPresence };
        let (mut outbox, cx) = sent(clear);
        assert!(matches!(outbox.end(), Some((_, Unanswered::GivenUp))));
        outbox.lose_patience(cx.now + cx.rules.patience, cx.now);
        assert_eq!(outbox.end(), Some((cx.now + cx.rules.patience, Unanswered::Abandoned)));

        let refresh = EntraRequest::Refresh { grant: GrantId(1), claims: None };
        let (mut outbox, cx) = sent(Call::Entra(refresh));
        outbox.lose_patience(cx.now, cx.now);
        assert!(matches!(outbox.end(), Some((at, Unanswered::GivenUp)) if at > cx.now));
    }

    #[test]
    fn only_the_call_on_its_way_is_taken() {
        let read = Call::Graph { grant: GrantId(1), request: GraphRequest::ReadPresence };
        let (mut outbox, mut cx) = sent(read);
        assert!(outbox.take(CallId(7)).is_none());
        assert!(outbox.take(CallId(1)).is_some() && outbox.flight().is_none());
        assert!(outbox.abandon(&mut cx).is_none());
    }
}
