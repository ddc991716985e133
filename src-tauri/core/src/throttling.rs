//! Owns what a throttled service changes: whoever has time yields to whoever has none. Refuses to be quicker than the
//! service asked.

use std::time::Duration;

use crate::context::Context;
use crate::{Rules, Status, Time};

/// How throttled the service is, as far as one machine can know.
#[derive(Clone, Debug, Default)]
pub(crate) struct Throttling {
    /// How many calls were throttled since one was not.
    in_a_row: u32,
    /// When one was, last.
    seen_at: Option<Time>,
}

/// What a throttled write of the session is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Yielding {
    /// Whether a person waits for it.
    pub(crate) is_awaited: bool,
    /// When a session that holds must be renewed at the latest.
    pub(crate) latest: Option<Time>,
    /// The pause of an ordinary backoff.
    pub(crate) pause: Duration,
}

impl Throttling {
    pub(crate) fn throttled(&mut self, now: Time) {
        self.in_a_row = self.in_a_row.saturating_add(1);
        self.seen_at = Some(now);
    }

    pub(crate) fn passed(&mut self) {
        self.in_a_row = 0;
    }

    /// Whether a call that nobody asked for would only make it worse.
    pub(crate) fn is_felt(&self, now: Time, rules: &Rules) -> bool {
        self.density(now, rules) > 0.0
    }

    /// From 1, just after a call was throttled, to 0.
    fn density(&self, now: Time, rules: &Rules) -> f64 {
        let Some(seen_at) = self.seen_at else { return 0.0 };
        let share = now.since(seen_at).as_secs_f64() / rules.throttling_passes.as_secs_f64();
        (1.0 - share).max(0.0)
    }

    /// The longest that somebody waits who was throttled again and again. As throttled calls count against the
    /// limit, all would keep each other out for ever if they did not call less and less.
    fn spread(&self, rules: &Rules) -> Duration {
        let doublings = self.in_a_row.saturating_sub(6).min(16);
        rules.throttled_spread.saturating_mul(1 << doublings).min(rules.throttled_spread_cap)
    }

    /// The pause between two renewals of `status`: spread, so that those who began together do not go on together,
    /// and never shorter than the rule says. Under throttling Available is stretched towards its fade, which makes room
    /// for others, and shrinks back while nobody complains.
    pub(crate) fn renewal_pause(
        &self,
        status: Status,
        expiration: Duration,
        cx: &mut Context,
    ) -> Duration {
        let rules = &cx.rules;
        let (least, percent) = match status {
            Status::Available => (rules.renew_available, rules.spread_available_percent),
            Status::InACall | Status::InAConferenceCall | Status::Away | Status::Presenting => {
                (expiration / 2, rules.spread_percent)
            }
        };
        let pause = cx.between(least, least + least * percent / 100);
        if status != Status::Available {
            return pause;
        }
        let density = self.density(cx.now, &cx.rules);
        pause + cx.rules.throttled_stretch.mul_f64(density)
    }

    /// How long the retry of a throttled write yields to others from `from` on, when the time has passed that the
    /// service asked for: not at all for what a person waits for, at most the rest of its life for a session that holds.
    pub(crate) fn yields(&self, what: Yielding, from: Time, cx: &mut Context) -> Duration {
        if what.is_awaited && self.in_a_row < 4 {
            return Duration::ZERO;
        }
        let room = what.latest.map_or(Duration::ZERO, |latest| latest.since(from));
        if !room.is_zero() {
            return cx.between(Duration::ZERO, room);
        }
        let longest = self.spread(&cx.rules);
        match self.in_a_row {
            0..=1 => what.pause.max(cx.between(Duration::ZERO, cx.rules.backoff_cap)),
            // The first time spreads them over what follows; from then on they keep their distance.
            2 => cx.between(Duration::ZERO, longest),
            _ => cx.between(longest * 3 / 4, longest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::tests::context;

    const RENEWAL: Yielding =
        Yielding { is_awaited: false, latest: None, pause: Duration::from_secs(1) };

    #[test]
    fn what_a_person_waits_for_does_not_yield_at_first() {
        let (mut throttling, mut cx) = (Throttling::default(), context());
        let awaited = Yielding { is_awaited: true, ..RENEWAL };
        throttling.throttled(cx.now);
        assert_eq!(throttling.yields(awaited, cx.now, &mut cx), Duration::ZERO);
        (0..4).for_each(|_| throttling.throttled(cx.now));
        assert!(throttling.yields(awaited, cx.now, &mut cx) > Duration::from_secs(200));
    }

    #[test]
    fn a_session_that_holds_is_renewed_before_it_ends() {
        let (mut throttling, mut cx) = (Throttling::default(), context());
        (0..9).for_each(|_| throttling.throttled(cx.now));
        let latest = cx.now + Duration::from_secs(40);
        for _ in 0..100 {
            let yields =
                throttling.yields(Yielding { latest: Some(latest), ..RENEWAL }, cx.now, &mut cx);
            assert!(cx.now + yields <= latest);
        }
    }

    #[test]
    fn available_is_stretched_until_nobody_complains() {
        let (mut throttling, mut cx) = (Throttling::default(), context());
        let hour = Duration::from_secs(3600);
        throttling.throttled(cx.now);
        assert!(throttling.is_felt(cx.now, &cx.rules));
        let pause = throttling.renewal_pause(Status::Available, hour, &mut cx);
        assert!(pause >= cx.rules.renew_available + cx.rules.throttled_stretch);
        cx.advance(cx.now + cx.rules.throttling_passes);
        assert!(!throttling.is_felt(cx.now, &cx.rules));
    }
}
