//! Owns what a crowded service changes: whoever has time gives way to whoever has none. Refuses to be quicker
//! than the service asked.

use std::time::Duration;

use crate::facts::{Flight, Shown};
use crate::keeper::Core;
use crate::{Call, Status, Time};

impl Core {
    /// The pause between two renewals of `status`, before it is spread. After a throttled one it is stretched
    /// towards the fade, which makes room for others, and shrinks back while nobody complains.
    pub(crate) fn renewal_pause(&self, status: Status, expiration: Duration) -> Duration {
        match status {
            Status::Available => {
                let longest = self.rules.fade.saturating_sub(self.rules.renewal_margin);
                let room = longest.saturating_sub(self.rules.renew_available);
                self.rules.renew_available + room.mul_f64(self.crowding())
            }
            Status::InACall | Status::InAConferenceCall | Status::Away | Status::Presenting => {
                expiration / 2
            }
        }
    }

    /// From 1, just after a call was throttled, to 0.
    fn crowding(&self) -> f64 {
        let Some(at) = self.crowded_at else { return 0.0 };
        let share = self.now.since(at).as_secs_f64() / self.rules.crowd_passes.as_secs_f64();
        (1.0 - share).max(0.0)
    }

    /// How long to wait after the service asked for `span`. As throttled calls count against the limit, whoever
    /// is throttled again and again waits longer and longer: else all would keep each other out for ever.
    pub(crate) fn after_throttling(&mut self, span: Duration, room: Option<Duration>) -> Duration {
        self.throttled = self.throttled.saturating_add(1);
        let doublings = (self.throttled - 1).min(16);
        let longest = self.rules.throttled_first.saturating_mul(1 << doublings);
        let longest = longest.min(self.rules.throttled_cap);
        let again = self.random.between(longest / 2, longest);
        let late = self.random.between(Duration::ZERO, span / 10 + Duration::from_millis(500));
        match room {
            Some(room) => span + self.random.between(Duration::ZERO, room),
            None => (span + late).max(again),
        }
    }

    /// Whether a look that nobody asked for would only add to the crowd.
    pub(crate) fn is_crowded(&self) -> bool {
        self.crowding() > 0.0
    }

    /// How long the retry of a throttled call may wait beyond what the service asked: a renewal can, as long as
    /// its session holds; a choice that somebody waits for cannot.
    pub(crate) fn patience_in_crowd(&mut self, flight: &Flight, from: Time) -> Option<Duration> {
        self.crowded_at = Some(self.now);
        let Shown::Held(lease) = &self.shown else { return None };
        let renews = matches!(flight.call, Call::SetPresence { .. }) && lease.wish == flight.wish;
        if !renews {
            return None;
        }
        let latest = lease.ends_at(&self.rules) - self.rules.renewal_margin;
        Some(latest.since(from).min(self.rules.fade)).filter(|room| !room.is_zero())
    }
}
