//! Owns which call keeps the promise and what its answer means; refuses status codes.

use std::time::Duration;

use crate::agenda::AT_ONCE;
use crate::keeper::{
    Core, Flight, Lease, Pin, Retry, Setting, Shown, Trouble, WaitFor, Want, Wish,
};
use crate::{
    Answer, Call, CallId, Effective, GrantId, Ids, Outcome, ProblemKind, Setup, Status, Time, words,
};

type Timed = (Time, Call);

impl Core {
    /// The next call that keeping asks for, behind the gates of trouble and token.
    pub(crate) fn keeping_call(&self) -> Option<Timed> {
        let Setup::Ready(_) = self.setup else {
            return None;
        };
        let grant = self.grant.as_ref()?;
        let (at, call) = self.needed()?;
        let at = at.max(self.gate()?);
        let at = at.max(grant.refused.as_ref().map_or(AT_ONCE, |refused| refused.retry_at));
        let then = at.max(self.now);
        let refresh = Call::Refresh { grant: grant.id, claims: grant.claims.clone() };
        match grant.access_until {
            None => Some((at, refresh)),
            Some(until) if until - self.rules.access_margin <= then => Some((at, refresh)),
            Some(until)
                if until - self.rules.refresh_ahead <= then && grant.refresh_after <= then =>
            {
                Some((at, refresh))
            }
            Some(_) => Some((at, call)),
        }
    }

    /// When trouble lets the next call pass; `None`: not before something changes.
    fn gate(&self) -> Option<Time> {
        match &self.trouble {
            None => Some(AT_ONCE),
            Some(trouble) => match trouble.retry {
                Retry::NotBefore(at) | Retry::Backoff(at) => Some(at),
                Retry::NewWish => None,
            },
        }
    }

    fn needed(&self) -> Option<Timed> {
        let session = self.session_call();
        let aside = self.pin_call().or_else(|| self.look_call());
        match (session, aside) {
            (Some(session), Some(aside)) if aside.0.max(self.now) < session.0 => Some(aside),
            (Some(session), _) => Some(session),
            (None, aside) => aside,
        }
    }

    fn session_call(&self) -> Option<Timed> {
        let grant = self.grant.as_ref()?;
        match self.goal() {
            Setting::Alone => None,
            Setting::Hold(wish) => {
                let set = Call::SetPresence {
                    grant: grant.id,
                    account: grant.account.clone(),
                    status: wish.status,
                    expiration: self.expiration(&wish),
                };
                self.hold_at(&wish).map(|at| (at, set))
            }
            Setting::Gone => {
                let clear = Call::ClearPresence { grant: grant.id, account: grant.account.clone() };
                match (&self.shown, self.ghost) {
                    (Shown::Nothing, None) => None,
                    (Shown::Nothing, Some(ghost)) => Some((ghost, clear)),
                    (Shown::Held(_) | Shown::Unknown, _) => Some((AT_ONCE, clear)),
                }
            }
        }
    }

    fn hold_at(&self, wish: &Wish) -> Option<Time> {
        match &self.shown {
            Shown::Held(lease) if lease.wish == wish.number => {
                let ghost = self.ghost.filter(|ghost| *ghost > lease.sent_at);
                match (lease.renew_at, ghost) {
                    (Some(renew), Some(ghost)) => Some(renew.min(ghost)),
                    (renew, ghost) => renew.or(ghost),
                }
            }
            Shown::Held(_) | Shown::Nothing | Shown::Unknown => Some(AT_ONCE),
        }
    }

    /// `expirationDuration`: the setting, or what is left of a timed wish, in whole seconds.
    fn expiration(&self, wish: &Wish) -> Duration {
        let Setup::Ready(settings) = &self.setup else {
            return self.rules.shortest_expiration;
        };
        let span = match wish.until {
            None => settings.expiration,
            Some(until) => Duration::from_millis(until.since(self.now).as_millis() as u64 + 999),
        };
        let whole = Duration::from_secs(span.as_secs());
        whole.clamp(self.rules.shortest_expiration, self.rules.longest_expiration)
    }

