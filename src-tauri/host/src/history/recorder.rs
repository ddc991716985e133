//! Owns what is to be written to the history, until the loop has nothing else to do; refuses to be a reason to wake up,
//! or a problem for a person.

use std::io;
use std::path::PathBuf;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use presence_core::{Rules, Time, View};

use super::entry::reads_the_same;
use super::{Entry, KEPT, Said, Starter, What, file};
use crate::{Moment, Profile};

/// What is too old may stay for this long: so a program that runs for months rewrites the file once a day at most.
const SLACK: TimeDelta = TimeDelta::days(1);

/// What the loop notes.
pub(crate) struct Recorder {
    path: PathBuf,
    due: Due,
    /// The last write failed: the next entry says all again, and the log need not.
    pub(super) has_failed: bool,
    /// When the oldest entry is from, and when the newest.
    oldest: DateTime<Utc>,
    newest: DateTime<Utc>,
    /// The end of a timed status on both clocks, as first noted: they drift apart.
    until: Option<(Time, DateTime<Utc>)>,
    /// Since when the machine may sleep.
    let_asleep: Option<Moment>,
}

/// What is to be written.
enum Due {
    Nothing,
    SignOfLife,
    Lines(Vec<u8>),
}

impl Recorder {
    /// Notes that the program begins, or a command without it.
    pub(crate) fn start(profile: &Profile, by: Starter, moment: &Moment) -> Recorder {
        let path = file::path(profile);
        let now = moment.wall.to_utc();
        let first = file::entries(&path).ok().and_then(|mut entries| entries.next()?.ok());
        let oldest = first.map_or(now, |(entry, _)| entry.at);
        let alive_until = file::alive_until(&path);
        let mut recorder = Recorder {
            path,
            due: Due::Nothing,
            has_failed: false,
            oldest,
            newest: now,
            until: None,
            let_asleep: None,
        };
        recorder.note(now, What::Started { by, alive_until });
        recorder
    }

    /// Notes what faces show from now on, where it reads differently.
    pub(crate) fn shows(&mut self, before: Option<&View>, view: &View, moment: &Moment) {
        if !self.has_failed && before.is_some_and(|before| reads_the_same(before, view)) {
            // A renewal.
            if let Due::Nothing = self.due {
                self.due = Due::SignOfLife;
            }
            return;
        }
        if let Some(before) = before
            && let Some(session) = &before.session
            && session.expires_at < moment.time
            && view.session.is_none()
        {
            // By time alone, when nobody was looking.
            let said = Said { session: None, ..self.said(before, moment) };
            let now = moment.wall.to_utc();
            let ended = moment.wall(session.expires_at).to_utc().max(self.newest).min(now);
            self.note(ended, What::Now(said));
        }
        let said = self.said(view, moment);
        self.note(moment.wall.to_utc(), What::Now(said));
    }

    /// The machine may sleep from now on.
    pub(crate) fn falls_asleep(&mut self, moment: Moment) {
        self.let_asleep = Some(moment);
    }

    /// The machine slept for `asleep` milliseconds until now.
    pub(crate) fn slept(&mut self, asleep: i64, moment: &Moment) {
        self.let_asleep = None;
        let now = moment.wall.to_utc();
        self.note(now, What::Woke { from: now - TimeDelta::milliseconds(asleep) });
    }

    /// Something happens, perhaps the word that the machine `woke`: the system may bring that later than the rest.
    pub(crate) fn awake(&mut self, woke: bool, moment: &Moment) {
        let Some(since) = self.let_asleep else { return };
        // A machine that stays awake is noticed by now.
        let noticed = Rules::default().sleep_comes_within;
        let asleep = moment.time.since(since.time);
        if woke || asleep > noticed * 2 {
            self.slept(i64::try_from(asleep.as_millis()).unwrap_or(i64::MAX), moment);
        } else if asleep >= noticed {
            self.let_asleep = None;
        }
    }

    /// Whether there is something to write.
    pub(crate) fn is_due(&self) -> bool {
        match self.due {
            Due::Nothing => false,
            Due::SignOfLife | Due::Lines(_) => true,
        }
    }

    /// Writes what is due.
    pub(crate) fn write(&mut self) {
        let done = match std::mem::replace(&mut self.due, Due::Nothing) {
            Due::Nothing => Ok(()),
            Due::SignOfLife => file::touch(&self.path),
            Due::Lines(lines) => self.append(&lines).map(|()| self.has_failed = false),
        };
        if let Err(error) = done
            && !std::mem::replace(&mut self.has_failed, true)
        {
            tracing::warn!(%error, path = %self.path.display(), "the history cannot be written");
        }
    }

    /// Notes that this is an end as it should be, and writes what is due.
    pub(crate) fn end(&mut self, moment: &Moment) {
        self.note(moment.wall.to_utc(), What::Ended);
        self.write();
    }

    fn said(&mut self, view: &View, moment: &Moment) -> Said {
        let time = view.wish.as_ref().and_then(|wish| wish.until);
        let noted = self.until.filter(|(noted, _)| Some(*noted) == time);
        self.until = noted.or_else(|| Some((time?, whole(moment.wall(time?).to_utc()))));
        Said::new(view, self.until.map(|(_, until)| until))
    }

    fn note(&mut self, at: DateTime<Utc>, what: What) {
        let entry = Entry::new(at, what);
        self.newest = entry.at;
        let Ok(line) = serde_json::to_vec(&entry) else { return };
        if let Due::Nothing | Due::SignOfLife = self.due {
            self.due = Due::Lines(Vec::new());
        }
        if let Due::Lines(lines) = &mut self.due {
            lines.extend(line);
            lines.push(b'\n');
        }
    }

    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        let size = file::size(&self.path) + lines.len() as u64;
        if size > file::LIMIT || self.newest - self.oldest > KEPT + SLACK {
            self.oldest = file::trim(&self.path, self.newest)?;
        }
        file::append(&self.path, lines)
    }
}

/// To the next whole second: a timed status ends at the one that was asked for.
fn whole(time: DateTime<Utc>) -> DateTime<Utc> {
    time.duration_round(TimeDelta::seconds(1)).unwrap_or(time)
}
