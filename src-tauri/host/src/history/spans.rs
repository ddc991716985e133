//! Owns what follows from the entries of a history: spans of time in which one thing was so, and lapses. Refuses to
//! look at files or clocks.

use chrono::{DateTime, TimeDelta, Utc};
use presence_core::Status;
use serde::{Deserialize, Serialize};

use super::{Cause, Entry, History, KEPT, Said, What};

/// The service's answer to a choice may take this long before the wait counts as a lapse.
const ANSWER: TimeDelta = TimeDelta::seconds(10);

/// A span of time in which one thing was so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
    /// What was so.
    pub phase: Phase,
}

/// What was so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The history does not reach back so far.
    Unknown,
    /// The program did not run.
    NotRunning,
    /// The machine slept.
    Asleep,
    /// The program ran and said this.
    Running(Said),
}

/// A time without a confirmed session for what was wanted, while the program ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Lapse {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
    /// What was wanted at its end.
    pub wanted: Status,
    /// The first problem that stood.
    #[serde(rename = "problem")]
    pub cause: Option<Cause>,
}

/// What was so from `since` until `now`, without gaps. Where no program runs any more (`runs`) that has not said so,
/// it counts as gone from its last sign of life on.
///
/// Times that go back are a clock's that was set: the later entry is right, and what claims to be younger than it shrinks
/// to its time. What claims to be older than a history can be is a clock's that was not set yet, and has the next one's.
pub fn spans(history: &History, since: DateTime<Utc>, now: DateTime<Utc>, runs: bool) -> Vec<Span> {
    let mut course = Course::default();
    for (at, what) in in_order(&history.entries, now) {
        match what {
            What::Started { alive_until, .. } => {
                course.died(alive_until.unwrap_or(at).min(at));
                course.push(at, Phase::Running(Said::default()));
            }
            What::Now(said) => course.push(at, Phase::Running(said.clone())),
            What::Woke { from } => course.slept(from.min(&at).to_owned(), at),
            What::Ended => course.push(at, Phase::NotRunning),
        }
    }
    if !runs {
        course.died(history.alive_until.unwrap_or(now).min(now));
    }
    course.between(since, now)
}

/// Each entry with its time on one clock that never goes back, as [`spans`] takes it.
pub fn in_order(entries: &[Entry], now: DateTime<Utc>) -> Vec<(DateTime<Utc>, &What)> {
    let (mut later, horizon) = (now, now - KEPT);
    let first = entries.iter().position(|entry| entry.at >= horizon).unwrap_or(entries.len());
    let mut ordered: Vec<_> = entries
        .iter()
        .enumerate()
        .rev()
        .map(|(place, entry)| {
            let is_unset = place > first && entry.at < horizon;
            later = if is_unset { later } else { later.min(entry.at) };
            (later, &entry.what)
        })
        .collect();
    ordered.reverse();
    ordered
}

/// The lapses among `spans`.
pub fn lapses(spans: &[Span]) -> Vec<Lapse> {
    let mut lapses: Vec<Lapse> = Vec::new();
    for span in spans {
        let Phase::Running(said) = &span.phase else { continue };
        let Some(wanted) = said.wanted.filter(|_| said.is_unconfirmed()) else { continue };
        match lapses.last_mut().filter(|lapse| lapse.to == span.from) {
            Some(lapse) => {
                (lapse.to, lapse.wanted) = (span.to, wanted);
                lapse.cause = lapse.cause.take().or_else(|| said.problem.clone());
            }
            None => lapses.push(Lapse {
                from: span.from,
                to: span.to,
                wanted,
                cause: said.problem.clone(),
            }),
        }
    }
    lapses.retain(|lapse| lapse.cause.is_some() || lapse.to - lapse.from >= ANSWER);
    lapses
}

/// What was so, each from its time until the next one's.
struct Course(Vec<(DateTime<Utc>, Phase)>);

impl Default for Course {
    fn default() -> Course {
        Course(vec![(DateTime::<Utc>::MIN_UTC, Phase::Unknown)])
    }
}

impl Course {
    fn push(&mut self, at: DateTime<Utc>, phase: Phase) {
        self.0.push((at, phase));
    }

    fn present(&self) -> &Phase {
        self.0.last().map_or(&Phase::Unknown, |(_, phase)| phase)
    }

