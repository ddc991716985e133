//! The service's own clock as text: a date is written once a day, and only its time of day each time. It refuses to know
//! what time it is.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};

/// Seconds.
const DAY: u64 = 24 * 60 * 60;

/// Each form of a date that the services write, on the day that it was last written.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    http: Written,
    graph: Written,
    entra: Written,
}

impl Clock {
    /// As HTTP has it (RFC 9110, section 5.6.7); all in seconds since 1970.
    pub(super) fn http(&mut self, seconds: u64) -> String {
        // Of "Sun, 06 Nov 1994 08:49:37 GMT".
        self.http.at(seconds, 17, httpdate::fmt_http_date)
    }

    /// As an error of Graph has it.
    pub(super) fn graph(&mut self, seconds: u64) -> String {
        // Of "1994-11-06T08:49:37".
        self.graph.at(seconds, 11, |time| format!("{:?}", date(time)))
    }

    /// As an error of Entra has it.
    pub(super) fn entra(&mut self, seconds: u64) -> String {
        // Of "1994-11-06 08:49:37Z".
        self.entra.at(seconds, 11, |time| format!("{}Z", date(time)))
    }
}

/// The time in whole seconds.
pub(super) fn date(time: SystemTime) -> NaiveDateTime {
    DateTime::<Utc>::from(time).naive_utc().trunc_subsecs(0)
}

/// A day counted from 1970, and a date of it.
#[derive(Debug, Default)]
struct Written {
    day: u64,
    date: Vec<u8>,
}

impl Written {
    /// A date as `write` writes it, with the time of day from the byte `place` on.
    fn at(&mut self, seconds: u64, place: usize, write: fn(SystemTime) -> String) -> String {
        let (day, second) = (seconds / DAY, seconds % DAY);
        if day != self.day {
            let time = UNIX_EPOCH + Duration::from_secs(seconds);
            *self = Written { day, date: write(time).into_bytes() };
        }
        let [hours, minutes, seconds] = [second / 3_600, second / 60 % 60, second % 60];
        let digits = |number: u64| [number / 10, number % 10].map(|digit| b'0' + digit as u8);
        let ([a, b], [c, d], [e, f]) = (digits(hours), digits(minutes), digits(seconds));
        self.date[place..place + 8].copy_from_slice(&[a, b, b':', c, d, b':', e, f]);
        str::from_utf8(&self.date).expect("a date is ASCII").to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_a_known_day_is_as_if_the_whole_were_written() {
        let mut clock = Clock::default();
        for seconds in [784_111_777, 784_111_778, 784_166_399, 784_166_400, 784_111_777] {
            let time = UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(clock.http(seconds), httpdate::fmt_http_date(time));
            assert_eq!(clock.graph(seconds), format!("{:?}", date(time)));
            assert_eq!(clock.entra(seconds), format!("{}Z", date(time)));
        }
    }
}
