//! Owns how a person may write how long a status lasts, and how far to look back; refuses what the core's rules do not
//! allow, and what no history holds.

use std::time::Duration;

use chrono::{
    DateTime, Days, Local, MappedLocalTime, NaiveDateTime, NaiveTime, TimeDelta, TimeZone,
};
use clap::{Args, ValueHint};
use presence_core::Rules;

use super::words;

/// The least and the most that a history may be asked for.
pub(crate) const LOOK_BACK: [Duration; 2] =
    [Duration::from_secs(60), Duration::from_secs(14 * 24 * 3600)];

/// How long a status is wanted: at most one of the two.
#[derive(Clone, Copy, Debug, Args)]
#[group(multiple = false)]
pub(crate) struct Lasts {
    /// For how long: 45m, 1h30m, "2 hours" or PT45M; 5 minutes to 24 hours.
    #[arg(long = "for", value_name = "SPAN", value_hint = ValueHint::Other, value_parser = span, allow_hyphen_values = true)]
    lasts: Option<Duration>,
    /// Until when, in local time: 17:30 or 5:30pm; tomorrow if that time has passed today.
    #[arg(long, value_name = "TIME", value_hint = ValueHint::Other, value_parser = until, allow_hyphen_values = true)]
    until: Option<Duration>,
}

impl Lasts {
    /// In seconds from the moment of reading; none lasts until changed.
    pub(crate) fn seconds(self) -> Option<u64> {
        self.lasts.or(self.until).map(|lasts| lasts.as_secs())
    }
}

/// `45m`, `1h 30m`, `90 min`, `2 hours`, `PT45M` or `until 17:30`.
fn span(text: &str) -> Result<Duration, String> {
    let lower = text.trim().to_ascii_lowercase();
    if let Some(time) = lower.strip_prefix("until ") {
        return until(time);
    }
    let lasts = duration(&lower).ok_or_else(|| words::no_span(text))?;
    let Rules { shortest_timed, longest_timed, .. } = Rules::default();
    if (shortest_timed..=longest_timed).contains(&lasts) {
        return Ok(lasts);
    }
    Err(words::outside_limits())
}

/// `90m`, `24h`, `7 days` or `PT24H`.
pub(super) fn look_back(text: &str) -> Result<Duration, String> {
    let lower = text.trim().to_ascii_lowercase();
    let span = duration(&lower).ok_or_else(|| words::no_look_back(text))?;
    let [least, most] = LOOK_BACK;
    if (least..=most).contains(&span) { Ok(span) } else { Err(words::outside_history()) }
}

/// After its head, a short ISO 8601 duration is written as people write one.
fn duration(lower: &str) -> Option<Duration> {
    humantime::parse_duration(lower.strip_prefix("pt").unwrap_or(lower)).ok()
}

/// From now to the next time that the clock says `17:30` or `5:30pm`.
fn until(text: &str) -> Result<Duration, String> {
    left(text, &Local::now())
}

fn left<Zone: TimeZone>(text: &str, now: &DateTime<Zone>) -> Result<Duration, String> {
    let time = time(text).ok_or_else(|| words::no_time(text))?;
    let left = next(time, now)
        .and_then(|end| end.signed_duration_since(now).to_std().ok())
        .ok_or_else(|| words::never(text))?;
    let Rules { shortest_timed, longest_timed, .. } = Rules::default();
    if left < shortest_timed {
        return Err(words::too_soon(text));
    }
    if left > longest_timed {
        return Err(words::too_late(text));
    }
    // Rounded up: a status that is wanted until 17:30 does not end at 17:29:59.
    Ok(Duration::from_secs(left.as_secs() + u64::from(left.subsec_nanos() > 0)))
}

fn time(text: &str) -> Option<NaiveTime> {
    let text = text.trim();
    let (_, minutes) = text.split_once(':')?;
    // A lone digit may be a slip: 17:3 is not 17:03.
    if minutes.chars().take_while(char::is_ascii_digit).count() != 2 {
        return None;
    }
    ["%H:%M", "%I:%M %p"].iter().find_map(|form| NaiveTime::parse_from_str(text, form).ok())
}

