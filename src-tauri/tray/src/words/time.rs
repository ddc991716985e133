//! Owns how a time on the wall of this computer is written; refuses other zones.

use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Datelike, Local, Weekday};
use presence_core::t;

#[cfg_attr(target_os = "linux", path = "time/linux.rs")]
#[cfg_attr(target_os = "macos", path = "time/macos.rs")]
#[cfg_attr(windows, path = "time/windows.rs")]
mod os;

static HAS_TWELVE_HOURS: AtomicBool = AtomicBool::new(false);

/// Has this process count the hours as the system does, to 12 or to 24; to 24 before.
pub(crate) fn choose_clock() {
    HAS_TWELVE_HOURS.store(os::has_twelve_hours(), Ordering::Relaxed);
}

/// "15:42" or "3:42 PM".
pub(crate) fn minute(at: DateTime<Local>) -> String {
    written(at, "%H:%M", "%-I:%M %p")
}

/// "Mon 15:42" or "Mon 3:42 PM".
pub(crate) fn day_and_minute(at: DateTime<Local>) -> String {
    format!("{} {}", weekday(at), minute(at))
}

/// "Mon 28 15:42" or "Mon 28 3:42 PM".
pub(crate) fn date_and_minute(at: DateTime<Local>) -> String {
    format!("{} {} {}", weekday(at), at.format("%d"), minute(at))
}

/// "Mon 15:42:07" or "Mon 3:42:07 PM".
pub(crate) fn day_and_second(at: DateTime<Local>) -> String {
    format!("{} {}", weekday(at), written(at, "%H:%M:%S", "%-I:%M:%S %p"))
}

/// "Mon 28 15:42:07" or "Mon 28 03:42:07 PM", as wide at every hour.
pub(crate) fn date_and_second(at: DateTime<Local>) -> String {
    let second = written(at, "%H:%M:%S", "%I:%M:%S %p");
    format!("{} {} {second}", weekday(at), at.format("%d"))
}

fn written(at: DateTime<Local>, of_24: &str, of_12: &str) -> String {
    let form = if HAS_TWELVE_HOURS.load(Ordering::Relaxed) { of_12 } else { of_24 };
    at.format(form).to_string()
}

fn weekday(at: DateTime<Local>) -> &'static str {
    match at.weekday() {
        Weekday::Mon => t!("Mon"),
        Weekday::Tue => t!("Tue"),
        Weekday::Wed => t!("Wed"),
        Weekday::Thu => t!("Thu"),
        Weekday::Fri => t!("Fri"),
        Weekday::Sat => t!("Sat"),
        Weekday::Sun => t!("Sun"),
    }
}
