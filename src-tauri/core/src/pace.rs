//! Owns how many calls a minute may see; refuses to know what they are for.

use std::collections::VecDeque;
use std::time::Duration;

use crate::{Flaw, Rules, Time};

const MINUTE: Duration = Duration::from_secs(60);

/// The calls of the last minute, and the wishes that each pay for one more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pace {
    calls: VecDeque<Time>,
    wishes: VecDeque<Time>,
}

impl Pace {
    pub(crate) fn called(&mut self, now: Time) {
        self.calls.push_back(now);
        self.forget(now);
    }

    pub(crate) fn wished(&mut self, now: Time) {
        self.wishes.push_back(now);
        self.forget(now);
    }

    /// The first moment from `at` on at which a call is not one too many.
    pub(crate) fn not_before(&self, at: Time, rules: &Rules) -> Time {
        if rules.has(Flaw::CountsNoCalls) {
            return at;
        }
        let within =
            |of: &VecDeque<Time>, at: Time| of.iter().filter(|made| **made + MINUTE > at).count();
        let fits =
            |at: &Time| within(&self.calls, *at) < rules.busiest_minute + within(&self.wishes, *at);
        let frees = self.calls.iter().map(|made| *made + MINUTE).filter(|free| *free > at);
        std::iter::once(at).chain(frees).find(fits).unwrap_or(at)
    }

    fn forget(&mut self, now: Time) {
        for recent in [&mut self.calls, &mut self.wishes] {
            while recent.front().is_some_and(|made| *made + MINUTE <= now) {
                recent.pop_front();
            }
        }
    }
}
