//! Owns how many calls a minute may see; refuses to know what they are for.

use std::collections::VecDeque;
use std::time::Duration;

use crate::{Rules, Time};

const MINUTE: Duration = Duration::from_secs(60);

/// The calls of the last minute, and the wishes that each pay for one more.
#[derive(Clone, Debug, Default)]
pub(crate) struct RateLimit {
    /// The calls of sign-ins among them.
    all: VecDeque<Time>,
    calls: VecDeque<Time>,
    wishes: VecDeque<Time>,
}

impl RateLimit {
    pub(crate) fn called(&mut self, now: Time, signs_in: bool) {
        self.all.push_back(now);
        if !signs_in {
            self.calls.push_back(now);
        }
        self.forget(now);
    }

    pub(crate) fn wished(&mut self, now: Time, rules: &Rules) {
        self.wishes.push_back(now);
        // More of them buy nothing below the ceiling.
        if self.wishes.len() > rules.ceiling {
            self.wishes.pop_front();
        }
        self.forget(now);
    }

    /// The first moment from `at` on at which a call is not one too many; a last thing before an end may use what is
    /// left for it.
    pub(crate) fn not_before(&self, at: Time, is_last_thing: bool, rules: &Rules) -> Time {
        let fits = |at: &Time| {
            self.calls.len() < rules.busiest_minute
                || within(&self.calls, *at) < rules.busiest_minute + within(&self.wishes, *at)
        };
        let at = first(&self.calls, at, fits);
        self.below_ceiling(at, is_last_thing, rules)
    }

    /// The first moment from `at` on at which the ceiling has room, whoever asks.
    pub(crate) fn below_ceiling(&self, at: Time, is_last_thing: bool, rules: &Rules) -> Time {
        let reserve = if is_last_thing { 0 } else { rules.ceiling_reserve };
        let room = rules.ceiling.saturating_sub(reserve);
        first(&self.all, at, |at| self.all.len() < room || within(&self.all, *at) < room)
    }

    /// Whether a call that nobody asked for leaves enough of the ceiling to those that somebody will ask for.
    pub(crate) fn has_room_to_spare(&self, rules: &Rules) -> bool {
        self.all.len() < rules.ceiling / 2
    }

    pub(crate) fn last_call(&self) -> Option<Time> {
        self.all.back().copied()
    }

    fn forget(&mut self, now: Time) {
        for recent in [&mut self.all, &mut self.calls, &mut self.wishes] {
            while recent.front().is_some_and(|made| *made + MINUTE <= now) {
                recent.pop_front();
            }
        }
    }
}

/// How many of these are within the minute before `at`.
fn within(of: &VecDeque<Time>, at: Time) -> usize {
    of.iter().filter(|made| **made + MINUTE > at).count()
}

/// The first moment from `at` on that `fits`; only the end of a call's minute can change that.
fn first(calls: &VecDeque<Time>, at: Time, fits: impl Fn(&Time) -> bool) -> Time {
    if fits(&at) {
        return at;
    }
    let mut frees = calls.iter().map(|made| *made + MINUTE).filter(|free| *free > at);
    frees.find(fits).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_minute_sees_more_calls_than_the_ceiling_however_many_wishes_ask() {
        let rules = Rules::default();
        let mut limit = RateLimit::default();
        let mut now = Time::ZERO;
        let mut made = Vec::new();
        for _ in 0..100 {
            limit.wished(now, &rules);
            now = limit.not_before(now, false, &rules);
            limit.called(now, false);
            made.push(now);
        }
        let ordinary = rules.ceiling - rules.ceiling_reserve;
        for minute in made.windows(ordinary + 1) {
            assert!(minute[ordinary].since(minute[0]) >= MINUTE);
        }
        assert_eq!(limit.not_before(now, true, &rules), now, "the last things have room");
    }
}
