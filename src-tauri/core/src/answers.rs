//! Owns what the answer to a call means; refuses status codes.

use std::time::Duration;

use crate::facts::{Flight, Lease, Pause, Pin, Purpose, Retry, Shown, WaitFor, Want};
use crate::keeper::Core;
use crate::{
    Answer, Call, CallId, Claims, Effect, Effective, Flaw, GrantId, Ids, Outcome, ProblemKind,
    Status, Time, words,
};

impl Core {
    /// Takes an answer in. One to a call that is no longer on its way changes nothing.
    pub(crate) fn answered(&mut self, id: CallId, answer: Answer) {
        let brings = matches!(answer, Answer::Granted(_)).then_some(GrantId(id.0));
        if let Some(flight) = self.flight.take_if(|flight| flight.id == id) {
            self.take_answer(flight, answer);
        }
        // Tokens that nobody goes on with stay nowhere.
        if let Some(grant) = brings.filter(|grant| !self.holds(*grant)) {
            self.emit(Effect::Drop(grant));
        }
    }

    fn take_answer(&mut self, flight: Flight, answer: Answer) {
        if self.sign_in_answered(&flight, &answer) {
            return;
        }
        if let Purpose::Former(grant) = flight.purpose {
            return self.former_answered(grant, &flight, answer);
        }
        match answer {
            Answer::Done => self.done(flight),
            Answer::Presence(effective) => self.seen(effective),
            Answer::Granted(granted) => self.refreshed(&flight, granted),
            Answer::Unauthorized { claims, ids } => self.unauthorized(&flight, claims, ids),
            Answer::Refused(refusal) => self.refresh_refused(&refusal),
            Answer::Throttled { retry_after, ids } => {
                if !flight.call.goes_to_entra() {
                    self.crowd.throttled(self.now);
                }
                self.failed(&flight, ProblemKind::Throttled, String::new(), ids, retry_after);
            }
            Answer::Busy { retry_after, ids } => {
                self.failed(&flight, ProblemKind::ServiceBusy, String::new(), ids, retry_after);
            }
            Answer::Offline { detail } => {
                self.failed(&flight, ProblemKind::Offline, detail, Ids::new(), None);
            }
            Answer::Forbidden { ids } => {
                self.failed(&flight, ProblemKind::NotAllowed, String::new(), ids, None);
            }
            Answer::NotFound { ids } => {
                self.failed(&flight, ProblemKind::NoPresence, String::new(), ids, None);
            }
            Answer::Rejected { detail, ids } => {
                self.failed(&flight, ProblemKind::Rejected, detail, ids, None);
            }
            Answer::DeviceCode(_) | Answer::Pending | Answer::SlowDown => {
                let detail = "the service answered something else than was asked".to_owned();
                self.failed(&flight, ProblemKind::ServiceBusy, detail, Ids::new(), None);
            }
        }
    }

    fn done(&mut self, flight: Flight) {
        self.passed();
        if flight.call.writes_session() {
            self.trouble = None;
        }
        self.accepted();
        if self.ghost.is_some_and(|ghost| flight.sent_at >= ghost) && flight.call.writes_session() {
            self.ghost = None;
        }
        match flight.call {
            Call::SetPresence { status, expiration, .. } => {
                self.held(flight.wish, status, flight.sent_at, expiration);
            }
            Call::ClearPresence { .. } if self.rules.has(Flaw::NeverCleared) => {
                let kind = (ProblemKind::NoPresence, false);
                self.back_off(kind, String::new(), Ids::new(), None);
            }
            Call::ClearPresence { .. } => {
                self.cleared_at = Some(self.now);
                self.cleared();
            }
            Call::PinAway { .. } => {
                if let Shown::Held(lease) = &self.shown {
                    self.pin = Pin::Held { lease: lease.sent_at };
                }
            }
            Call::Unpin { .. } => self.pin = Pin::Free,
            Call::ReadPresence { .. }
            | Call::Redeem { .. }
            | Call::Refresh { .. }
            | Call::StartDevice { .. }
            | Call::PollDevice { .. } => {}
        }
    }

    fn held(&mut self, number: u64, status: Status, sent_at: Time, expiration: Duration) {
        let is_new = !matches!(&self.shown, Shown::Held(lease) if lease.wish == number);
        let expires_at = sent_at + expiration;
        let until = match &self.want {
            Want::Held(wish) if wish.number == number => wish.until,
            Want::Held(_) | Want::Nothing | Want::Cleared => None,
        };
        let renew_at = sent_at + self.renewal_pause(status, expiration);
        let mut lease = Lease { wish: number, status, sent_at, expires_at, renew_at: None };
        let outlasts = until.is_some_and(|until| lease.ends_at(&self.rules) >= until);
        lease.renew_at = (!outlasts).then_some(renew_at);
        self.shown = Shown::Held(lease);
        let is_awaited = self.awaited.take_if(|awaited| *awaited == number).is_some();
        if is_new || self.rules.has(Flaw::LooksAlways) {
            // What was seen before it says nothing about it.
            self.effective = None;
        }
        if is_awaited || self.rules.has(Flaw::LooksAlways) {
            let has_room = !self.is_crowded() && self.pace.has_room_to_spare(&self.rules);
            self.look_wanted |= self.confirmed().is_some() && has_room;
        }
        self.resolve(|wait| wait == WaitFor::Wish(number), &Outcome::Done);
    }

