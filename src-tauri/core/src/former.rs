//! Owns what is left to end for a person who is not signed in any more, or at a registration that is not configured
//! any more: their session, late writes and pin, with their own tokens. Refuses to set anything.

use std::time::Duration;

use crate::agenda::{AT_ONCE, Action, Due};
use crate::facts::{Flight, Pause, Pin, Planned, Purpose, Shown, WaitFor};
use crate::grant::{Grant, Kept};
use crate::keeper::Core;
use crate::{
    Account, Answer, Call, Effect, GrantId, Granted, Ids, Outcome, ProblemKind, Rules, Time, words,
};

/// A grant that is given up, as soon as what was set with it is ended or has expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Former {
    identity: String,
    grant: Grant,
    /// Whether its tokens are accepted; without them nothing can be ended: it expires.
    can_end: bool,
    /// Whether its session may stand at the service.
    session: bool,
    /// Until when a call that was given up may still land, and make one.
    late_until: Option<Time>,
    /// Whether its pin may stand.
    pinned: bool,
    /// When all of that has expired.
    expires_at: Time,
    /// Until when its registration may come back, and go on with it.
    stays_until: Time,
    retry_at: Time,
    /// The service asked for no call before this.
    not_before: Time,
    tries: u32,
    since: Time,
    refused: u32,
}

impl Former {
    /// Until when there is something to end, or to come back to.
    fn until(&self) -> Time {
        let is_left = self.session || self.pinned || self.late_until.is_some();
        if self.can_end && is_left {
            self.expires_at.max(self.stays_until)
        } else {
            self.stays_until
        }
    }

    fn is(&self, identity: Option<&str>, account: &Account) -> bool {
        Some(self.identity.as_str()) == identity && is_same(&self.grant.account, account)
    }

    fn next(&self, now: Time, rules: &Rules) -> Option<(Time, Call)> {
        if !self.can_end {
            return None;
        }
        let Grant { id, account, .. } = &self.grant;
        let clear = Call::ClearPresence { grant: *id, account: account.clone() };
        let at = self.retry_at.max(self.not_before);
        let (at, call) = match (self.session, self.pinned, self.late_until) {
            (true, _, _) => (at, clear),
            (false, true, _) => (at, Call::Unpin { grant: *id, account: account.clone() }),
            (false, false, Some(late)) => (at.max(late), clear),
            (false, false, None) => return None,
        };
        let serves = self.grant.serves(at.max(now), rules);
        let refresh = Call::Refresh { grant: *id, claims: self.grant.claims.clone() };
        Some(if serves { (at, call) } else { (self.grant.after_pause(at), refresh) })
    }
}

/// Whether two accounts are one person in one tenant.
pub(crate) fn is_same(one: &Account, other: &Account) -> bool {
    (&one.oid, &one.tenant) == (&other.oid, &other.tenant)
}

impl Core {
    /// Another person, or nobody, comes after `grant` of `identity`: what was set with it is ended with it.
    pub(crate) fn part_with(&mut self, identity: String, grant: Grant, stays_until: Time) {
        let former = Former {
            identity,
            can_end: grant.refused.is_none(),
            grant,
            session: self.shown != Shown::Nothing,
            late_until: self.ghost.filter(|late| *late > self.now),
            pinned: self.pin != Pin::Free,
            // A write that was not answered may last longer than the lease.
            expires_at: self.now + self.rules.longest_expiration,
            stays_until,
            retry_at: AT_ONCE,
            not_before: self.pause.as_ref().map_or(AT_ONCE, |pause| pause.until),
            tries: 0,
            since: self.now,
            refused: 0,
        };
        self.forget_session();
        self.formers.push(former);
    }

    /// What is known of a session is about somebody else's.
    pub(crate) fn forget_session(&mut self) {
        (self.shown, self.ghost, self.pin) = (Shown::Nothing, None, Pin::Free);
        (self.cleared_at, self.effective) = (None, None);
        self.look_wanted = false;
        self.resolve(|wait| wait == WaitFor::Look, &Outcome::Done);
        self.resolve(|wait| wait == WaitFor::Clear, &Outcome::Failed(words::replaced()));
        self.trouble = None;
        self.accepted();
    }