    fn pin_call(&self) -> Option<Timed> {
        let grant = self.grant.as_ref()?;
        let Setup::Ready(settings) = &self.setup else {
            return None;
        };
        let lease = match (&self.shown, self.goal()) {
            (Shown::Held(lease), Setting::Hold(wish)) if lease.wish == wish.number => Some(lease),
            _ => None,
        };
        let pin = lease.filter(|lease| settings.pin_away && lease.status == Status::Away);
        let unpin = Call::Unpin { grant: grant.id, account: grant.account.clone() };
        match (pin, self.pin) {
            (None, Pin::Free) => None,
            (None, Pin::Held { .. }) => Some((AT_ONCE, unpin)),
            (None, Pin::Failed { again }) => Some((again, unpin)),
            (Some(lease), Pin::Held { lease: sent }) if lease.sent_at == sent => None,
            (Some(lease), pin) => {
                let at = match pin {
                    Pin::Failed { again } => again,
                    Pin::Free | Pin::Held { .. } => AT_ONCE,
                };
                let expiration = lease.expires_at.since(lease.sent_at);
                Some((
                    at,
                    Call::PinAway { grant: grant.id, account: grant.account.clone(), expiration },
                ))
            }
        }
    }

    fn look_call(&self) -> Option<Timed> {
        let grant = self.grant.as_ref()?;
        let wanted = self.look_wanted && self.farewell.is_none();
        wanted.then_some((AT_ONCE, Call::ReadPresence { grant: grant.id }))
    }

