//! Owns what a crowded service changes: whoever has time gives way to whoever has none. Refuses to be quicker
//! than the service asked.

use std::time::Duration;

use crate::facts::{Flight, Setting, Shown};
use crate::keeper::Core;
use crate::{Flaw, Rules, Status, Time};

/// How crowded the service is, as far as one machine can know.
#[derive(Clone, Debug, Default)]
pub(crate) struct Crowd {
    /// How many calls were throttled since one was not.
    throttled: u32,
    /// When one was, last.
    seen_at: Option<Time>,
}

impl Crowd {
    pub(crate) fn throttled(&mut self, now: Time) {
        self.throttled = self.throttled.saturating_add(1);
        self.seen_at = Some(now);
    }

    pub(crate) fn passed(&mut self) {
        self.throttled = 0;
    }

    /// From 1, just after a call was throttled, to 0.
    fn density(&self, now: Time, rules: &Rules) -> f64 {
        let Some(seen_at) = self.seen_at else { return 0.0 };
        let share = now.since(seen_at).as_secs_f64() / rules.crowd_passes.as_secs_f64();
        (1.0 - share).max(0.0)
    }

    /// The longest that somebody waits who was throttled again and again. As throttled calls count against the
    /// limit, all would keep each other out for ever if they did not call less and less.
    fn spread(&self, rules: &Rules) -> Duration {
        let doublings = self.throttled.saturating_sub(6).min(16);
        rules.crowd_spread.saturating_mul(1 << doublings).min(rules.crowd_spread_cap)
    }
}

impl Core {
    /// Whether a call that nobody asked for would only add to the crowd.
    pub(crate) fn is_crowded(&self) -> bool {
        self.crowd.density(self.now, &self.rules) > 0.0
    }

    /// The pause between two renewals of `status`: spread, so that those who began together do not go on together,
    /// and never shorter than the rule says. In a crowd Available is stretched towards its fade, which makes room
    /// for others, and shrinks back while nobody complains.
    pub(crate) fn renewal_pause(&mut self, status: Status, expiration: Duration) -> Duration {
        let (least, percent) = match status {
            Status::Available => (self.rules.renew_available, self.rules.spread_available_percent),
            Status::InACall | Status::InAConferenceCall | Status::Away | Status::Presenting => {
                (expiration / 2, self.rules.spread_percent)
            }
        };
        let pause = self.random.between(least, least + least * percent / 100);
        if status != Status::Available {
            return pause;
        }
        let density = self.crowd.density(self.now, &self.rules);
        pause + self.rules.stretch_in_crowd.mul_f64(density)
    }

    /// How long the retry of a throttled call gives way to others, once the time has passed that the service asked
    /// for: nothing for what a person waits for, at most the rest of its life for a session that still holds.
    pub(crate) fn gives_way(&mut self, flight: &Flight, from: Time, pause: Duration) -> Duration {
        if self.rules.has(Flaw::IgnoresCrowd) || !flight.call.writes_session() {
            return Duration::ZERO;
        }
        let is_awaited = self.awaited == Some(self.wishes) || self.goal() == Setting::Gone;
        if is_awaited && self.crowd.throttled < 4 {
            return Duration::ZERO;
        }
        if let Shown::Held(lease) = &self.shown
            && lease.wish == flight.wish
        {
            let latest = lease.ends_at(&self.rules) - self.rules.renewal_margin;
            let room = latest.since(from);
            if !room.is_zero() {
                return self.random.between(Duration::ZERO, room);
            }
        }
        let longest = self.crowd.spread(&self.rules);
        match self.crowd.throttled {
            0..=1 => pause.max(self.random.between(Duration::ZERO, self.rules.backoff_cap)),
            // The first time spreads them over what follows; from then on they keep their distance.
            2 => self.random.between(Duration::ZERO, longest),
            _ => self.random.between(longest * 3 / 4, longest),
        }
    }
}
