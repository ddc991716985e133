//! Whether the service is asked no earlier and no more often than promised; it refuses to count what a person
//! does in a sign-in.

use std::collections::VecDeque;

use presence_core::{Answer, Call, Claims, EntraRequest, GraphRequest, Status};

use super::answers::asked_until;
use super::wishes::{Held, Wanted};
use super::{Oracle, Promise};
use crate::cloud::Millis;

const SECOND: Millis = 1_000;
const MINUTE: Millis = 60 * SECOND;
/// Calls in any minute, beyond one for each wish.
const BUSIEST: usize = 8;
/// What a wish may take: a refresh, the call, and both again for a claims challenge.
const WISH: usize = 4;
/// The least mean pause between renewals of Available: 17.2 an hour and 5 %.
const AVAILABLE: Millis = 199 * SECOND;
/// The least pause between two refreshes without a reason.
const TOKEN: Millis = 50 * MINUTE;
/// After this, what a disturbance set off is over.
const CALM: Millis = 15 * SECOND;
/// So many renewals at equal distances are not spread.
const EQUAL: usize = 4;

/// What may be sent, and when.
#[derive(Debug, Default)]
pub(super) struct Manners {
    calls: VecDeque<Millis>,
    wishes: VecDeque<Millis>,
    /// Those that pay for a call whatever the program knows of the status message.
    sure_wishes: VecDeque<Millis>,
    graph_not_before: Millis,
    /// The same, and what those wait beyond it who spread.
    patient_until: Millis,
    refresh_not_before: Millis,
    /// The end of the pause that a failed call of a session asks for.
    pause_until: Millis,
    failures: u32,
    trouble_since: Option<Millis>,
    refused_calls: u32,
    challenged: Option<Claims>,
    quiet: Quiet,
}

/// A time in which nothing happens but renewals.
#[derive(Debug, Default)]
struct Quiet {
    since: Millis,
    sets: Vec<Millis>,
    refreshed: Option<Millis>,
    /// Whether what colleagues see was read since the disturbance.
    has_looked: bool,
}

impl Manners {
    pub(super) fn start(&mut self, now: Millis) {
        *self = Manners::default();
        self.wish(now);
    }

    pub(super) fn wish(&mut self, now: Millis) {
        self.pay(now, 1, 1);
        self.trouble_since = None;
        self.may_try_at_once(now);
    }

    /// The same, with what a status message costs at least and at most.
    pub(super) fn wish_for(&mut self, now: Millis, least: usize, most: usize) {
        self.wish(now);
        self.pay(now, least - 1, most - 1);
    }

    fn pay(&mut self, now: Millis, least: usize, most: usize) {
        self.sure_wishes.extend(std::iter::repeat_n(now, least));
        self.wishes.extend(std::iter::repeat_n(now, most));
    }

    /// The person asks what colleagues see: a call of its own.
    pub(super) fn look(&mut self, now: Millis) {
        self.pay(now, 1, 1);
        self.disturbed(now);
    }

    pub(super) fn may_try_at_once(&mut self, now: Millis) {
        (self.pause_until, self.failures) = (0, 0);
        self.accepted();
        self.disturbed(now);
    }

    pub(super) fn disturbed(&mut self, now: Millis) {
        self.quiet = Quiet { since: now, ..Quiet::default() };
    }

    /// From when on the minute has room for a call: a wish may be over before the calls that it paid for.
    pub(super) fn free_at(&self, now: Millis) -> Millis {
        if self.calls.len() + WISH < BUSIEST {
            return now;
        }
        // Both are in order.
        let recent =
            |of: &VecDeque<Millis>, at| of.len() - of.partition_point(|made| *made + MINUTE <= at);
        let is_full = |at| {
            let paid = recent(&self.sure_wishes, at);
            recent(&self.calls, at).saturating_sub(paid) + WISH >= BUSIEST
        };
        let frees = self.calls.iter().map(|made| *made + MINUTE);
        frees.filter(|free| *free > now && is_full(*free - 1)).max().unwrap_or(now)
    }

