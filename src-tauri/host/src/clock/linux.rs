//! Owns `CLOCK_BOOTTIME` and a timer on it that fires on resume; refuses to wake up for anything else.

use std::io;
use std::os::fd::OwnedFd;

use presence_core::Time;
use rustix::time::{
    ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, clock_gettime,
    timerfd_create, timerfd_settime,
};
use tokio::io::unix::AsyncFd;

use super::Clock;
use crate::readiness;

pub(crate) fn millis() -> i64 {
    read(ClockId::Boottime)
}

/// What the clock that counts sleep is ahead of the one that does not.
pub(crate) fn asleep_millis() -> i64 {
    read(ClockId::Boottime) - read(ClockId::Monotonic)
}

fn read(clock: ClockId) -> i64 {
    let time = clock_gettime(clock);
    time.tv_sec * 1000 + time.tv_nsec / 1_000_000
}

/// A timer that counts sleep.
pub(crate) struct Alarm {
    timer: AsyncFd<OwnedFd>,
    set_for: Option<Time>,
}

impl Alarm {
    pub(crate) fn new() -> io::Result<Alarm> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Boottime, flags)?;
        Ok(Alarm { timer: readiness::awaited(timer)?, set_for: None })
    }

    /// Returns at `time`, or never.
    pub(crate) async fn ring(&mut self, clock: Clock, time: Option<Time>) -> io::Result<()> {
        let Some(time) = time else { return std::future::pending().await };
        if self.set_for != Some(time) {
            let millis = clock.machine_millis(time).max(1);
            let it_value = Timespec { tv_sec: millis / 1000, tv_nsec: millis % 1000 * 1_000_000 };
            let it_interval = Timespec { tv_sec: 0, tv_nsec: 0 };
            let spec = Itimerspec { it_interval, it_value };
            timerfd_settime(&self.timer, TimerfdTimerFlags::ABSTIME, &spec)?;
            self.set_for = Some(time);
        }
        let mut ready = self.timer.readable().await?;
        let mut count = [0u8; 8];
        rustix::io::read(&self.timer, &mut count).ok();
        ready.clear_ready();
        self.set_for = None;
        Ok(())
    }
}
