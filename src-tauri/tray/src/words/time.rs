//! Owns how a time on the wall of this computer is written; refuses other zones.

use chrono::{DateTime, Datelike, Local, Weekday};
use presence_core::t;

/// "15:42".
pub(crate) fn minute(at: DateTime<Local>) -> String {
    at.format("%H:%M").to_string()
}

/// "Mon 15:42".
pub(crate) fn day_and_minute(at: DateTime<Local>) -> String {
    format!("{} {}", weekday(at), at.format("%H:%M"))
}

/// "Mon 28 15:42".
pub(crate) fn date_and_minute(at: DateTime<Local>) -> String {
    format!("{} {}", weekday(at), at.format("%d %H:%M"))
}

/// "Mon 15:42:07".
pub(crate) fn day_and_second(at: DateTime<Local>) -> String {
    format!("{} {}", weekday(at), at.format("%H:%M:%S"))
}

/// "Mon 28 15:42:07".
pub(crate) fn date_and_second(at: DateTime<Local>) -> String {
    format!("{} {}", weekday(at), at.format("%d %H:%M:%S"))
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