    /// The person is back before what they had set was ended: it is theirs again. Their grant comes with it.
    pub(crate) fn take_back(&mut self, account: &Account) -> Option<Grant> {
        // The preferred presence is the person's, whichever registration pinned it.
        let theirs = |former: &&mut Former| is_same(&former.grant.account, account);
        for former in self.formers.iter_mut().filter(theirs) {
            if std::mem::take(&mut former.pinned) {
                self.pin = Pin::Doubtful;
            }
        }
        let identity = self.identity().map(str::to_owned);
        let at = self.formers.iter().position(|former| former.is(identity.as_deref(), account))?;
        let purpose = Purpose::Former(self.formers[at].grant.id);
        match &mut self.flight {
            Some(flight) if flight.purpose == purpose && flight.call.goes_to_entra() => {
                flight.purpose = Purpose::Session;
            }
            Some(flight) if flight.purpose == purpose => self.abandon(),
            Some(_) | None => {}
        }
        let former = self.formers.remove(at);
        if former.session {
            self.shown = Shown::Unknown;
        }
        self.ghost = self.ghost.max(former.late_until);
        Some(former.grant)
    }

    /// The call on its way is for a registration that is not configured any more. A refresh is waited for, as a rotated
    /// token would be lost, and what ends a former person's session may go on.
    pub(crate) fn flight_of_former(&mut self) {
        let Some(flight) = &mut self.flight else { return };
        match (flight.purpose, flight.call.grant()) {
            (Purpose::Former(_), _) => {}
            (Purpose::Session | Purpose::Pin | Purpose::Look, Some(grant))
                if flight.call.goes_to_entra() =>
            {
                flight.purpose = Purpose::Former(grant);
            }
            (Purpose::Session | Purpose::Pin | Purpose::Look | Purpose::SignIn, _) => {
                self.abandon();
            }
        }
    }

    /// Whether the core goes on with this grant.
    pub(crate) fn holds(&self, id: GrantId) -> bool {
        let own = self.grant.iter().chain(self.formers.iter().map(|former| &former.grant));
        own.into_iter().any(|grant| grant.id == id)
    }

    /// The next call that ends something for a former person.
    pub(crate) fn former_call(&self) -> Option<Planned> {
        let planned = |former: &Former| {
            let (at, call) = former.next(self.now, &self.rules)?;
            let at = if self.is_here(former) && !call.goes_to_entra() {
                self.after_pause(at)
            } else {
                at
            };
            Some(Planned { at, call, purpose: Purpose::Former(former.grant.id) })
        };
        self.formers.iter().filter_map(planned).min_by_key(|planned| planned.at)
    }

    /// When nothing is left to end for a former person, or it has expired.
    pub(crate) fn former_end(&self) -> Option<Due> {
        let can_go = |former: &&Former| {
            let purpose = Purpose::Former(former.grant.id);
            let in_flight = self.flight.as_ref().is_some_and(|flight| flight.purpose == purpose);
            // The keyring may bring them back, with older tokens.
            let is_awaited = self.is_here(former) && self.is_loading();
            !in_flight && !is_awaited
        };
        let end = |former: &Former| (former.until(), Action::DropFormer(former.grant.id));
        self.formers.iter().filter(can_go).map(end).min_by_key(|(at, _)| *at)
    }

    /// Whether it is a former person's of the present registration.
    fn is_here(&self, former: &Former) -> bool {
        Some(former.identity.as_str()) == self.identity()
    }

    pub(crate) fn drop_former(&mut self, id: GrantId) {
        self.formers.retain(|former| former.grant.id != id);
        self.emit(Effect::Drop(id));
    }

    /// A call with a former grant was given up, and may still land.
    pub(crate) fn former_abandoned(&mut self, id: GrantId, flight: &Flight) {
        let late = flight.sent_at + self.rules.call_limit;
        let Some(former) = self.formers.iter_mut().find(|former| former.grant.id == id) else {
            return;
        };
        if flight.call.writes_session() {
            former.late_until = former.late_until.max(Some(late));
        }
        former.pinned |= flight.call.writes_pin();
    }

