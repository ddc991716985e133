//! Owns the JSON in which what follows from the history leaves the process; refuses to find out what does.

use std::io;

use chrono::{DateTime, SubsecRound, Utc};
use presence_core::{Effective, Status};
use serde::{Deserialize, Serialize};

use super::{Cause, History, Lapse, Phase, Said, Span, lapses, spans};
use crate::Profile;

/// The most bytes of spans on a page: with their lapses, a line of the door stays under its limit.
const PAGE: usize = 32 * 1024;

/// A part of what was so, as the door gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Page {
    /// Until when the whole of it tells: now.
    pub until: DateTime<Utc>,
    /// What was so, without gaps.
    pub spans: Vec<SpanReport>,
    /// The lapses that begin in one of these spans.
    pub lapses: Vec<Lapse>,
    /// What to ask for to get the next page; nothing at the end.
    pub next: Option<usize>,
}

/// A span of time in which one thing was so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct SpanReport {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
    /// Whether the program ran.
    pub is: Running,
    /// What it said then.
    #[serde(flatten)]
    pub said: SaidReport,
}

/// Whether the program ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Running {
    /// The history does not reach back so far.
    Unknown,
    /// It did not.
    NotRunning,
    /// The machine slept.
    Asleep,
    /// It did.
    Running,
}

/// What a face said, with the same keys always.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct SaidReport {
    /// The wanted status.
    pub wanted: Option<Status>,
    /// Until when it is wanted.
    pub until: Option<DateTime<Utc>>,
    /// What our presence session says.
    pub session: Option<Status>,
    /// What colleagues were seen to see.
    pub seen: Option<Effective>,
    /// The problem of the status.
    pub problem: Option<Cause>,
}

impl Page {
    /// What was so from `since` on to a resident that runs at `now`, without the first `after` spans.
    pub(crate) fn read(
        profile: &Profile,
        since: DateTime<Utc>,
        after: usize,
        now: DateTime<Utc>,
    ) -> io::Result<Page> {
        // What changed in this second is told, too.
        let until = now.trunc_subsecs(3);
        let spans = spans(&History::read_since(profile, since)?, since, until, true);
        let mut lapses = lapses(&spans);
        let mut page = Page { until, spans: Vec::new(), lapses: Vec::new(), next: None };
        let mut size = 0;
        for (number, span) in spans.into_iter().map(SpanReport::from).enumerate().skip(after) {
            size += serde_json::to_vec(&span)?.len();
            if size > PAGE && !page.spans.is_empty() {
                page.next = Some(number);
                break;
            }
            page.spans.push(span);
        }
        lapses.retain(|lapse| page.spans.iter().any(|span| span.from == lapse.from));
        page.lapses = lapses;
        Ok(page)
    }
}

impl From<Span> for SpanReport {
    fn from(Span { from, to, phase }: Span) -> SpanReport {
        let (is, said) = match phase {
            Phase::Unknown => (Running::Unknown, SaidReport::default()),
            Phase::NotRunning => (Running::NotRunning, SaidReport::default()),
            Phase::Asleep => (Running::Asleep, SaidReport::default()),
            Phase::Running(said) => (Running::Running, SaidReport::from(said)),
        };
        SpanReport { from, to, is, said }
    }
}

impl From<Said> for SaidReport {
    fn from(Said { wanted, until, session, seen, problem }: Said) -> SaidReport {
        SaidReport { wanted, until, session, seen, problem }
    }
}