    /// Whoever ran is gone, at the latest since its last sign of life `alive` or its last entry.
    fn died(&mut self, alive: DateTime<Utc>) {
        let last = self.0.last().map_or(alive, |(at, _)| *at);
        match self.present() {
            Phase::Running(_) | Phase::Asleep => self.push(alive.max(last), Phase::NotRunning),
            Phase::Unknown | Phase::NotRunning => {}
        }
    }

    /// What was so goes on after a sleep.
    fn slept(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) {
        let resumed = self.present().clone();
        while self.0.len() > 1 && self.0.last().is_some_and(|(at, _)| *at >= from) {
            self.0.pop();
        }
        self.push(from, Phase::Asleep);
        self.push(to, resumed);
    }

    fn between(self, since: DateTime<Utc>, now: DateTime<Utc>) -> Vec<Span> {
        let ends = self.0.iter().skip(1).map(|(at, _)| *at).chain([now]).collect::<Vec<_>>();
        let mut spans: Vec<Span> = Vec::new();
        for ((at, phase), end) in self.0.into_iter().zip(ends) {
            let (from, to) = (at.max(since), end.min(now));
            match spans.last_mut() {
                _ if from >= to => {}
                Some(last) if last.phase == phase => last.to = to,
                Some(_) | None => spans.push(Span { from, to, phase }),
            }
        }
        spans
    }
}

#[cfg(test)]
mod tests {
    use presence_core::ProblemKind;

    use super::super::Starter;
    use super::*;

    #[test]
    fn a_day_is_told_without_gaps() {
        let history = history(&[
            ("08:00:00", started(None)),
            ("08:00:00", said(None, None)),
            ("08:10:00", said(Some(Status::Away), None)),
            ("08:10:01", said(Some(Status::Away), Some(Status::Away))),
            ("12:30:00", What::Woke { from: at("12:00:00") }),
            ("17:00:00", What::Ended),
        ]);

        let told = told(&history, true);

        assert_eq!(
            told,
            [
                "00:00:00 unknown",
                "08:00:00 none/none",
                "08:10:00 away/none",
                "08:10:01 away/away",
                "12:00:00 asleep",
                "12:30:00 away/away",
                "17:00:00 not running",
            ]
        );
    }

    #[test]
    fn who_did_not_say_that_it_ended_is_gone_from_its_last_sign_of_life_on() {
        let away = || said(Some(Status::Away), Some(Status::Away));
        let mut history = history(&[
            ("08:00:00", started(None)),
            ("08:00:01", away()),
            ("12:00:00", started(Some("09:00:00"))),
            ("12:00:01", away()),
            // A sign that is older than the last entry is none.
            ("14:00:00", started(Some("11:00:00"))),
            ("14:00:01", away()),
        ]);
        history.alive_until = Some(at("15:00:00"));

        let crashed = told(&history, false);
        let runs = told(&history, true);

        assert_eq!(
            crashed[2..],
            [
                "08:00:01 away/away",
                "09:00:00 not running",
                "12:00:00 none/none",
                "12:00:01 not running",
                "14:00:00 none/none",
                "14:00:01 away/away",
                "15:00:00 not running",
            ]
        );
        assert_eq!(runs, crashed[..8]);
    }

    #[test]
    fn a_clock_that_was_set_back_shrinks_what_was_before() {
        let history = history(&[
            ("10:00:00", said(None, None)),
            ("11:00:00", said(Some(Status::Away), Some(Status::Away))),
            ("09:30:00", said(Some(Status::Presenting), Some(Status::Presenting))),
            ("10:30:00", said(Some(Status::InACall), Some(Status::InACall))),
            // As if from the future.
            ("23:30:00", What::Ended),
        ]);

        let told = told(&history, true);

        assert_eq!(
            told,
            ["00:00:00 unknown", "09:30:00 presenting/presenting", "10:30:00 in-a-call/in-a-call"]
        );
    }

    #[test]
    fn a_clock_that_was_not_set_yet_takes_nothing_from_what_was_before() {
        let mut history = history(&[
            ("08:00:00", said(Some(Status::Away), Some(Status::Away))),
            ("09:00:00", What::Ended),
            ("10:00:00", started(None)),
            ("10:00:01", said(None, None)),
        ]);
        history.entries[2].at = DateTime::UNIX_EPOCH;

        let told = told(&history, true);

        assert_eq!(
            told,
            [
                "00:00:00 unknown",
                "08:00:00 away/away",
                "09:00:00 not running",
                "10:00:01 none/none"
            ]
        );
    }

