//! Owns the history of the last 14 days: what was wanted, what the session said, what colleagues were seen to see,
//! and when the program did not run. Refuses tokens, account names and user IDs: it is a plain file.

use std::io;

use chrono::{DateTime, TimeDelta, Utc};

use crate::Profile;

mod entry;
mod file;
mod recorder;
mod redacted;
mod report;
mod spans;

pub use entry::{Cause, Entry, Said, Starter, What};
pub(crate) use recorder::Recorder;
pub use report::{Page, Running, SaidReport, SpanReport};
pub use spans::{Lapse, Phase, Span, in_order, lapses, spans};

/// How far back the history goes.
pub const KEPT: TimeDelta = TimeDelta::days(14);

/// What the file says, in the order in which it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The entries. A clock that was set back leaves times that go back.
    pub entries: Vec<Entry>,
    /// The last sign of life of whoever wrote the last entry.
    pub alive_until: Option<DateTime<Utc>>,
}

impl History {
    /// Reads the history of `profile`; an empty one where nothing was written yet.
    ///
    /// # Errors
    /// When the file cannot be read. What is no entry in it, such as a line that a crash cut off, is passed over.
    pub fn read(profile: &Profile) -> io::Result<History> {
        History::read_since(profile, DateTime::<Utc>::MIN_UTC)
    }

    /// Reads of it only what tells of `since` or later.
    fn read_since(profile: &Profile, since: DateTime<Utc>) -> io::Result<History> {
        let path = file::path(profile);
        let told =
            Telling::new(file::entries(&path)?, since).map(|read| read.map(|(entry, _)| entry));
        Ok(History {
            entries: told.collect::<io::Result<_>>()?,
            alive_until: file::alive_until(&path),
        })
    }
}

/// What tells of a time: the entries from the first that is not older, and the one before it, which says what was so
/// by then. Older ones among them are a clock's that was wrong.
struct Telling<Entries: Iterator> {
    entries: std::iter::Peekable<Entries>,
    since: DateTime<Utc>,
    has_begun: bool,
}

impl<Entries: Iterator<Item = io::Result<(Entry, usize)>>> Telling<Entries> {
    fn new(entries: Entries, since: DateTime<Utc>) -> Telling<Entries> {
        Telling { entries: entries.peekable(), since, has_begun: false }
    }
}

impl<Entries: Iterator<Item = io::Result<(Entry, usize)>>> Iterator for Telling<Entries> {
    type Item = Entries::Item;

    fn next(&mut self) -> Option<Entries::Item> {
        let since = self.since;
        let is_old = |read: &Entries::Item| read.as_ref().is_ok_and(|(entry, _)| entry.at < since);
        let mut next = self.entries.next()?;
        while !self.has_begun && is_old(&next) && self.entries.peek().is_some_and(is_old) {
            next = self.entries.next()?;
        }
        self.has_begun = true;
        Some(next)
    }
}

#[cfg(test)]
mod tests;
