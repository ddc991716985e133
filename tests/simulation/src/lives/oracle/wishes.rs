//! What the person wants, by the oracle's own account; it refuses to ask the core.

use std::ops::RangeInclusive;

use presence_core::{Command, OnEnd, OnStart, Settings, Status};

use crate::cloud::Millis;

/// How long a timed status may last, in seconds.
const TIMED: RangeInclusive<u64> = 300..=24 * 3_600;

/// What is wanted of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// It is nobody's business.
    Untouched,
    /// That it does not exist.
    Gone,
    Held(Held),
}

/// A wanted status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) status: Status,
    pub(super) until: Option<Millis>,
}

/// The newest wish, and what it goes back to.
#[derive(Clone, Debug)]
pub(super) struct Wishes {
    pub(super) wanted: Wanted,
    pub(super) since: Millis,
    /// Tells it from those before it.
    pub(super) number: u64,
    /// Whether a status message goes with it.
    pub(super) has_message: bool,
    before: Option<Status>,
    /// What was wanted before somebody chose without knowing whether anyone is signed in.
    pub(super) provisional: Option<(Wanted, Option<Status>, bool)>,
    /// How far the wall clock was ahead when the wish was written down.
    written_ahead: i64,
    pub(super) wall_ahead: i64,
}

impl Wishes {
    pub(super) fn new() -> Wishes {
        Wishes {
            wanted: Wanted::Untouched,
            since: 0,
            number: 0,
            has_message: false,
            before: None,
            provisional: None,
            written_ahead: 0,
            wall_ahead: 0,
        }
    }

    /// Takes a command in; whether it is a wish, be it the same as before.
    pub(super) fn command(&mut self, now: Millis, command: &Command) -> bool {
        match (command, self.wanted) {
            (Command::Set { status, seconds, message }, _) => {
                self.set(now, *status, *seconds, message.is_some())
            }
            (Command::SetDuration { seconds }, Wanted::Held(held)) => {
                self.set(now, held.status, *seconds, self.has_message)
            }
            (Command::Toggle { status, .. }, Wanted::Held(held)) if held.status == *status => {
                match self.before.take() {
                    Some(before) => self.become_wanted(now, hold(before, None)),
                    None => self.become_wanted(now, Wanted::Gone),
                }
                true
            }
            (Command::Toggle { status, message }, _) => {
                self.set(now, *status, None, message.is_some())
            }
            (Command::Clear, _) => {
                self.before = None;
                self.become_wanted(now, Wanted::Gone);
                true
            }
            (Command::SignOut, _) => {
                self.before = None;
                self.become_wanted(now, Wanted::Untouched);
                true
            }
            (
                Command::SetDuration { .. }
                | Command::SignIn { .. }
                | Command::CancelSignIn
                | Command::Look
                | Command::Reset
                | Command::Open
                | Command::Reload
                | Command::Quit,
                _,
            ) => false,
        }
    }

    /// Lets time pass; whether a timed wish ended.
    pub(super) fn pass(&mut self, now: Millis, settings: &Settings) -> Option<Millis> {
        let Wanted::Held(Held { until: Some(until), .. }) = self.wanted else { return None };
        if now < until {
            return None;
        }
        let next = match (settings.on_end, self.before.take()) {
            (OnEnd::Resume, Some(before)) => hold(before, None),
            (OnEnd::Resume, None) | (OnEnd::Clear, _) => Wanted::Gone,
        };
        self.become_wanted(now, next);
        Some(until)
    }

    /// What a start makes of it; the end of a timed wish was written down by the wall clock.
    pub(super) fn start(&mut self, now: Millis, settings: &Settings, is_cleared: bool) {
        self.provisional = None;
        match (settings.on_start, self.wanted) {
            (_, Wanted::Gone) if !is_cleared => {}
            (OnStart::Want(status), _) => {
                self.before = self.before.filter(|before| *before != status);
                self.become_wanted(now, hold(status, None));
            }
            (OnStart::Resume, Wanted::Held(held)) => {
                let by = self.written_ahead - self.wall_ahead;
                let until = held.until.map(|until| until.saturating_add_signed(by));
                self.wanted = Wanted::Held(Held { until, ..held });
                self.written_ahead = self.wall_ahead;
            }
            (OnStart::Resume, Wanted::Untouched | Wanted::Gone) | (OnStart::Nothing, _) => {
                self.become_wanted(now, Wanted::Untouched);
            }
        }
        self.since = now;
    }

    /// The wish is written down once more, by the wall clock.
    pub(super) fn written(&mut self) {
        self.written_ahead = self.wall_ahead;
    }

    /// The newest choice is undone should nobody be signed in.
    pub(super) fn provides_for(&mut self, prior: &Wishes) {
        self.provisional.get_or_insert((prior.wanted, prior.before, prior.has_message));
    }

    /// Without a sign-in no session can be ended.
    pub(super) fn nobody(&mut self, now: Millis, settings: &Settings) {
        if let Some((wanted, before, has_message)) = self.provisional.take() {
            self.before = before;
            self.become_wanted(now, wanted);
            self.has_message = has_message;
            // In a sleep it may have ended.
            self.pass(now, settings);
        }
        if self.wanted == Wanted::Gone {
            self.become_wanted(now, Wanted::Untouched);
        }
    }

    fn set(
        &mut self,
        now: Millis,
        status: Status,
        seconds: Option<u64>,
        has_message: bool,
    ) -> bool {
        if seconds.is_some_and(|seconds| !TIMED.contains(&seconds)) {
            return false;
        }
        match self.wanted {
            Wanted::Held(Held { status: held, until: None }) if held != status => {
                self.before = Some(held);
            }
            // Nobody goes back to what is chosen now.
            Wanted::Held(_) => self.before = self.before.filter(|before| *before != status),
            Wanted::Gone | Wanted::Untouched => self.before = None,
        }
        let until = seconds.map(|seconds| now + seconds * 1_000);
        self.become_wanted(now, hold(status, until));
        self.has_message = has_message;
        true
    }

    fn become_wanted(&mut self, now: Millis, wanted: Wanted) {
        self.wanted = wanted;
        self.since = now;
        self.has_message = false;
        self.number += 1;
        self.written_ahead = self.wall_ahead;
    }
}

fn hold(status: Status, until: Option<Millis>) -> Wanted {
    Wanted::Held(Held { status, until })
}