    /// Graph asks everybody here for patience.
    pub(super) fn waits(&mut self, until: Millis) {
        self.patient_until = self.patient_until.max(until);
    }

    /// What another registration's service said binds nobody here.
    pub(super) fn moves(&mut self) {
        (self.graph_not_before, self.refresh_not_before, self.patient_until) = (0, 0, 0);
    }

    /// What Entra asked of the grant before binds nobody.
    pub(super) fn signed_in(&mut self) {
        self.refresh_not_before = 0;
    }

    /// Whether the service, or the minute, lets no call pass now.
    pub(super) fn must_wait(&self, now: Millis) -> bool {
        self.patient_until > now || self.free_at(now) > now
    }

    /// Whoever judges a request has accepted its token: a 401 after that is no second in a row.
    fn accepted(&mut self) {
        (self.refused_calls, self.challenged) = (0, None);
    }

    pub(super) fn succeeded(&mut self, call: &Call) {
        self.accepted();
        self.patient_until = 0;
        if call.writes_session() || call.writes_pin() {
            (self.failures, self.trouble_since) = (0, None);
        }
    }

    pub(super) fn failed(&mut self, now: Millis, call: &Call, answer: &Answer) {
        self.disturbed(now);
        let asked = match answer {
            // Nobody is quicker than the backoff of who was throttled.
            Answer::Throttled { retry_after: None, .. } => now + 5 * MINUTE,
            answer => asked_until(now, answer).unwrap_or(0),
        };
        self.patient_until = self.patient_until.max(asked);
        match answer {
            Answer::Throttled { retry_after: Some(span), .. }
            | Answer::Busy { retry_after: Some(span), .. } => {
                let until = now + Millis::try_from(span.as_millis()).unwrap_or(Millis::MAX / 2);
                if matches!(call, Call::Entra(EntraRequest::Refresh { .. })) {
                    self.refresh_not_before = until;
                } else if !matches!(call, Call::Entra(_)) {
                    self.graph_not_before = until;
                }
            }
            Answer::Unauthorized { claims, .. } => {
                self.refused_calls += 1;
                let is_news = claims.is_some() && *claims != self.challenged;
                self.challenged = claims.clone().or(self.challenged.take());
                if self.refused_calls > 1 && !is_news {
                    self.pause(now, call);
                }
            }
            Answer::Throttled { retry_after: None, .. }
            | Answer::Busy { retry_after: None, .. }
            | Answer::Offline { .. } => self.pause(now, call),
            Answer::Forbidden { .. } | Answer::NotFound { .. } => {
                self.accepted();
                if call.writes_session() {
                    self.pause_until = now + 29 * MINUTE;
                }
            }
            Answer::Rejected { .. } => self.accepted(),
            Answer::Refused(_)
            | Answer::Done
            | Answer::Presence(_)
            | Answer::Message(..)
            | Answer::Granted(_)
            | Answer::DeviceCode(_)
            | Answer::Pending
            | Answer::SlowDown => {}
        }
    }

    /// Half of the exponential pause is the least that jitter leaves of it.
    fn pause(&mut self, now: Millis, call: &Call) {
        if !call.writes_session() {
            return;
        }
        if self.failures == 0 {
            self.trouble_since = Some(now);
        }
        let since = self.trouble_since.unwrap_or(now);
        let cap = if now - since < 15 * MINUTE { MINUTE } else { 5 * MINUTE };
        let doubled = SECOND << self.failures.saturating_sub(1).min(16);
        self.failures += 1;
        self.pause_until = self.pause_until.max(now + doubled.min(cap) / 2);
    }
}

impl Oracle {
    pub(super) fn manners_sent(&mut self, now: Millis, call: &Call) {
        if call.signs_in() {
            return;
        }
        if let Some(calls) = self.manners.too_many(now) {
            self.manners.calls.clear();
            let what = format!("{calls} calls in a minute, beyond one for each wish");
            self.broken(Promise::Manners, now, None, what);
        }
        if self.persons.is_former(call) {
            return;
        }
        if let Some((until, what)) = self.manners.too_early(now, call) {
            self.broken(Promise::Manners, now, Some(until - now), what.to_owned());
        }
        let lease = self.lease_of(call);
        if let Some(what) = self.manners.needless(now, call, lease) {
            self.manners.disturbed(now);
            self.broken(Promise::Manners, now, None, what);
        }
    }

