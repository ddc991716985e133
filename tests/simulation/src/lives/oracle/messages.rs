//! Whether the status message that a person wrote in Teams stays, and one of ours stands exactly as long as its status;
//! it refuses to judge what a message says.

use presence_core::Answer;

use super::answers::is_judged;
use super::aside::{SLOW, TooLong, Wrong};
use super::excuses::REACTION;
use super::wishes::{Held, Wanted};
use super::{Oracle, Promise};
use crate::cloud::{Author, MessageSight, Millis};
use crate::world::{Person, Sights, Subject};

const SECOND: Millis = 1_000;
const HOUR: Millis = 3_600 * SECOND;
/// A message is read just before it is set: a late answer, a pause and a late landing together are no longer.
const READ: Millis = 30 * SECOND;
/// How long a message outlives the machine at most.
const LONGEST: Millis = 12 * HOUR;
/// How late a message may expire: its call is on its way.
const LATE: Millis = 15 * SECOND;
/// A write that was given up may land so late, and is looked for after that.
const LANDS: Millis = 12 * SECOND;

/// What is known of the messages, and since when they are not as wanted.
#[derive(Debug, Default)]
pub(super) struct Messages {
    /// When each person last wrote in Teams.
    written: [Millis; 2],
    /// Whose message may be ours, and can be reached.
    ours: [bool; 2],
    wrong: Wrong,
    /// The wish whose message the person, or a refusal, has settled.
    settled: Option<u64>,
    /// Whether one was ever sent.
    was_sent: bool,
    /// Until when nothing is tried, as it was refused or may still land.
    excused: Millis,
}

impl Messages {
    pub(super) fn is_ours(&self, person: Person) -> bool {
        self.ours[person as usize]
    }

    /// Nobody can reach what was written for this person any more.
    pub(super) fn out_of_reach(&mut self, person: Person) {
        self.ours[person as usize] = false;
    }

    /// Nobody but this person is in reach any more.
    pub(super) fn keep_only(&mut self, person: Option<Person>) {
        for other in Person::ALL.into_iter().filter(|other| Some(*other) != person) {
            self.out_of_reach(other);
        }
    }

    /// For how many calls a wish pays at least and at most: with a message, for a reading and a call more.
    pub(super) fn pays_for(&self, has_message: bool) -> (usize, usize) {
        match (has_message, self.was_sent) {
            (true, _) => (3, 3),
            (false, true) => (1, 3),
            (false, false) => (1, 1),
        }
    }

    pub(super) fn sent(&mut self) {
        self.was_sent = true;
    }

    /// The program cannot act, or has just begun to.
    pub(super) fn rests(&mut self) {
        self.wrong = Wrong::default();
    }

    /// The person settles what stands as their message.
    pub(super) fn person_writes(&mut self, now: Millis, person: Person, wish: u64) {
        self.written[person as usize] = now;
        self.settled = Some(wish);
    }

    /// The message of a wish goes on with another.
    pub(super) fn goes_on(&mut self, before: u64, wish: u64) {
        if self.settled == Some(before) {
            self.settled = Some(wish);
        }
    }

    /// Nothing is said of the message of this wish any more.
    pub(super) fn settles(&mut self, wish: u64) {
        self.settled = Some(wish);
    }
}

impl Oracle {
    /// A request to write the message of `whose` came to the service, where there was `before`.
    pub(super) fn message_written(&mut self, now: Millis, whose: Subject, before: &Sights) {
        let (before, stands) = (before.of(whose).message, self.sights.of(whose).message);
        if before == stands {
            return;
        }
        let person = whose.person;
        let age = now.saturating_sub(self.messages.written[person as usize]);
        let is_theirs = before.is_some_and(|before| before.author == Author::Person);
        if is_theirs && age > READ {
            let what = format!("{person:?}'s own message is overwritten after {age} ms");
            self.broken(Promise::Message, now, None, what);
        }
        if let Some(MessageSight { author: Author::App(_), until, .. }) = stands {
            self.messages.ours[person as usize] = true;
            self.expires(now, until);
        }
    }

    /// One of ours expires with its status, or half a day later.
    fn expires(&mut self, now: Millis, until: Millis) {
        let ahead = u64::try_from(self.wishes.wall_ahead.max(0)).unwrap_or(0) + LATE;
        let lasts = until.saturating_sub(now);
        if lasts > LONGEST.max(24 * HOUR) + ahead {
            let what = format!("a message expires in {} h", lasts / HOUR);
            self.broken(Promise::Message, now, None, what);
        }
        let Wanted::Held(held) = self.wishes.wanted else { return };
        let longest = held.until.unwrap_or(now + LONGEST);
        let is_of_this_wish = self.flight.as_ref().is_some_and(|flight| {
            flight.wish == self.wishes.number && flight.call.writes_message()
        });
        if is_of_this_wish && until > longest + ahead {
            let what = format!("a message expires {} ms after its status", until - longest);
            self.broken(Promise::Message, now, Some(until - longest), what);
        }
    }

    /// A call for the message of the person who is signed in failed.
    pub(super) fn message_failed(&mut self, now: Millis, answer: &Answer) {
        if is_judged(answer) {
            self.messages.excused = self.messages.excused.max(now + SLOW);
            self.messages.settles(self.wishes.number);
        }
    }

    /// A write of the message was given up, and may still land.
    pub(super) fn message_may_land(&mut self, sent: Millis) {
        self.messages.excused = self.messages.excused.max(sent + LANDS);
    }

    pub(super) fn messages_until(&mut self, now: Millis) {
        if !self.acts_aside(now) {
            return self.messages.rests();
        }
        if !self.wishes.has_message && self.messages.ours == [false; 2] {
            return self.messages.rests();
        }
        let (me, place) = (self.subject.person, self.subject.place);
        let mine = self.sights.of(Subject { person: me, place }).message;
        // What nobody knows to be ours any more counts as the person's.
        let is_ours = |author| author != Author::Person && self.messages.is_ours(me);
        if mine.is_some_and(|message| !is_ours(message.author)) {
            self.messages.settles(self.wishes.number);
        }
        let wants = self.wishes.has_message && matches!(self.wishes.wanted, Wanted::Held(_));
        let stands = |person| {
            let message = self.sights.of(Subject { person, place }).message;
            message.is_some_and(|message| message.author != Author::Person && now < message.until)
        };
        let ours = |person: &Person| self.messages.is_ours(*person) && stands(*person);
        let unwanted = Person::ALL.iter().any(|person| ours(person) && !(wants && *person == me));
        let is_settled = self.messages.settled == Some(self.wishes.number)
            || self.wishes.wall_ahead != 0
            || matches!(self.wishes.wanted, Wanted::Held(Held { until: Some(until), .. }) if now >= until);
        let missing = wants && !is_settled && !stands(me) && self.is_as_wanted(now);
        if !unwanted && !missing {
            return self.messages.rests();
        }
        let excused = self.messages_excused(now);
        let what = match self.messages.wrong.judge(now, unwanted, missing, excused) {
            Some(TooLong::Stays) => "a message of ours stays, and that is not wanted",
            Some(TooLong::Lacks) => "a message is wanted, and none of ours stands",
            None => return,
        };
        self.messages.rests();
        self.broken(Promise::Message, now, None, what.to_owned());
    }

    /// Until when nobody expects a call for a message.
    fn messages_excused(&self, now: Millis) -> Millis {
        // While the minute is full, it waits.
        let free = Some(self.free_at(now)).filter(|free| *free > now).unwrap_or(0);
        self.pauses_aside(now).max(free).max(self.messages.excused).saturating_add(REACTION)
    }
}