    /// Takes an answer in. One to a call that is no longer on its way changes nothing.
    pub(crate) fn answered(&mut self, id: CallId, answer: Answer) {
        let Some(flight) = self.flight.take_if(|flight| flight.id == id) else {
            return;
        };
        if self.sign_in_answered(&flight, &answer) {
            return;
        }
        match answer {
            Answer::Done => self.done(flight),
            Answer::Presence(effective) => self.seen(effective),
            Answer::Granted(granted) => self.granted(GrantId(id.0), granted),
            Answer::Unauthorized { claims, ids } => self.unauthorized(claims, ids),
            Answer::Refused(refusal) => self.refresh_refused(&refusal),
            Answer::Throttled { retry_after, ids } => {
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
        self.trouble = None;
        self.unauthorized = 0;
        if self.ghost.is_some_and(|ghost| flight.sent_at >= ghost) && flight.call.writes_session() {
            self.ghost = None;
        }
        match flight.call {
            Call::SetPresence { status, expiration, .. } => {
                self.held(flight.wish, status, flight.sent_at, expiration);
            }
            Call::ClearPresence { .. } => self.cleared(),
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
        let spread = self.rules.spread_percent;
        let renew_at = match status {
            Status::Available => sent_at + self.random.spread(self.rules.renew_available, spread),
            Status::InACall | Status::InAConferenceCall | Status::Away | Status::Presenting => {
                sent_at + self.random.spread(expiration / 2, spread)
            }
        };
        let mut lease = Lease { wish: number, status, sent_at, expires_at, renew_at: None };
        let outlasts = until.is_some_and(|until| lease.ends_at(&self.rules) >= until);
        lease.renew_at = (!outlasts).then_some(renew_at);
        self.shown = Shown::Held(lease);
        self.look_wanted |= is_new;
        self.resolve(|wait| wait == WaitFor::Wish(number), &Outcome::Done);
    }

    fn cleared(&mut self) {
        self.shown = Shown::Nothing;
        self.effective = None;
        if self.want == Want::Cleared && self.ghost.is_none() {
            self.want = Want::Nothing;
        }
        self.resolve(|wait| wait == WaitFor::Clear, &Outcome::Done);
    }

    fn seen(&mut self, effective: Effective) {
        self.unauthorized = 0;
        self.look_wanted = false;
        self.effective = Some((self.now, effective));
        self.resolve(|wait| wait == WaitFor::Look, &Outcome::Done);
    }

    /// The first 401 costs one refresh; a second in a row backs off, so that no token is asked for in a loop.
    fn unauthorized(&mut self, claims: Option<crate::Claims>, ids: Ids) {
        self.unauthorized += 1;
        if let Some(grant) = &mut self.grant {
            grant.access_until = None;
            grant.claims = claims;
        }
        if self.unauthorized > 1 {
            self.back_off(ProblemKind::TokenRefused, String::new(), ids, None);
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
        let gated = retry_after.is_some() || kind == ProblemKind::Throttled;
        match &flight.call {
            Call::ReadPresence { .. } if !gated => return self.not_seen(kind, detail, ids),
            Call::PinAway { .. } | Call::Unpin { .. } if !gated => {
                self.pin = Pin::Failed { again: self.now + self.rules.slow_retry };
                return;
            }
            Call::Refresh { .. } if self.can_wait_for_refresh() => return,
            Call::SetPresence { status, .. } => {
                if !matches!(&self.shown, Shown::Held(lease) if lease.status == *status) {
                    self.shown = Shown::Unknown;
                }
            }
            Call::ClearPresence { .. } => self.shown = Shown::Unknown,
            Call::ReadPresence { .. }
            | Call::PinAway { .. }
            | Call::Unpin { .. }
            | Call::Refresh { .. }
            | Call::Redeem { .. }
            | Call::StartDevice { .. }
            | Call::PollDevice { .. } => {}
        }
        match kind {
            ProblemKind::NotAllowed | ProblemKind::NoPresence | ProblemKind::Rejected => {
                self.slow_trouble(kind, detail, ids);
            }
            _ => self.back_off(kind, detail, ids, retry_after),
        }
    }

    /// A refresh ahead of time failed, but the present access token still serves.
    fn can_wait_for_refresh(&mut self) -> bool {
        let pause = self.rules.backoff_cap;
        let (now, margin) = (self.now, self.rules.access_margin);
        let Some(grant) = &mut self.grant else {
            return false;
        };
        let serves = grant.access_until.is_some_and(|until| until - margin > now);
        if serves {
            grant.refresh_after = now + pause;
        }
        serves
    }

    fn not_seen(&mut self, kind: ProblemKind, detail: String, ids: Ids) {
        self.look_wanted = false;
        let trouble = self.trouble_of(kind, detail, ids, Retry::NewWish);
        let problem = words::trouble(&trouble, &Want::Nothing);
        self.resolve(|wait| wait == WaitFor::Look, &Outcome::Failed(problem));
    }

    fn trouble_of(&self, kind: ProblemKind, detail: String, ids: Ids, retry: Retry) -> Trouble {
        let (since, tries) =
            self.trouble.as_ref().map_or((self.now, 0), |old| (old.since, old.tries));
        Trouble { kind, detail, ids, since, tries: tries + 1, retry }
    }

    fn back_off(
        &mut self,
        kind: ProblemKind,
        detail: String,
        ids: Ids,
        retry_after: Option<Duration>,
    ) {
        let mut trouble = self.trouble_of(kind, detail, ids, Retry::NewWish);
        trouble.retry = match retry_after {
            Some(span) => {
                let late = span
                    + self.random.between(Duration::ZERO, span / 10 + Duration::from_millis(500));
                Retry::NotBefore(self.now + late)
            }
            None => {
                let pause = self.now + self.backoff(trouble.tries, trouble.since);
                if kind == ProblemKind::Throttled {
                    Retry::NotBefore(pause)
                } else {
                    Retry::Backoff(pause)
                }
            }
        };
        self.in_trouble(trouble);
    }

    /// Trouble that only a person or an administrator ends.
    pub(crate) fn slow_trouble(&mut self, kind: ProblemKind, detail: String, ids: Ids) {
        let retry = match kind {
            ProblemKind::Rejected => Retry::NewWish,
            _ => Retry::Backoff(self.now + self.rules.slow_retry),
        };
        let trouble = self.trouble_of(kind, detail, ids, retry);
        self.in_trouble(trouble);
    }

    fn in_trouble(&mut self, trouble: Trouble) {
        let problem = words::trouble(&trouble, &self.want);
        self.trouble = Some(trouble);
        self.resolve_wish_failed(&problem);
        self.look_wanted = false;
        self.resolve(|wait| wait == WaitFor::Look, &Outcome::Failed(problem));
    }

    pub(crate) fn resolve_wish_failed(&mut self, problem: &crate::Problem) {
        let outcome = Outcome::Failed(problem.clone());
        self.resolve(|wait| matches!(wait, WaitFor::Wish(_) | WaitFor::Clear), &outcome);
    }

    /// Exponential, capped, with jitter from half to whole.
    pub(crate) fn backoff(&mut self, tries: u32, since: Time) -> Duration {
        let cap = if self.now.since(since) < self.rules.trouble_old {
            self.rules.backoff_cap
        } else {
            self.rules.backoff_cap_old
        };
        let doublings = tries.saturating_sub(1).min(16);
        let pause = self.rules.backoff_first.saturating_mul(1 << doublings).min(cap);
        self.random.between(pause / 2, pause)
    }
}
