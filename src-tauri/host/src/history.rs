//! Owns the history of the last 14 days: what was wanted, what the session said, what colleagues were seen to see,
//! and when the program did not run. Refuses tokens, account names and user IDs: it is a plain file.

use std::io;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::Profile;

mod entry;
mod file;
mod recorder;
mod redacted;
mod spans;

pub use entry::{Cause, Entry, Said, Starter, What};
pub(crate) use recorder::Recorder;
pub use spans::{Lapse, Phase, Span, in_order, lapses, spans};

/// How far back the history goes.
pub const KEPT: TimeDelta = TimeDelta::days(14);

/// The most bytes of entries on a page: with what surrounds them, a line of the door stays under its limit.
const PAGE: usize = 48 * 1024;

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
        let path = file::path(profile);
        let entries = file::entries(&path)?.map(|read| read.map(|(entry, _)| entry));
        Ok(History {
            entries: entries.collect::<io::Result<_>>()?,
            alive_until: file::alive_until(&path),
        })
    }
}

/// A part of the history, as the door gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The entries, in the order in which they were written.
    pub entries: Vec<Entry>,
    /// What to ask for to get the next page; nothing at the end.
    pub next: Option<usize>,
}

impl Page {
    /// Those entries that tell what was so at `since` or later, without the first `after` of them.
    pub(crate) fn read(profile: &Profile, since: DateTime<Utc>, after: usize) -> io::Result<Page> {
        let mut page = Page::default();
        let mut size = 0;
        let told = Telling::new(file::entries(&file::path(profile))?, since);
        for (number, read) in told.enumerate().skip(after) {
            let (entry, length) = read?;
            size += length;
            if size > PAGE && !page.entries.is_empty() {
                page.next = Some(number);
                break;
            }
            page.entries.push(entry);
        }
        Ok(page)
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