    #[test]
    fn a_lapse_is_a_wait_with_a_cause_or_a_long_one() {
        let offline = |wanted, session| match said(wanted, session) {
            What::Now(said) => What::Now(Said { problem: Some(cause()), ..said }),
            other @ (What::Started { .. } | What::Woke { .. } | What::Ended) => other,
        };
        let (away, presenting) = (Some(Status::Away), Some(Status::Presenting));
        let history = history(&[
            ("08:00:00", said(away, None)),
            ("08:00:09", said(away, away)),
            ("09:00:00", said(presenting, away)),
            ("09:00:10", said(presenting, presenting)),
            ("10:00:00", offline(presenting, presenting)),
            ("10:30:00", offline(presenting, None)),
            ("10:40:00", offline(away, None)),
            ("10:45:00", said(away, None)),
            ("10:45:02", said(away, away)),
            ("11:00:00", offline(presenting, away)),
            ("11:00:01", said(None, None)),
            ("12:00:00", said(away, None)),
            ("12:00:01", What::Ended),
        ]);
        let spans = spans(&history, at("00:00:00"), at("20:00:00"), true);

        let lapses = lapses(&spans);

        let lapse = |from, to, wanted, cause| Lapse { from: at(from), to: at(to), wanted, cause };
        assert_eq!(
            lapses,
            [
                lapse("09:00:00", "09:00:10", Status::Presenting, None),
                lapse("10:30:00", "10:45:02", Status::Away, Some(cause())),
                lapse("11:00:00", "11:00:01", Status::Presenting, Some(cause())),
            ]
        );
    }

    #[test]
    fn whatever_was_written_the_spans_are_in_order_and_cover_all() {
        let entries = [
            ("10:00:00", started(Some("23:00:00"))),
            ("07:00:00", What::Woke { from: at("09:00:00") }),
            ("12:00:00", What::Woke { from: at("01:00:00") }),
            ("11:00:00", What::Ended),
            ("06:00:00", said(None, None)),
            ("13:00:00", started(None)),
        ];
        for turn in 0..entries.len() {
            let mut turned = entries.clone();
            turned.rotate_left(turn);

            let spans = spans(&history(&turned), at("05:00:00"), at("20:00:00"), false);

            assert_eq!(spans.first().unwrap().from, at("05:00:00"));
            assert_eq!(spans.last().unwrap().to, at("20:00:00"));
            assert!(spans.windows(2).all(|pair| pair[0].to == pair[1].from), "{spans:?}");
            assert!(spans.iter().all(|span| span.from < span.to), "{spans:?}");
        }
    }

    fn told(history: &History, runs: bool) -> Vec<String> {
        let status = |status: Option<Status>| status.map_or("none", Status::name);
        let spans = spans(history, at("00:00:00"), at("20:00:00"), runs);
        let told = spans.iter().map(|span| {
            let what = match &span.phase {
                Phase::Unknown => "unknown".to_owned(),
                Phase::NotRunning => "not running".to_owned(),
                Phase::Asleep => "asleep".to_owned(),
                Phase::Running(said) => format!("{}/{}", status(said.wanted), status(said.session)),
            };
            format!("{} {what}", span.from.format("%T"))
        });
        told.collect()
    }

    fn history(entries: &[(&str, What)]) -> History {
        let entry = |(time, what): &(&str, What)| Entry { at: at(time), what: what.clone() };
        History { entries: entries.iter().map(entry).collect(), alive_until: None }
    }

    fn at(time: &str) -> DateTime<Utc> {
        format!("2026-11-28T{time}Z").parse().unwrap()
    }

    fn started(alive_until: Option<&str>) -> What {
        What::Started { by: Starter::Program, alive_until: alive_until.map(at) }
    }

    fn said(wanted: Option<Status>, session: Option<Status>) -> What {
        What::Now(Said { wanted, session, ..Said::default() })
    }

    fn cause() -> Cause {
        let (title, detail) = ("Offline".to_owned(), "No connection.".to_owned());
        Cause { kind: ProblemKind::Offline, title, detail }
    }
}
