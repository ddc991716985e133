//! What the service did with a call, and what the program learned of it; it refuses to excuse what no fault
//! explains.

use presence_core::{Answer, Call, CallId, Effect};

use super::excuses::REACTION;
use super::{Flight, Oracle, Promise};
use crate::cloud::{Delivery, Kind, Millis};

impl Oracle {
    /// A request came to the service; `of` names the call, if the program waits for it.
    pub(super) fn landed(
        &mut self,
        now: Millis,
        (kind, of): (Kind, Option<CallId>),
        status: u16,
        delivery: Delivery,
        struck: bool,
    ) {
        let flight = self.flight.as_mut().filter(|flight| Some(flight.id) == of);
        // What nobody waits for may have been on its way as long as a call can be.
        let longest = now.saturating_sub(10_000);
        let sent = flight.as_ref().map_or(longest, |flight| flight.sent);
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
        if kind == Kind::Refresh && !is_awaited {
            self.sign_in.reused(now);
        }
        if lands(delivery, struck) {
            if !is_awaited && matches!(kind, Kind::SetPresence | Kind::ClearPresence) {
                self.excuses.lands_unawaited(self.order.ghost_until);
            }
            let arrives = is_awaited && delivery == Delivery::Answer;
            self.took_effect(now, sent, kind, status, arrives);
        }
    }

    fn took_effect(&mut self, now: Millis, sent: Millis, kind: Kind, status: u16, arrives: bool) {
        match (kind, status) {
            (Kind::SetPresence, 200) => self.set_landed(now, sent),
            (Kind::ClearPresence, 200 | 404) => {
                self.excuses.ours();
            }
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
        match answer {
            Answer::Done | Answer::Presence(_) => {
                self.excuses.succeeded();
                self.manners.succeeded(&flight.call);
                if matches!(flight.call, Call::ClearPresence { .. }) {
                    self.order.cleared(flight.sent);
                }
            }
            Answer::Granted(_) => {
                self.granted(now, effects);
                if flight.call.signs_in() {
                    self.keeping.lapsed_since = None;
                    self.excuses.signed_in(now);
                    self.manners.wish(now);
                }
            }
            Answer::Refused(_) if matches!(flight.call, Call::Refresh { .. }) => {
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

    fn failed(&mut self, now: Millis, flight: &Flight, answer: &Answer) {
        // What was on its way when the program learned that an obstacle ended says nothing of what comes.
        let is_news = flight.sent >= self.noticed || !matches!(answer, Answer::Offline { .. });
        if is_news {
            self.manners.failed(now, &flight.call, answer);
        }
        self.manners.disturbed(now);
        if flight.struck {
            self.excuses.trouble_since.get_or_insert(now);
        }
        let second = matches!(answer, Answer::Unauthorized { .. }) && self.excuses.is_suspect();
        if (flight.struck || second) && is_news && !flight.call.signs_in() {
            self.excuses.failed(now, &flight.call, answer);
            self.excuses.allow(self.manners.free_at(now) + REACTION);
        }
    }

    /// Whoever knows when a token ends does not try it after that.
    fn is_void(&mut self, now: Millis, flight: &Flight) {
        if flight.landed && !flight.struck && !flight.is_void {
            let what = "an access token is used past its end".to_owned();
            self.broken(Promise::Manners, now, None, what);
        }
    }
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