    /// How long the least mean pause between renewals is; absent for a timed status, whose pauses shrink.
    fn lease_of(&self, call: &Call) -> Option<Millis> {
        match (call.graph(), self.wishes.wanted) {
            (Some(GraphRequest::SetPresence { status: Status::Available, .. }), _) => {
                Some(AVAILABLE)
            }
            (
                Some(GraphRequest::SetPresence { expiration, .. }),
                Wanted::Held(Held { until: None, .. }),
            ) => Millis::try_from(expiration.as_millis()).ok().map(|span| span * 100 / 210),
            _ => None,
        }
    }
}

impl Manners {
    fn too_early(&self, now: Millis, call: &Call) -> Option<(Millis, &'static str)> {
        if matches!(call, Call::Entra(EntraRequest::Refresh { .. })) {
            let until = self.refresh_not_before;
            return (now < until).then_some((until, "a refresh before Entra's Retry-After"));
        }
        if now < self.graph_not_before {
            return Some((self.graph_not_before, "a call before Graph's Retry-After"));
        }
        let pauses = call.writes_session() && now < self.pause_until;
        pauses.then_some((self.pause_until, "a call before the end of the backoff"))
    }

    /// The calls of the last minute beyond those of its wishes, when they are too many.
    fn too_many(&mut self, now: Millis) -> Option<usize> {
        self.calls.push_back(now);
        for recent in [&mut self.calls, &mut self.wishes, &mut self.sure_wishes] {
            while recent.front().is_some_and(|first| first + MINUTE <= now) {
                recent.pop_front();
            }
        }
        let calls = self.calls.len().saturating_sub(self.wishes.len());
        (calls > BUSIEST).then_some(calls)
    }

    fn needless(&mut self, now: Millis, call: &Call, lease: Option<Millis>) -> Option<String> {
        let quiet = &mut self.quiet;
        let has_looked = quiet.has_looked;
        quiet.has_looked |= call.graph() == Some(&GraphRequest::ReadPresence);
        if now < quiet.since + CALM {
            return None;
        }
        match call {
            Call::Graph { request: GraphRequest::SetPresence { status, .. }, .. } => {
                quiet.sets.push(now);
                let (first, renewals) = (quiet.sets[0], quiet.sets.len() as Millis - 1);
                if lease.is_some_and(|lease| renewals * lease > now - first) {
                    let seconds = (now - first) / SECOND;
                    return Some(format!("{status} is renewed {renewals} times in {seconds} s"));
                }
                let mut gaps = quiet.sets.windows(2).rev().take(EQUAL).map(|two| two[1] - two[0]);
                let last = gaps.next()?;
                let is_even = quiet.sets.len() > EQUAL && gaps.all(|gap| gap == last);
                is_even.then(|| format!("renewals line up, every {last} ms"))
            }
            Call::Entra(EntraRequest::Refresh { .. }) => {
                let before = quiet.refreshed.replace(now)?;
                let gap = now - before;
                (gap < TOKEN).then(|| format!("a refresh {} s after the last one", gap / SECOND))
            }
            Call::Graph { request: GraphRequest::ReadPresence, .. } if has_looked => {
                Some("what colleagues see is read again".to_owned())
            }
            Call::Graph {
                request:
                    GraphRequest::ReadPresence
                    | GraphRequest::ClearPresence
                    | GraphRequest::PinAway { .. }
                    | GraphRequest::Unpin
                    | GraphRequest::ReadMessage { .. }
                    | GraphRequest::SetMessage { .. }
                    | GraphRequest::ClearMessage,
                ..
            }
            | Call::Entra(
                EntraRequest::Redeem { .. }
                | EntraRequest::StartDevice { .. }
                | EntraRequest::PollDevice { .. },
            ) => None,
        }
    }
}
