//! Owns the letters, the legend and the lines in which `history` reaches a person; refuses to find out what follows
//! from what.

use chrono::{DateTime, Local, TimeZone, Utc};
use presence_core::Status;
use presence_host::history::{Cause, Lapse, Said, Starter, What};

use crate::ask::Mark;

const NOTHING: &str = "Nothing was noted in this time.\n";

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
        Mark::NoSession => "no status",
        Mark::Lapse => "lapse",
        Mark::Asleep => "asleep",
        Mark::NotRunning => "not running",
        Mark::Unknown => "not known",
    }
}

/// The day and minute at which a row begins.
pub(crate) fn day(at: DateTime<Local>) -> String {
    at.format("%a %d %H:%M").to_string()
}

/// The minute of a tick on the axis.
pub(crate) fn minute(at: DateTime<Local>) -> String {
    at.format("%H:%M").to_string()
}

/// Lapses, then changes since `since`, each with its local time.
pub(crate) fn list(
    lapses: &[Lapse],
    changes: &[(DateTime<Utc>, &What)],
    since: DateTime<Utc>,
) -> String {
    let changes = changed(changes, since);
    if changes.is_empty() {
        return format!("\n{NOTHING}");
    }
    let mut list = String::new();
    if !lapses.is_empty() {
        list += "\nLapses\n";
        list.extend(lapses.iter().map(lapsed));
    }
    list + "\nChanges\n" + &changes
}

fn lapsed(lapse: &Lapse) -> String {
    let lasted = (lapse.to - lapse.from).to_std().unwrap_or_default();
    let cause = lapse.cause.as_ref().map(|cause| format!(": {}", cause.title)).unwrap_or_default();
    format!(
        "{}  {} was not confirmed for {}{cause}\n",
        time(lapse.from),
        lapse.wanted.label(),
        humantime::format_duration(lasted)
    )
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
        if held.is_empty() { held } else { format!("as before: {held}") }
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
            What::Woke { from } => format!("the computer woke; it had slept since {}", time(*from)),
            What::Ended => {
                self.said = Said::default();
                ended(self.by.take().unwrap_or(Starter::Program)).to_owned()
            }
        }
    }
}

fn started(by: Starter, broke_off: Option<DateTime<Utc>>) -> String {
    let broke_off = broke_off.map(|at| {
        format!("; it had not ended properly before, and last gave a sign of life at {}", time(at))
    });
    let started = match by {
        Starter::Program => "Presence Tray started",
        Starter::Command => "a command began, while Presence Tray was not running",
    };
    format!("{started}{}", broke_off.unwrap_or_default())
}

fn ended(starter: Starter) -> &'static str {
    match starter {
        Starter::Program => "Presence Tray quit",
        Starter::Command => "the command ended",
    }
}

/// What is so `now` and was not `before`; what colleagues see becomes unknown without a word.
fn differs(before: &Said, now: &Said) -> String {
    let label = |status: Option<Status>, none: &str| {
        status.map_or_else(|| none.to_owned(), |status| status.label().to_owned())
    };
    let mut parts = Vec::new();
    if (now.wanted, now.until) != (before.wanted, before.until) {
        let until = now.until.map(|until| format!(" until {}", time(until))).unwrap_or_default();
        parts.push(format!("wanted: {}{until}", label(now.wanted, "nothing")));
    }
    if now.session != before.session {
        parts.push(format!("session: {}", label(now.session, "none")));
    }
    if let Some(seen) = now.seen.as_ref().filter(|_| now.seen != before.seen) {
        parts.push(format!("colleagues see {} ({})", seen.availability, seen.activity));
    }
    match (&before.problem, &now.problem) {
        (Some(_), None) => parts.push("the problem has passed".to_owned()),
        (before, Some(cause)) if before.as_ref() != Some(cause) => parts.push(problem(cause)),
        (_, _) => {}
    }
    parts.join("; ")
}

fn problem(cause: &Cause) -> String {
    let Cause { title, detail, .. } = cause;
    let detail = if detail.is_empty() { String::new() } else { format!("\n{:17}{detail}", "") };
    format!("problem: {title}{detail}")
}

/// A time on the wall of this computer: "Mon 28 15:42:07".
fn time(at: DateTime<Utc>) -> String {
    Local.from_utc_datetime(&at.naive_utc()).format("%a %d %H:%M:%S").to_string()
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
        assert!(listed(&[(0, &away), (1, &What::Ended)], 50).contains(NOTHING));
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
