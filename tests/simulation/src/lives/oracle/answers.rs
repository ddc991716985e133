//! What the service did with a call, and what the program learned of it; it refuses to excuse what no fault
//! explains.

use presence_core::{
    Answer, Call, CallId, Effect, EntraRequest, GrantId, Granted, GraphRequest, NoAnswer, SavedWish,
};

use super::excuses::REACTION;
use super::reasons::patience;
use super::{Flight, Oracle, Promise};
use crate::cloud::{Delivery, Kind, Millis};
use crate::world::Subject;

impl Oracle {
    /// A request came to the service; `of` names the call, if the program waits for it.
    pub(super) fn landed(
        &mut self,
        now: Millis,
        (kind, of, whose): (Kind, Option<CallId>, Option<Subject>),
        status: u16,
        delivery: Delivery,
        struck: bool,
    ) {
        let flight = self.flight.as_mut().filter(|flight| Some(flight.id) == of);
        // What nobody waits for may have been on its way as long as a call can be.
        let longest = now.saturating_sub(10_000);
        let sent = flight.as_ref().map_or(longest, |flight| flight.sent);
        let is_former = flight.as_ref().map(|flight| flight.is_former);
        let is_awaited = flight.is_some();
        if let Some(flight) = flight {
            flight.struck |= struck;
            flight.landed = true;
            flight.is_void = self.sign_in.is_challenged || self.sign_in.is_access_void;
            match delivery {
                Delivery::Late(_) | Delivery::LandsLate(_) | Delivery::Silent => {
                    self.excuses.waits(flight.sent, &flight.call);
                }
                Delivery::Answer | Delivery::LostBefore | Delivery::LostAfter => {}
            }
        }
        if struck || delivery != Delivery::Answer {
            self.ends.hindered();
        }
        let signs_in = matches!(kind, Kind::Redeem | Kind::PollDevice);
        let is_own = match is_former {
            Some(is_former) => !is_former,
            None => signs_in || whose.is_none_or(|whose| whose == self.subject),
        };
        if let (Kind::Refresh, 200, false, Some(whose)) = (kind, status, is_own, whose)
            && lands(delivery, struck)
        {
            let arrives = delivery == Delivery::Answer;
            // They may be back already, though the keyring has not said so yet.
            let elsewhere = (whose != self.subject).then_some(whose.place);
            if let Some(theirs) = self.sign_in.at(elsewhere) {
                theirs.former_issued(now, is_awaited, arrives);
            }
            if delivery != Delivery::Answer && self.sign_in.rotates() {
                // Nobody has the token that came in its place: what they left expires.
                self.persons.lets_go(|former| former == whose);
                self.out_of_reach(whose.person);
            }
        }
        if kind == Kind::Refresh && !is_awaited && is_own {
            self.sign_in.reused(now);
        }
        if !lands(delivery, struck) {
            return;
        }
        let place = self.subject.place;
        match (kind, status, whose) {
            // Nobody knows whom a run before this one pinned at another registration.
            (Kind::SetPreferred, 200, Some(whose)) if whose.place != place && !is_awaited => {
                self.pins.touched(whose.person);
            }
            (Kind::SetPreferred, 200, Some(whose)) => self.pins.pinned(whose.person),
            (Kind::ClearPreferred, 200, Some(whose)) => self.pins.unpinned(whose.person),
            _ => {}
        }
        let writes = matches!(kind, Kind::SetPresence | Kind::ClearPresence);
        if let (true, 200 | 404, Some(whose)) = (writes, status, whose) {
            self.persons.strangers.remove(&whose);
            self.timed.is_over(whose);
        }
        if is_own {
            if !is_awaited && writes {
                self.excuses.lands_unawaited(self.order.late_until);
            }
            if writes && matches!(status, 200 | 404) {
                self.views.wrote(of.filter(|_| is_awaited));
            }
            let arrives = is_awaited && delivery == Delivery::Answer;
            self.took_effect(now, sent, kind, status, arrives);
        }
    }

    fn took_effect(&mut self, now: Millis, sent: Millis, kind: Kind, status: u16, arrives: bool) {
        match (kind, status) {
            (Kind::SetPresence, 200) => self.set_landed(now, sent),
            (Kind::ClearPresence, 200 | 404) => self.excuses.ours(),
            (Kind::Refresh | Kind::Redeem | Kind::PollDevice, 200) => {
                self.sign_in.issued(now, kind, arrives);
            }
            _ => {}
        }
    }

    pub(super) fn answered(
        &mut self,
        now: Millis,
        flight: &Flight,
        answer: &Answer,
        effects: &[Effect],
    ) {
        self.asked_for_patience(now, flight, answer);
        self.learned(now, flight, answer, effects);
        let former = self.persons.former(&flight.call).filter(|_| flight.is_former);
        self.challenge.answered(former, answer);
    }

