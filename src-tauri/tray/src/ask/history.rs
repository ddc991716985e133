//! Owns `history`: reads the file, where a resident runs and where none does, and tells what follows from it. Refuses to
//! write.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, SubsecRound, TimeDelta, Utc};
use presence_core::Problem;
use presence_core::words::history_unreadable;
use presence_host::history::{
    History, SaidReport, Span, SpanReport, What, in_order, lapses, spans,
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
    let said = if json { told.into_json() } else { told.in_words() };
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

    fn into_json(self) -> String {
        let lapses = lapses(&self.spans);
        let spans: Vec<_> = self.spans.into_iter().map(SpanReport::from).collect();
        let changes = in_order(&self.history.entries, self.now);
        let changes: Vec<_> =
            changes.into_iter().filter(|(at, _)| *at >= self.since).map(change).collect();
        let (since, until) = (rfc3339(self.since), rfc3339(self.now));
        let told = json!({ "since": since, "until": until, "spans": spans, "lapses": lapses,
                           "changes": changes });
        format!("{told}\n")
    }
}

fn change((at, what): (DateTime<Utc>, &What)) -> Value {
    let (is, said) = match what {
        What::Started { .. } => ("started", SaidReport::default()),
        What::Now(said) => ("now", SaidReport::from(said.clone())),
        What::Woke { .. } => ("woke", SaidReport::default()),
        What::Ended => ("ended", SaidReport::default()),
    };
    let mut change = json!(said);
    change["at"] = json!(rfc3339(at));
    change["is"] = json!(is);
    change
}

fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