    pub(crate) fn cleared(&mut self) {
        self.shown = Shown::Nothing;
        self.effective = None;
        if self.want == Want::Cleared && self.ghost.is_none() {
            self.want = Want::Nothing;
        }
        self.look_wanted = self.is_awaited(WaitFor::Look);
        self.resolve(|wait| wait == WaitFor::Clear, &Outcome::Done);
    }

    fn seen(&mut self, effective: Effective) {
        self.accepted();
        self.passed();
        self.look_wanted = false;
        self.effective = Some((self.now, effective));
        self.resolve(|wait| wait == WaitFor::Look, &Outcome::Done);
    }

    /// The service accepted the token.
    pub(crate) fn accepted(&mut self) {
        (self.unauthorized, self.challenged) = (0, None);
    }

    /// The first 401 costs one refresh, and every other claims challenge another; after that it backs off, so
    /// that no token is asked for in a loop.
    fn unauthorized(&mut self, flight: &Flight, claims: Option<Claims>, ids: Ids) {
        self.unauthorized += 1;
        let is_news = claims.is_some() && claims != self.challenged;
        self.challenged = claims.clone().or(self.challenged.take());
        if let Some(grant) = &mut self.grant {
            if !self.rules.has(Flaw::KeepsRefusedToken) {
                grant.access_until = None;
            }
            grant.claims = claims.filter(|_| !self.rules.has(Flaw::DropsClaims));
        }
        if self.unauthorized > 1 && !is_news && !self.rules.has(Flaw::LoopsOnRefusal) {
            let kind = ProblemKind::TokenRefused;
            match flight.purpose {
                Purpose::Look => self.not_seen(kind, String::new(), ids),
                Purpose::Session | Purpose::Pin | Purpose::Former(_) | Purpose::SignIn => {
                    self.back_off((kind, false), String::new(), ids, None);
                }
            }
        }
    }

    fn failed(
        &mut self,
        flight: &Flight,
        kind: ProblemKind,
        detail: String,
        ids: Ids,
        retry_after: Option<Duration>,
    ) {
        let needs_person = kind.needs_person();
        if needs_person {
            // Whoever judges a request has accepted its token.
            self.accepted();
        }
        let pause = self.asked_for_patience(flight, kind, retry_after, ids.clone());
        let not_before = pause.as_ref().map(|pause| pause.until);
        let is_entra = flight.call.goes_to_entra();
        if is_entra && self.can_wait_for_refresh(pause) {
            return;
        }
        match flight.purpose {
            Purpose::Look => return self.not_seen(kind, detail, ids),
            Purpose::Pin if needs_person => {
                self.pin = Pin::Failed { again: self.now + self.rules.slow_retry };
                return;
            }
            Purpose::Session | Purpose::Pin | Purpose::Former(_) | Purpose::SignIn => {}
        }
        match &flight.call {
            Call::SetPresence { status, expiration, .. } => match &mut self.shown {
                Shown::Held(lease) if lease.status == *status => {
                    // It may have taken effect, and the session then ends when it says.
                    if kind == ProblemKind::Offline {
                        lease.expires_at = lease.expires_at.min(flight.sent_at + *expiration);
                    }
                }
                Shown::Held(_) | Shown::Nothing | Shown::Unknown => self.shown = Shown::Unknown,
            },
            Call::ClearPresence { .. } => self.shown = Shown::Unknown,
            Call::PinAway { .. }
            | Call::Unpin { .. }
            | Call::ReadPresence { .. }
            | Call::Refresh { .. }
            | Call::Redeem { .. }
            | Call::StartDevice { .. }
            | Call::PollDevice { .. } => {}
        }
        if needs_person {
            self.slow_trouble(kind, detail, ids);
        } else {
            self.back_off((kind, is_entra), detail, ids, not_before);
            self.give_way(flight);
        }
        if flight.outdated && kind == ProblemKind::Offline {
            self.retry_now();
        }
    }

    /// A refresh failed: whether the present access token still serves.
    fn can_wait_for_refresh(&mut self, pause: Option<Pause>) -> bool {
        let again = self.now + self.rules.backoff_cap;
        let Some(grant) = &mut self.grant else {
            return false;
        };
        grant.pause = pause.or(grant.pause.take());
        grant.refresh_after = grant.after_pause(again);
        grant.serves(self.now, &self.rules)
    }

    fn not_seen(&mut self, kind: ProblemKind, detail: String, ids: Ids) {
        self.look_wanted = false;
        let trouble = self.trouble_of((kind, false), detail, ids, Retry::NewWish);
        let problem = words::trouble(&trouble, &Want::Nothing);
        self.resolve(|wait| wait == WaitFor::Look, &Outcome::Failed(problem));
    }
}
