//! Owns a monotonic clock where there is no `CLOCK_BOOTTIME`, and a timer that looks once a minute as a net
//! against sleep; refuses shorter looks.

use std::io;
use std::time::Duration;

use presence_core::Time;

use super::Clock;

// macOS: `Instant` stands still in sleep, CLOCK_MONOTONIC does not.
#[cfg(target_os = "macos")]
pub(crate) fn millis() -> i64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    time.tv_sec * 1000 + time.tv_nsec / 1_000_000
}

// Windows: QueryPerformanceCounter, which `Instant` reads, counts sleep.
#[cfg(not(target_os = "macos"))]
pub(crate) fn millis() -> i64 {
    use std::sync::OnceLock;
    use std::time::Instant;

    static ORIGIN: OnceLock<Instant> = OnceLock::new();
    let origin = *ORIGIN.get_or_init(Instant::now);
    i64::try_from(origin.elapsed().as_millis()).unwrap_or(i64::MAX)
}

pub(crate) fn asleep_millis() -> i64 {
    0
}

/// A timer.
pub(crate) struct Alarm;

impl Alarm {
    pub(crate) fn new() -> io::Result<Alarm> {
        Ok(Alarm)
    }

    /// Returns at `time`, or never.
    pub(crate) async fn ring(&mut self, clock: Clock, time: Option<Time>) -> io::Result<()> {
        let Some(time) = time else { return std::future::pending().await };
        let at = clock.machine_millis(time);
        loop {
            let left = Duration::from_millis(u64::try_from(at - millis()).unwrap_or(0));
            if left.is_zero() {
                return Ok(());
            }
            tokio::time::sleep(left.min(Duration::from_secs(60))).await;
        }
    }
}