    /// Graph asks everybody for patience, Entra whoever refreshes, for as long as they have this grant.
    fn asked_for_patience(&mut self, now: Millis, flight: &Flight, answer: &Answer) {
        let Some(until) = asked_until(now, answer) else { return };
        if !matches!(flight.call, Call::Entra(_)) {
            return self.reasons.waits(until, answer);
        }
        if let Call::Entra(EntraRequest::Refresh { .. }) = flight.call {
            let elsewhere = self.persons.place(&flight.call).filter(|at| *at != self.subject.place);
            if let Some(theirs) = self.sign_in.at(elsewhere) {
                theirs.patience = Some((until, patience(answer)));
            }
        }
    }

    fn learned(&mut self, now: Millis, flight: &Flight, answer: &Answer, effects: &[Effect]) {
        if flight.is_former {
            return self.former_answered(now, flight, answer);
        }
        match answer {
            Answer::Done | Answer::Presence(_) | Answer::Message(..) => {
                let ends_trouble =
                    flight.call.writes_session() || !self.alarms.is_verdict_standing();
                if flight.call.is_for_message() {
                    self.excuses.accepted();
                } else {
                    self.excuses.succeeded(ends_trouble);
                }
                self.manners.succeeded(&flight.call);
                self.confirmed(now, flight, answer);
            }
            Answer::Granted(granted) => {
                self.has_tokens(now, flight, granted);
                self.granted(now, flight, effects);
                if flight.call.signs_in() {
                    if effects.iter().any(wants_nothing) {
                        self.gone_for_another();
                    }
                    self.manners.signed_in();
                    self.sign_in.patience = None;
                    self.keeping.lapsed_since = None;
                    self.excuses.signed_in(now);
                    self.excuses.allow(self.free_at(now) + REACTION);
                    self.manners.wish(now);
                }
            }
            Answer::Refused(_)
                if matches!(flight.call, Call::Entra(EntraRequest::Refresh { .. })) =>
            {
                self.refused(now, flight.struck);
                self.failed(now, flight, answer);
            }
            Answer::Unauthorized { .. } => {
                self.is_void(now, flight);
                self.failed(now, flight, answer);
            }
            Answer::Throttled { .. }
            | Answer::Busy { .. }
            | Answer::Offline { .. }
            | Answer::Forbidden { .. }
            | Answer::NotFound { .. }
            | Answer::Rejected { .. } => self.failed(now, flight, answer),
            Answer::Refused(_) | Answer::DeviceCode(_) | Answer::Pending | Answer::SlowDown => {}
        }
    }

    /// The service took a call, or told what it was asked.
    fn confirmed(&mut self, now: Millis, flight: &Flight, answer: &Answer) {
        let before = self.alarms.confirmed.map(|lease| lease.status);
        self.alarms.confirms(flight);
        match (flight.call.graph(), answer) {
            (_, Answer::Presence(seen) | Answer::Message(seen, _)) => self.views.read(now, seen),
            (Some(GraphRequest::ClearPresence), _) => {
                self.order.cleared(flight.sent);
                self.views.changed(now);
            }
            (Some(&GraphRequest::SetPresence { status, .. }), _) if before != Some(status) => {
                self.views.changed(now);
            }
            _ => {}
        }
        if flight.call.writes_session() {
            self.reasons.wrote();
        }
    }

    fn has_tokens(&mut self, now: Millis, flight: &Flight, granted: &Granted) {
        let until = serves_until(flight, granted);
        match &granted.account {
            Some(account) if flight.call.signs_in() => {
                self.comes(now, GrantId(flight.id.0), account);
                (self.sign_in.is_out, self.wishes.provisional) = (false, None);
                self.reasons.start();
            }
            Some(_) | None => self.renews(flight),
        }
        self.alarms.granted(&flight.call, until);
        self.reasons.has_tokens();
        self.excuses.has_tokens(now);
    }

    fn former_answered(&mut self, now: Millis, flight: &Flight, answer: &Answer) {
        match answer {
            Answer::Granted(granted) => {
                let grant = GrantId(flight.id.0);
                self.former_serves(grant, &flight.call, serves_until(flight, granted));
                self.renews(flight);
            }
            Answer::Done | Answer::Message(..) => {
                if self.persons.place(&flight.call) == Some(self.subject.place) {
                    self.alarms.former_confirms();
                    self.reasons.passed();
                    self.excuses.succeeded(!self.alarms.is_verdict_standing());
                }
                self.manners.may_try_at_once(now);
            }
            _ => {
                if let (Answer::Unauthorized { .. }, Some(grant)) = (answer, flight.call.grant()) {
                    self.former_serves(grant, &flight.call, 0);
                }
                self.former_waits(now, flight, answer);
                self.manners.disturbed(now);
                self.former_failed(now, flight, answer);
                if flight.struck {
                    self.excuses.failed(now, &flight.call, answer);
                }
            }
        }
    }

