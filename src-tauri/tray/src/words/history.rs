//! Owns the letters, the legend and the lines in which `history` reaches a person; refuses to find out what follows
//! from what.

use chrono::{DateTime, Local, Utc};
use presence_core::words::seen_as;
use presence_core::{Sentence, Status, sentence, t};
use presence_host::history::{Cause, Lapse, Said, Starter, What};

use crate::ask::Mark;

use super::time;

const NOTHING: Sentence = sentence!("Nothing was noted in this time.");

/// The letter of a cell.
pub(crate) fn letter(mark: Mark) -> char {
    match mark {
        Mark::Says(Status::Available) => 'A',
        Mark::Says(Status::InACall) => 'C',
        Mark::Says(Status::InAConferenceCall) => 'G',
        Mark::Says(Status::Away) => 'W',
        Mark::Says(Status::Presenting) => 'P',
        Mark::NoSession => '-',
        Mark::Lapse => '!',
        Mark::Asleep => 'z',
        Mark::NotRunning => 'x',
        Mark::Unknown => '?',
    }
}

/// What the letter means.
pub(crate) fn meaning(mark: Mark) -> &'static str {
    match mark {
        Mark::Says(status) => status.label(),
        Mark::NoSession => t!("no status"),
        Mark::Lapse => t!("lapse"),
        Mark::Asleep => t!("asleep"),
        Mark::NotRunning => t!("not running"),
        Mark::Unknown => t!("not known"),
    }
}

/// Lapses, then changes since `since`, each with its local time.
pub(crate) fn list(
    lapses: &[Lapse],
    changes: &[(DateTime<Utc>, &What)],
    since: DateTime<Utc>,
) -> String {
    let changes = changed(changes, since);
    if changes.is_empty() {
        return format!("\n{}\n", NOTHING.said());
    }
    let mut list = String::new();
    if !lapses.is_empty() {
        list += &format!("\n{}\n", t!("Lapses"));
        list.extend(lapses.iter().map(lapsed));
    }
    list + &format!("\n{}\n{changes}", t!("Changes"))
}

fn lapsed(lapse: &Lapse) -> String {
    let lasted = (lapse.to - lapse.from).to_std().unwrap_or_default();
    let (status, span) = (lapse.wanted.label(), humantime::format_duration(lasted));
    let line = match &lapse.cause {
        Some(cause) => {
            t!("{status} was not confirmed for {span}: {cause}", status, span, cause = cause.title)
        }
        None => t!("{status} was not confirmed for {span}", status, span),
    };
    format!("{}  {line}\n", time(lapse.from))
}

fn changed(changes: &[(DateTime<Utc>, &What)], since: DateTime<Utc>) -> String {
    let (before, within) = changes.split_at(changes.partition_point(|(at, _)| *at < since));
    let mut course = Course { said: Said::default(), by: None };
    for (_, what) in before {
        course.then(what);
    }
    let mut lines = vec![(since, course.held())];
    lines.extend(within.iter().map(|(at, what)| (*at, course.then(what))));
    let told = lines.into_iter().filter(|(_, line)| !line.is_empty());
    told.map(|(at, line)| format!("{}  {line}\n", time(at))).collect()
}

/// What was last said, and by whom that runs.
struct Course {
    said: Said,
    by: Option<Starter>,
}

impl Course {
    /// What held already.
    fn held(&self) -> String {
        let held = differs(&Said::default(), &self.said);
        if held.is_empty() { held } else { t!("as before: {held}", held) }
    }

    /// What `what` changes, if that is worth a line.
    fn then(&mut self, what: &What) -> String {
        match what {
            What::Started { by, alive_until } => {
                self.said = Said::default();
                let broke_off = self.by.replace(*by).is_some();
                started(*by, alive_until.filter(|_| broke_off))
            }
            What::Now(now) => {
                self.by = self.by.or(Some(Starter::Program));
                differs(&std::mem::replace(&mut self.said, now.clone()), now)
            }
            What::Woke { from } => {
                t!("the computer woke; it had slept since {time}", time = time(*from))
            }
            What::Ended => {
                self.said = Said::default();
                ended(self.by.take().unwrap_or(Starter::Program)).to_owned()
            }
        }
    }
}