    /// Whether what a former person left is tried again at once.
    pub(crate) fn hasten_formers(&mut self) {
        for former in &mut self.formers {
            former.retry_at = AT_ONCE;
        }
    }

    /// Takes the answer to a former person's call in. What the service refuses cannot be
    /// ended from here: it expires, and the tokens stay as long as their registration may come back.
    pub(crate) fn former_answered(&mut self, id: GrantId, flight: &Flight, answer: Answer) {
        let Some(at) = self.formers.iter().position(|former| former.grant.id == id) else { return };
        match answer {
            Answer::Done => {
                if self.is_here(&self.formers[at]) {
                    self.passed();
                }
                let former = &mut self.formers[at];
                (former.tries, former.refused) = (0, 0);
                former.ended(flight);
            }
            Answer::Granted(granted) => self.former_granted(at, flight, &granted),
            Answer::Unauthorized { claims, .. } => {
                let former = &mut self.formers[at];
                (former.grant.access_until, former.grant.claims) = (None, claims);
                former.refused += 1;
                if former.refused > 1 {
                    self.former_later(at, 5);
                }
            }
            Answer::Throttled { retry_after, ids } => {
                self.former_waits(at, flight, ProblemKind::Throttled, retry_after, ids);
            }
            Answer::Busy { retry_after, ids } => {
                self.former_waits(at, flight, ProblemKind::ServiceBusy, retry_after, ids);
            }
            Answer::Offline { .. } => self.former_later(at, 0),
            Answer::Refused(_)
            | Answer::Forbidden { .. }
            | Answer::NotFound { .. }
            | Answer::Rejected { .. }
            | Answer::Presence(_)
            | Answer::DeviceCode(_)
            | Answer::Pending
            | Answer::SlowDown => self.formers[at].can_end = false,
        }
    }

    fn former_granted(&mut self, at: usize, flight: &Flight, granted: &Granted) {
        let access_for = self.life_of(granted);
        let former = &mut self.formers[at];
        let old = std::mem::replace(&mut former.grant.id, GrantId(flight.id.0));
        former.grant.access_until = Some(flight.sent_at + access_for);
        former.grant.claims = None;
        former.grant.kept = Kept::Due { at: AT_ONCE, tries: 0, problem: None };
        self.emit(Effect::Drop(old));
    }

    fn former_waits(
        &mut self,
        at: usize,
        flight: &Flight,
        kind: ProblemKind,
        retry_after: Option<Duration>,
        ids: Ids,
    ) {
        let pause = if self.is_here(&self.formers[at]) {
            self.asked_for_patience(flight, kind, retry_after, ids)
        } else {
            let until = self.spread(retry_after);
            until.map(|until| Pause { kind, ids, since: self.now, until })
        };
        self.former_later(at, 0);
        let former = &mut self.formers[at];
        match pause {
            Some(pause) if flight.call.goes_to_entra() => former.grant.pause = Some(pause),
            Some(pause) => former.not_before = pause.until,
            None => {}
        }
    }

    fn former_later(&mut self, at: usize, head_start: u32) {
        let (tries, since) = (self.formers[at].tries.saturating_add(1), self.formers[at].since);
        let again = self.now + self.backoff(tries.saturating_add(head_start), since);
        let former = &mut self.formers[at];
        (former.tries, former.retry_at) = (tries, again);
    }
}

impl Former {
    fn ended(&mut self, flight: &Flight) {
        if flight.call.writes_session() {
            self.session = false;
            self.late_until = self.late_until.filter(|late| flight.sent_at < *late);
        }
        self.pinned &= !flight.call.writes_pin();
    }
}

impl Grant {
    /// Whether its access token can be used at `at`.
    pub(crate) fn serves(&self, at: Time, rules: &Rules) -> bool {
        self.access_until.is_some_and(|until| until - rules.access_margin > at)
    }
}