    /// What the service asks a former person for holds for everybody here.
    fn former_waits(&mut self, now: Millis, flight: &Flight, answer: &Answer) {
        if let Some(until) =
            asked_until(now, answer).filter(|_| !matches!(flight.call, Call::Entra(_)))
        {
            self.alarms.former_waits(until);
            self.manners.waits(until);
        }
    }

    fn failed(&mut self, now: Millis, flight: &Flight, answer: &Answer) {
        let age = self.excuses.trouble_since.map_or(0, |since| now - since);
        self.alarms.failed(now, flight, answer, age);
        match &flight.call {
            // One ahead of its time that can wait explains nothing.
            Call::Entra(EntraRequest::Refresh { .. })
                if self.alarms.serves(now) && !is_verdict(answer) => {}
            call => self.reasons.failed(call, answer),
        }
        if flight.call.writes_pin() {
            self.pin_failed(now, answer);
        }
        let is_for_message = matches!(flight.call.graph(), Some(GraphRequest::ReadMessage { .. }));
        if is_for_message || flight.call.writes_message() {
            self.message_failed(now, answer);
        }
        // What was on its way when the program learned that an obstacle ended says nothing of what comes.
        let is_news = flight.sent >= self.noticed || !matches!(answer, Answer::Offline { .. });
        // Nor does what a wish waited for that ends in this moment.
        let is_of_this_wish = flight.wish == self.wishes.number || now > self.wishes.since;
        if is_news && is_of_this_wish {
            self.manners.failed(now, &flight.call, answer);
        }
        self.manners.disturbed(now);
        if flight.struck {
            self.excuses.trouble_since.get_or_insert(now);
        }
        let second = matches!(answer, Answer::Unauthorized { .. }) && self.excuses.is_suspect();
        if flight.is_void {
            self.excuses.allow(self.free_at(now) + REACTION);
            self.excuses.suspects(answer);
        }
        let is_ahead = matches!(flight.call, Call::Entra(EntraRequest::Refresh { .. }))
            && self.alarms.serves(now);
        let can_wait = is_ahead && !is_verdict(answer);
        if flight.struck && can_wait {
            self.excuses.refreshes_later(now, answer);
        } else if (flight.struck || second) && is_news && !flight.call.signs_in() {
            self.excuses.failed(now, &flight.call, answer);
            self.excuses.allow(self.free_at(now) + REACTION);
        }
    }

    /// No answer came in time, in a sleep for example.
    pub(super) fn gave_up(&mut self, now: Millis, flight: &Flight) {
        let answer = Answer::Offline { cause: NoAnswer::Timeout };
        self.alarms.failed(now, flight, &answer, 0);
        self.reasons.failed(&flight.call, &answer);
    }

    /// Whoever knows when a token ends does not try it after that.
    fn is_void(&mut self, now: Millis, flight: &Flight) {
        if flight.landed && !flight.struck && !flight.is_void {
            let what = "an access token is used past its end".to_owned();
            self.broken(Promise::Manners, now, None, what);
        }
    }
}

/// Until when the access token lives that came.
fn serves_until(flight: &Flight, granted: &Granted) -> Millis {
    flight.sent + Millis::try_from(granted.access_for.as_millis()).unwrap_or(0)
}

/// Whether it is written down that nothing is wanted any more.
fn wants_nothing(effect: &Effect) -> bool {
    matches!(effect, Effect::Save(saved) if saved.wish == SavedWish::Nothing)
}

/// Whether Graph judged the request, and so took its token.
pub(super) fn is_judged(answer: &Answer) -> bool {
    matches!(answer, Answer::Forbidden { .. } | Answer::NotFound { .. } | Answer::Rejected { .. })
}

/// Whether Entra wants a person.
fn is_verdict(answer: &Answer) -> bool {
    matches!(answer, Answer::Refused(_))
}

/// Until when the service asks for patience, and whoever spreads over a tenth more waits.
pub(super) fn asked_until(now: Millis, answer: &Answer) -> Option<Millis> {
    let (Answer::Throttled { retry_after, .. } | Answer::Busy { retry_after, .. }) = answer else {
        return None;
    };
    let span = Millis::try_from((*retry_after)?.as_millis()).unwrap_or(Millis::MAX / 4);
    Some(now + span + span / 10 + 1_000)
}

/// Whether a request took effect, should its status say so.
fn lands(delivery: Delivery, struck: bool) -> bool {
    match delivery {
        // A fault that answers does so in the service's place.
        Delivery::Answer => !struck,
        Delivery::LostAfter | Delivery::Late(_) => true,
        Delivery::LostBefore | Delivery::Silent | Delivery::LandsLate(_) => false,
    }
}
