//! What is judged of the pin and of the status message alike: when the program acts on what is aside of the session, and
//! for how long that may be wrong. It refuses to know what either should be.

use super::excuses::REACTION;
use super::{Leaving, Machine, Oracle};
use crate::cloud::Millis;
use crate::world::Person;

/// How rarely what only an administrator changes is tried.
pub(super) const SLOW: Millis = 30 * 60_000;

/// Since when something stands that is not wanted, and something wanted does not.
#[derive(Debug, Default)]
pub(super) struct Wrong {
    unwanted_since: Option<Millis>,
    missing_since: Option<Millis>,
}

/// What was wrong for too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TooLong {
    Stays,
    Lacks,
}

impl Wrong {
    /// What is wrong now, if it has been for longer than the program takes to react, and nothing excuses it any more.
    pub(super) fn judge(
        &mut self,
        now: Millis,
        unwanted: bool,
        missing: bool,
        excused: Millis,
    ) -> Option<TooLong> {
        let late = |since: &mut Option<Millis>, is: bool| {
            *since = is.then(|| since.unwrap_or(now));
            since.is_some_and(|since| now > (since + REACTION).max(excused))
        };
        let stays = late(&mut self.unwanted_since, unwanted);
        let lacks = late(&mut self.missing_since, missing);
        match (stays, lacks) {
            (true, _) => Some(TooLong::Stays),
            (false, true) => Some(TooLong::Lacks),
            (false, false) => None,
        }
    }
}

impl Oracle {
    /// Whether the program can act on what is aside, for whoever is signed in.
    pub(super) fn acts_aside(&self, now: Millis) -> bool {
        self.machine == Machine::On
            && self.leaving == Leaving::No
            && now >= self.falling_until
            && self.persons.is_known
            && !self.sign_in.wants_a_person()
            && !self.sign_in.is_refused
    }

    /// Until when trouble keeps the program from every call aside.
    pub(super) fn pauses_aside(&self, now: Millis) -> Millis {
        let others = Person::ALL.map(|person| self.persons.excuse(person));
        let others = others.into_iter().max().unwrap_or(0);
        let entra = if self.alarms.serves(now) { 0 } else { self.sign_in.patient_until() };
        others.max(self.excuses.pauses()).max(entra)
    }
}
