//! The file of the history.

use std::fs;

use chrono::{DateTime, Utc};
use presence_host::history::{Entry, History, SpanReport, lapses, spans};

use crate::scratch::Scratch;

/// The input is the file.
pub(crate) fn check(input: &[u8]) {
    let scratch = Scratch::new();
    let profile = scratch.profile();
    fs::write(profile.state.join("history.jsonl"), input).unwrap();

    let mut history = History::read(&profile).unwrap();

    assert!(history.entries.len() <= input.split(|byte| *byte == b'\n').count());
    for entry in &history.entries {
        let line = serde_json::to_string(entry).unwrap();
        assert!(!line.contains('\n'));
        assert_eq!(serde_json::from_str::<Entry>(&line).unwrap(), *entry);
    }
    history.alive_until = None;
    for runs in [true, false] {
        are_told_without_gaps(&history, runs);
    }
}

fn are_told_without_gaps(history: &History, runs: bool) {
    let at = |time: &str| time.parse::<DateTime<Utc>>().unwrap();
    let (since, now) = (at("2026-11-15T00:00:00Z"), at("2026-11-29T00:00:00Z"));

    let told = spans(history, since, now, runs);

    assert_eq!((told.first().unwrap().from, told.last().unwrap().to), (since, now));
    assert!(told.windows(2).all(|pair| pair[0].to == pair[1].from), "{told:?}");
    assert!(told.iter().all(|span| span.from < span.to), "{told:?}");
    assert!(told.len() <= 3 * history.entries.len() + 2, "{told:?}");
    for lapse in lapses(&told) {
        assert!(since <= lapse.from && lapse.from < lapse.to && lapse.to <= now, "{lapse:?}");
    }
    for span in told {
        let report = SpanReport::from(span);
        let line = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<SpanReport>(&line).unwrap(), report);
    }
}
