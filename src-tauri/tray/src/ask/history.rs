//! Owns `history`: reads the file, where a resident runs and where none does, and tells what follows from it. Refuses to
//! write.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, SubsecRound, TimeDelta, Utc};
use presence_core::Problem;
use presence_core::words::history_unreadable;
use presence_host::history::{
    Cause, History, Lapse, Phase, Said, Span, What, in_order, lapses, spans,
};
use presence_host::{Client, DoorError, Profile, printable};
use serde_json::{Value, json};

use crate::words;

mod strip;
mod terminal;

pub(crate) use strip::Mark;
use strip::Strip;

pub(super) async fn tell(
    profile: &Profile,
    back: Duration,
    json: bool,
) -> Result<ExitCode, Problem> {
    let history = History::read(profile).map_err(|error| history_unreadable(&error))?;
    let now = Utc::now().trunc_subsecs(0);
    let since = now - TimeDelta::from_std(back).unwrap_or(TimeDelta::MAX);
    // One that does not answer has the door, so it runs.
    let runs = !matches!(Client::connect(profile).await, Err(DoorError::NobodyHome));
    let told = Told { since, now, spans: spans(&history, since, now, runs), history };
    let said = if json { told.as_json() } else { told.in_words() };
    let shown = io::stdout().lock().write_all(said.as_bytes());
    Ok(shown.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS))
}

struct Told {
    since: DateTime<Utc>,
    now: DateTime<Utc>,
    spans: Vec<Span>,
    history: History,
}

impl Told {
    fn in_words(&self) -> String {
        let lapses = lapses(&self.spans);
        let strip = Strip::new(&self.spans, &lapses, self.since, self.now);
        let strip = strip.drawn(terminal::width(), terminal::takes_colours());
        let changes = in_order(&self.history.entries, self.now);
        let list = words::history::list(&lapses, &changes, self.since);
        format!("{strip}{}", printable(&list))
    }

    fn as_json(&self) -> String {
        let spans: Vec<_> = self.spans.iter().map(span).collect();
        let lapses: Vec<_> = lapses(&self.spans).iter().map(lapse).collect();
        let changes = in_order(&self.history.entries, self.now);
        let changes: Vec<_> =
            changes.into_iter().filter(|(at, _)| *at >= self.since).map(change).collect();
        let (since, until) = (rfc3339(self.since), rfc3339(self.now));
        let told = json!({ "since": since, "until": until, "spans": spans, "lapses": lapses,
                           "changes": changes });
        format!("{told}\n")
    }
}

fn span(span: &Span) -> Value {
    let (is, said) = match &span.phase {
        Phase::Unknown => ("unknown", None),
        Phase::NotRunning => ("not-running", None),
        Phase::Asleep => ("asleep", None),
        Phase::Running(said) => ("running", Some(said)),
    };
    with_said(json!({ "from": rfc3339(span.from), "to": rfc3339(span.to), "is": is }), said)
}

fn lapse(lapse: &Lapse) -> Value {
    json!({ "from": rfc3339(lapse.from), "to": rfc3339(lapse.to), "wanted": lapse.wanted,
            "problem": problem(lapse.cause.as_ref()) })
}

fn change((at, what): (DateTime<Utc>, &What)) -> Value {
    let (is, said) = match what {
        What::Started { .. } => ("started", None),
        What::Now(said) => ("now", Some(said)),
        What::Woke { .. } => ("woke", None),
        What::Ended => ("ended", None),
    };
    with_said(json!({ "at": rfc3339(at), "is": is }), said)
}

/// The same keys always, null where nothing is said.
fn with_said(mut value: Value, said: Option<&Said>) -> Value {
    let nothing = Said::default();
    let said = said.unwrap_or(&nothing);
    value["wanted"] = json!(said.wanted);
    value["until"] = json!(said.until.map(rfc3339));
    value["session"] = json!(said.session);
    value["seen"] = json!(said.seen);
    value["problem"] = problem(said.problem.as_ref());
    value
}

fn problem(cause: Option<&Cause>) -> Value {
    json!(cause)
}

fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
