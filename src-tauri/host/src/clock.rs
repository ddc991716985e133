//! Owns the two clocks: one that counts sleep and never steps, one that people read. Refuses to poll.

use chrono::{DateTime, Local, TimeDelta};
use presence_core::Time;

#[cfg_attr(target_os = "linux", path = "clock/linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "clock/other.rs")]
mod os;

pub(crate) use os::Alarm;

/// Reads the clock that counts sleep.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    rate: f64,
}

impl Clock {
    /// The machine's clock. A debug build obeys `PRESENCE_TRAY_CLOCK_RATE`, so that a test can run the
    /// program's clock and the fake cloud's in step, both faster than the wall.
    pub fn of_machine() -> Clock {
        Clock { rate: test_rate().unwrap_or(1.0) }
    }

    /// Now.
    pub fn now(self) -> Time {
        Time::from_millis((os::millis() as f64 * self.rate) as i64)
    }

    /// How long this machine has slept, milliseconds since it started; 0 where the system does not say.
    pub(crate) fn asleep_millis(self) -> i64 {
        os::asleep_millis()
    }

    /// Now, on both clocks.
    pub fn moment(self) -> Moment {
        Moment { time: self.now(), wall: Local::now() }
    }

    /// The machine's milliseconds for `time`.
    pub(crate) fn machine_millis(self, time: Time) -> i64 {
        (time.as_millis() as f64 / self.rate).ceil() as i64
    }
}

#[cfg(debug_assertions)]
fn test_rate() -> Option<f64> {
    std::env::var("PRESENCE_TRAY_CLOCK_RATE").ok()?.parse().ok()
}

#[cfg(not(debug_assertions))]
fn test_rate() -> Option<f64> {
    None
}

/// One moment on both clocks: what turns the core's times into what people read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// On the clock that counts sleep.
    pub time: Time,
    /// On the wall.
    pub wall: DateTime<Local>,
}

impl Moment {
    /// When `time` is, on the wall, if nobody sets the clock until then.
    pub fn wall(&self, time: Time) -> DateTime<Local> {
        let away = time.as_millis().saturating_sub(self.time.as_millis());
        TimeDelta::try_milliseconds(away)
            .and_then(|away| self.wall.checked_add_signed(away))
            .unwrap_or(self.wall)
    }

    /// The time at which the wall says, or said, `wall`.
    pub fn time_at(&self, wall: DateTime<Local>) -> Time {
        let away = (wall - self.wall).num_milliseconds();
        Time::from_millis(self.time.as_millis().saturating_add(away))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wall_and_back_is_the_same_moment() {
        let moment = Clock::of_machine().moment();
        let time = Time::from_millis(moment.time.as_millis() + 123_456);
        assert_eq!(moment.time_at(moment.wall(time)), time);
    }
}
