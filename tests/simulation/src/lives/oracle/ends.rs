//! Whether an end that clears leaves nothing, takes no longer than it may, and loses no sign-in; it refuses to judge
//! an end that something hinders.

use super::{Machine, Oracle, Promise};
use crate::cloud::Millis;
use crate::world::Mood;

const SECOND: Millis = 1_000;
/// How long a quit lasts at most.
const QUIT: Millis = 3 * SECOND;

/// The last things, under way.
#[derive(Clone, Copy, Debug)]
struct Ending {
    since: Millis,
    /// Whether the session is to end with it.
    clears: bool,
    /// Whether something keeps the program from it.
    is_hindered: bool,
}

/// How an end goes.
#[derive(Debug, Default)]
pub(super) struct Ends {
    ending: Option<Ending>,
    pub(super) mood: Mood,
    pub(super) keyring_takes: Millis,
    /// Until when a slow change keeps its turn.
    keyring_until: Millis,
}

impl Ends {
    pub(super) fn stopped(&mut self) {
        self.ending = None;
    }

    /// Whether the keyring does not do all that it is told at once.
    fn keyring_fails(&self, now: Millis) -> bool {
        self.mood != Mood::Works || self.keyring_takes > SECOND || now < self.keyring_until
    }

    /// The keyring is told to change something.
    pub(super) fn changes_keyring(&mut self, now: Millis) {
        if self.keyring_takes > SECOND {
            self.keyring_until = self.keyring_until.max(now) + self.keyring_takes + SECOND;
        }
    }

    pub(super) fn hindered(&mut self) {
        if let Some(ending) = &mut self.ending {
            ending.is_hindered = true;
        }
    }

    pub(super) fn woke(&mut self, now: Millis) {
        if let Some(ending) = &mut self.ending {
            (ending.since, ending.is_hindered) = (now, true);
        }
    }
}

impl Oracle {
    /// A quit, a sign-out or a sleep begins.
    pub(super) fn end_begins(&mut self, now: Millis, clears: bool) {
        let is_hindered = self.cannot_end(now);
        self.ends.ending = Some(Ending { since: now, clears, is_hindered });
    }

    /// Its last things are done, or were given up.
    pub(super) fn end_ends(&mut self, now: Millis) {
        let Some(ending) = self.ends.ending.take() else { return };
        if !ending.clears || ending.is_hindered {
            return;
        }
        let sight = self.sight();
        if sight.state.shown().is_some() {
            let what = format!("an end that nothing hinders leaves {:?}", sight.state);
            self.broken(Promise::Ends, now, None, what);
        } else if self.pins.is_ours(self.subject.person) && sight.pinned.is_some() {
            let what = "an end that nothing hinders leaves Away pinned".to_owned();
            self.broken(Promise::Ends, now, None, what);
        }
    }

    /// The program ends: what only its memory held is gone.
    pub(super) fn exits(&mut self, now: Millis) {
        let is_hindered = self.ends.ending.is_none_or(|ending| ending.is_hindered);
        self.end_ends(now);
        if self.sign_in.is_unstored && !self.ends.keyring_fails(now) && !is_hindered {
            let what = "an end loses the sign-in that the keyring does not hold yet".to_owned();
            self.broken(Promise::Ends, now, None, what);
        }
    }

    pub(super) fn ends_until(&mut self, now: Millis) {
        let Some(ending) = &self.ends.ending else { return };
        let quits = matches!(self.leaving, super::Leaving::Quitting { .. });
        if quits && self.machine == Machine::On && now > ending.since + QUIT {
            let by = now - ending.since - QUIT;
            self.ends.ending = None;
            self.broken(Promise::Ends, now, Some(by), "a quit takes too long".to_owned());
        }
    }

    fn cannot_end(&self, now: Millis) -> bool {
        let was_struck = self.flight.as_ref().is_some_and(|flight| flight.struck);
        let is_void = self.flight.is_some() && self.sign_in.is_access_void;
        was_struck
            || is_void
            || self.sign_in.has_worthless_tokens()
            || self.sign_in.wants_a_person()
            || !self.persons.is_known
            || self.sign_in.silent_since.is_some()
            || self.sign_in.is_refused
            || self.excuses.is_foreign()
            || self.excuses.is_suspect()
            || self.manners.must_wait(now)
            || self.ceiling.is_reached(now)
            || now < self.order.late_until
            || (now < self.sign_in.patient_until() && !self.alarms.serves(now))
    }
}