fn started(by: Starter, broke_off: Option<DateTime<Utc>>) -> String {
    let started = match by {
        Starter::Program => t!("Presence Tray started"),
        Starter::Command => t!("a command began, while Presence Tray was not running"),
    };
    match broke_off {
        Some(at) => t!(
            "{started}; it had not ended properly before, and last gave a sign of life at {time}",
            started,
            time = time(at)
        ),
        None => started.to_owned(),
    }
}

fn ended(starter: Starter) -> &'static str {
    match starter {
        Starter::Program => t!("Presence Tray quit"),
        Starter::Command => t!("the command ended"),
    }
}

/// What is so `now` and was not `before`; what colleagues see becomes unknown without a word.
fn differs(before: &Said, now: &Said) -> String {
    let mut parts = Vec::new();
    if (now.wanted, now.until) != (before.wanted, before.until) {
        parts.push(match (now.wanted.map(Status::label), now.until) {
            (None, _) => t!("wanted: nothing").to_owned(),
            (Some(status), None) => t!("wanted: {status}", status),
            (Some(status), Some(at)) => {
                t!("wanted: {status} until {time}", status, time = time(at))
            }
        });
    }
    if now.session != before.session {
        parts.push(match now.session.map(Status::label) {
            Some(status) => t!("session: {status}", status),
            None => t!("session: none").to_owned(),
        });
    }
    if let Some(seen) = now.seen.as_ref().filter(|_| now.seen != before.seen) {
        let (availability, activity) = (seen_as(&seen.availability), seen_as(&seen.activity));
        parts.push(t!("colleagues see {availability} ({activity})", availability, activity));
    }
    match (&before.problem, &now.problem) {
        (Some(_), None) => parts.push(t!("the problem has passed").to_owned()),
        (before, Some(cause)) if before.as_ref() != Some(cause) => parts.push(problem(cause)),
        (_, _) => {}
    }
    parts.join("; ")
}

fn problem(cause: &Cause) -> String {
    let Cause { title, detail, .. } = cause;
    let indent = time(DateTime::UNIX_EPOCH).chars().count() + 2;
    let detail =
        if detail.is_empty() { String::new() } else { format!("\n{:indent$}{detail}", "") };
    t!("problem: {title}", title) + &detail
}

fn time(at: DateTime<Utc>) -> String {
    time::date_and_second(at.with_timezone(&Local))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use presence_core::Effective;

    use super::*;

    #[test]
    fn what_held_already_is_told_first_and_what_passes_without_a_word_not_at_all() {
        let seen = Effective { availability: "Away".to_owned(), activity: "Away".to_owned() };
        let (status, seen) = (Some(Status::Away), Some(seen));
        let away = Said { wanted: status, session: status, seen, ..Said::default() };
        let stale = What::Now(Said { seen: None, ..away.clone() });
        let away = What::Now(away);

        let list = listed(&[(0, &away), (100, &stale)], 50);

        assert!(
            list.ends_with(
                "  as before: wanted: Away; session: Away; colleagues see Away (Away)\n"
            )
        );
        assert_eq!(list.lines().count(), 3, "{list}");
        assert!(listed(&[(0, &away), (1, &What::Ended)], 50).contains(NOTHING.said()));
    }

    #[test]
    fn only_a_run_that_did_not_end_has_a_last_sign_of_life() {
        let started = What::Started { by: Starter::Program, alive_until: Some(at(5)) };

        let after_quit = listed(&[(0, &started), (10, &What::Ended), (20, &started)], 0);
        let after_crash = listed(&[(0, &started), (20, &started)], 0);

        assert_eq!(after_quit.matches("sign of life").count(), 0, "{after_quit}");
        assert_eq!(after_crash.matches("sign of life").count(), 1, "{after_crash}");
    }

    fn listed(changes: &[(i64, &What)], since: i64) -> String {
        let changes: Vec<_> = changes.iter().map(|(second, what)| (at(*second), *what)).collect();
        list(&[], &changes, at(since))
    }

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }
}