/// The next moment that the wall clock says `time`. A time that it says twice counts twice; a time that it
/// skips counts as the moment of the skip.
fn next<Zone: TimeZone>(time: NaiveTime, now: &DateTime<Zone>) -> Option<DateTime<Zone>> {
    let zone = now.timezone();
    let today = now.date_naive();
    (0..=2).find_map(|days| {
        let wall = today.checked_add_days(Days::new(days))?.and_time(time);
        moments(&zone, wall).into_iter().flatten().find(|moment| moment > now)
    })
}

/// When the wall clock says this, earliest first.
fn moments<Zone: TimeZone>(zone: &Zone, wall: NaiveDateTime) -> [Option<DateTime<Zone>>; 2] {
    match zone.from_local_datetime(&wall) {
        MappedLocalTime::Single(moment) => [Some(moment), None],
        MappedLocalTime::Ambiguous(first, second) => [Some(first), Some(second)],
        MappedLocalTime::None => [after_gap(zone, wall), None],
    }
}

/// The first minute that the wall clock says again; a zone that crosses the date line skips a whole day.
fn after_gap<Zone: TimeZone>(zone: &Zone, wall: NaiveDateTime) -> Option<DateTime<Zone>> {
    (1..=24 * 60).find_map(|minutes| {
        let later = wall.checked_add_signed(TimeDelta::minutes(minutes))?;
        zone.from_local_datetime(&later).earliest()
    })
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use chrono_tz::{America::New_York, Europe::Berlin, Pacific::Apia, Tz};
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Verb};

    const MINUTE: u64 = 60;
    const HOUR: u64 = 3600;

    #[test]
    fn spans_are_read_as_people_write_them() {
        for (text, seconds) in [
            ("45m", 45 * MINUTE),
            ("1h30m", 90 * MINUTE),
            ("1h 30m", 90 * MINUTE),
            ("90 min", 90 * MINUTE),
            ("90min", 90 * MINUTE),
            ("2 hours", 2 * HOUR),
            ("2 Hours", 2 * HOUR),
            ("1.5h", 90 * MINUTE),
            ("1 hour 5 minutes", 65 * MINUTE),
            (" 45M ", 45 * MINUTE),
            ("PT45M", 45 * MINUTE),
            ("PT1H30M", 90 * MINUTE),
            ("pt45m", 45 * MINUTE),
            ("300s", 5 * MINUTE),
            ("24h", 24 * HOUR),
            ("1 day", 24 * HOUR),
        ] {
            assert_eq!(span(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_span_of_5_minutes_to_24_hours_is_refused() {
        for text in [
            "",
            "m",
            "1x",
            "h",
            "-5m",
            "45",
            "17:30",
            "PT",
            "P1H",
            "99999999999999999999h",
            "until",
        ] {
            let refused = span(text).unwrap_err();
            assert!(refused.contains("is not a duration such as 45m"), "{text}: {refused}");
        }
        for text in ["30s", "0", "299s", "4m59s", "PT4M", "24h 1s", "25h", "2 days", "1 month"] {
            let refused = span(text).unwrap_err();
            assert!(refused.contains("lasts 5 minutes to 24 hours"), "{text}: {refused}");
        }
    }

    #[test]
    fn a_look_back_is_as_long_as_a_history_at_most() {
        for (text, seconds) in [
            ("1m", MINUTE),
            ("90m", 90 * MINUTE),
            ("PT24H", 24 * HOUR),
            ("14 Days", 14 * 24 * HOUR),
        ] {
            assert_eq!(look_back(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "24", "-1h", "yesterday", "until 17:30", "99999999999999999999d"] {
            let refused = look_back(text).unwrap_err();
            assert!(refused.contains("is not a span such as 90m"), "{text}: {refused}");
        }
        for text in ["0", "59s", "14d 1s", "1 month"] {
            assert!(look_back(text).unwrap_err().contains("1 minute to 14 days"), "{text}");
        }
        let kept = presence_host::history::KEPT.to_std().unwrap();
        assert_eq!(LOOK_BACK[1], kept);
    }

    #[test]
    fn a_time_is_read_by_either_clock() {
        for (text, hour, minute) in [
            ("17:30", 17, 30),
            ("7:05", 7, 5),
            ("00:00", 0, 0),
            ("5:30pm", 17, 30),
            ("5:30 PM", 17, 30),
            ("12:00am", 0, 0),
            (" 17:30 ", 17, 30),
        ] {
            assert_eq!(time(text), NaiveTime::from_hms_opt(hour, minute, 0), "{text}");
        }
        for text in ["", "17", "1730", "24:00", "17:60", "17:3", "17:300", "17:30pm", "half past"] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    /// Zone, the moment in UTC, the time asked for, the minutes until then.
    const ENDS: [(Tz, &str, &str, u64); 13] = [
        (Berlin, "2026-06-15T12:00:00Z", "17:30", 210),
        // Past today: tomorrow.
        (Berlin, "2026-06-15T16:00:00Z", "17:30", 23 * 60 + 30),
        // Over midnight.
        (Berlin, "2026-06-15T21:00:00Z", "00:30", 90),
        (Berlin, "2026-12-31T22:00:00Z", "00:10", 70),
        // Now is not in the future: a whole day.
        (Berlin, "2026-06-15T15:30:00Z", "17:30", 24 * 60),
        // The clock is set forward, from 02:00 to 03:00: this night has an hour less.
        (Berlin, "2026-03-28T22:00:00Z", "04:00", 4 * 60),
        (New_York, "2026-03-08T04:00:00Z", "06:00", 6 * 60),
        // Skipped: the clock passes 02:30 when it goes to 03:00.
        (Berlin, "2026-03-29T00:00:00Z", "02:30", 60),
        (Berlin, "2026-03-29T00:00:00Z", "02:00", 60),
        // The clock is set back, from 03:00 to 02:00: this night has an hour more.
        (Berlin, "2026-10-24T21:00:00Z", "04:00", 6 * 60),
        // Said twice: the first that is to come.
        (Berlin, "2026-10-24T23:00:00Z", "02:30", 90),
        (Berlin, "2026-10-25T00:45:00Z", "02:30", 45),
        // Samoa skipped 30 December 2011.
        (Apia, "2011-12-30T09:30:00Z", "12:00", 30),
    ];

    #[test]
    fn until_ends_when_the_wall_clock_says_so() {
        for (zone, now, text, minutes) in ENDS {
            let now = now.parse::<DateTime<Utc>>().unwrap().with_timezone(&zone);

            let left = left(text, &now);

            assert_eq!(left, Ok(Duration::from_secs(minutes * MINUTE)), "{now} until {text}");
        }
    }

    #[test]
    fn until_never_ends_a_second_early() {
        let now = "2026-06-15T12:00:00.250Z".parse::<DateTime<Utc>>().unwrap();

        assert_eq!(left("12:30", &now), Ok(Duration::from_secs(30 * MINUTE)));
    }

    #[test]
    fn until_outside_of_5_minutes_to_24_hours_is_refused_with_the_remedy() {
        for (zone, now, text, remedy) in [
            (Berlin, "2026-06-15T15:26:00Z", "17:30", "choose a later time"),
            // The day on which the clock is set back has 25 hours.
            (Berlin, "2026-10-24T15:30:00Z", "17:30", "choose an earlier time"),
            (Berlin, "2026-06-15T15:26:00Z", "noon", "such as 17:30 or 5:30pm"),
        ] {
            let now = now.parse::<DateTime<Utc>>().unwrap().with_timezone(&zone);

            let refused = left(text, &now).unwrap_err();

            assert!(refused.contains(remedy), "{refused}");
        }
    }

    fn set(arguments: &[&str]) -> Result<Option<u64>, clap::Error> {
        let all = ["presence-tray", "set", "away"].iter().chain(arguments);
        let Some(Verb::Set { lasts, .. }) = Cli::try_parse_from(all)?.verb else {
            panic!("set is read as another command");
        };
        Ok(lasts.seconds())
    }

    #[test]
    fn the_command_line_takes_a_span_or_an_end_but_not_both() {
        assert_eq!(set(&[]).unwrap(), None);
        assert_eq!(set(&["--for", "1h 30m"]).unwrap(), Some(5400));
        let wall = (Local::now() + TimeDelta::hours(2)).format("%H:%M").to_string();
        for arguments in [["--until", &wall], ["--for", &format!("until {wall}")]] {
            let seconds = set(&arguments).unwrap().unwrap();
            assert!(seconds <= 2 * HOUR && seconds > 2 * HOUR - 2 * MINUTE, "{seconds}");
        }
        let both = set(&["--for", "45m", "--until", &wall]).unwrap_err();
        assert_eq!(both.kind(), clap::error::ErrorKind::ArgumentConflict);
    }
}
