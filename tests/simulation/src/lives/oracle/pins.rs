//! Whether Away is pinned exactly while that is wanted; it refuses to judge what a person pins in Teams.

use presence_core::{Answer, Status};

use super::answers::is_judged;
use super::aside::{SLOW, TooLong, Wrong};
use super::excuses::REACTION;
use super::wishes::{Held, Wanted};
use super::{Oracle, Promise};
use crate::cloud::{Millis, Shown};
use crate::world::{Person, Subject};

const AWAY: Shown = Shown::new("Away", "Away");

/// Whom we pinned, and since when that is not as wanted.
#[derive(Debug, Default)]
pub(super) struct Pins {
    ours: Vec<Person>,
    wrong: Wrong,
    /// Whether the person pinned something, or unpinned it, since we did.
    is_touched: bool,
    /// Until when a pin is not tried, as it was refused.
    refused_until: Millis,
}

impl Pins {
    pub(super) fn is_ours(&self, person: Person) -> bool {
        self.ours.contains(&person)
    }

    pub(super) fn pinned(&mut self, person: Person) {
        self.unpinned(person);
        self.ours.push(person);
        self.is_touched = false;
    }

    pub(super) fn unpinned(&mut self, person: Person) {
        self.ours.retain(|ours| *ours != person);
    }

    pub(super) fn touched(&mut self, person: Person) {
        self.unpinned(person);
        self.is_touched = true;
    }

    /// Nobody but this person is in reach any more.
    pub(super) fn keep_only(&mut self, person: Option<Person>) {
        self.ours.retain(|ours| Some(*ours) == person);
    }

    fn refused(&mut self, until: Millis) {
        self.refused_until = until;
    }

    /// The program cannot act, or has just begun to.
    pub(super) fn rests(&mut self) {
        self.wrong = Wrong::default();
    }
}

impl Oracle {
    pub(super) fn pin_failed(&mut self, now: Millis, answer: &Answer) {
        if is_judged(answer) {
            self.pins.refused(now + SLOW);
        }
    }

    pub(super) fn pins_until(&mut self, now: Millis) {
        if !self.acts_aside(now) {
            return self.pins.rests();
        }
        let wants = self.settings.pin_away
            && matches!(self.wishes.wanted, Wanted::Held(Held { status: Status::Away, .. }));
        let me = self.subject.person;
        let place = self.subject.place;
        let pinned = |person| {
            let sight = self.sights.of(Subject { person, place });
            sight.pinned.is_some_and(|(shown, until)| shown == AWAY && now < until)
        };
        let unwanted = self.pins.ours.iter().any(|ours| pinned(*ours) && !(wants && *ours == me));
        let missing = wants && !self.pins.is_touched && !pinned(me) && self.is_as_wanted(now);
        if !unwanted && !missing {
            return self.pins.rests();
        }
        let excused = self.pauses_aside(now).max(self.pins.refused_until).saturating_add(REACTION);
        let what = match self.pins.wrong.judge(now, unwanted, missing, excused) {
            Some(TooLong::Stays) => "Away stays pinned, and that is not wanted",
            Some(TooLong::Lacks) => "Away is wanted pinned, and is not",
            None => return,
        };
        self.pins.rests();
        self.pins.keep_only(None);
        self.broken(Promise::Pin, now, None, what.to_owned());
    }
}
