//! Says whether the promises were kept: it reads the record of a life and judges intervals, and excuses only
//! what an injected fault explains. It refuses to believe the core about anything but what it shows.

mod alarms;
mod answers;
mod aside;
mod ceiling;
mod claims;
mod deletion;
mod effects;
mod ends;
mod events;
mod excuses;
mod keeping;
mod manners;
mod messages;
mod order;
mod persons;
mod pins;
mod reasons;
mod replies;
mod sign_in;
mod steps;
mod telling;
mod timed;
mod views;
mod wishes;

use std::fmt;
use std::rc::Rc;

use presence_core::{Call, CallId, Settings};

use self::alarms::Alarms;
use self::ceiling::Ceiling;
use self::claims::Challenge;
use self::deletion::Deletion;
use self::ends::Ends;
use self::excuses::Excuses;
use self::keeping::Keeping;
use self::manners::Manners;
use self::messages::Messages;
use self::order::Order;
use self::persons::Persons;
use self::pins::Pins;
use self::reasons::Reasons;
use self::replies::Replies;
use self::sign_in::SignIn;
use self::steps::Steps;
use self::telling::Telling;
use self::timed::Timed;
use self::views::Views;
use self::wishes::Wishes;
use super::timeline::clock;
use crate::cloud::{Cloud, Kind, Millis, Rotation};
use crate::world::{Entry, Person, Place, Sights, Subject, What};

/// The promises, as design and README name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// What is wanted is what the session says.
    Held,
    /// The last wish wins, and nothing is sent after clear, sign-out or quit.
    LastWish,
    /// `Retry-After`, backoff, and no call that is not needed.
    Manners,
    /// No crash and no refresh loses the sign-in.
    SignIn,
    /// A timed status ends when it said.
    TimedEnd,
    /// A lapse is shown, and told once.
    Said,
    /// The core always knows when to look again, and never spins.
    Progress,
    /// No trouble is shown or told that is not there.
    NoFalseAlarm,
    /// Each command is answered in time, and "done" is true.
    Replies,
    /// What is shown of the session, and of what colleagues see, is so.
    View,
    /// An end that nothing hinders leaves nothing, and is quick.
    Ends,
    /// A sign-in that is to be deleted is deleted.
    Deletion,
    /// Away is pinned exactly while that is wanted.
    Pin,
    /// Nobody's session, call or grant is taken for another's.
    Persons,
    /// No minute sees too many calls.
    Ceiling,
    /// A challenge's claims are passed on once.
    Claims,
    /// A status message of ours stands as long as its status, and never in place of what a person wrote.
    Message,
}

/// A promise that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub promise: Promise,
    /// When.
    pub at: Millis,
    /// By how much, where that is a matter of time.
    pub by: Option<Millis>,
    /// What happened.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}: {}", clock(self.at), self.promise, self.what)?;
        match self.by {
            Some(by) => write!(f, " (by {}.{:03} s)", by / 1_000, by % 1_000),
            None => Ok(()),
        }
    }
}

/// Whether the program can act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Machine {
    Off,
    On,
    Asleep,
}

/// The call on its way.
#[derive(Clone, Debug)]
struct Flight {
    id: CallId,
    call: Call,
    sent: Millis,
    /// The wish that was the newest then.
    wish: u64,
    /// Whether it is made for somebody who was signed in before.
    is_former: bool,
    struck: bool,
    landed: bool,
    /// Whether its access token was known to be worthless when it landed.
    is_void: bool,
}

/// What the program has been told to end with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leaving {
    No,
    SigningOut,
    Quitting { clears: bool },
}

/// The judge of one life.
#[derive(Debug)]
pub(super) struct Oracle {
    settings: Settings,
    subject: Subject,
    sights: Rc<Sights>,
    machine: Machine,
    leaving: Leaving,
    falling_until: Millis,
    slept_since: Millis,
    noticed: Millis,
    flight: Option<Flight>,
    wishes: Wishes,
    excuses: Excuses,
    keeping: Keeping,
    order: Order,
    manners: Manners,
    sign_in: SignIn,
    telling: Telling,
    steps: Steps,
    alarms: Alarms,
    replies: Replies,
    views: Views,
    reasons: Reasons,
    ends: Ends,
    deletion: Deletion,
    timed: Timed,
    pins: Pins,
    messages: Messages,
    persons: Persons,
    ceiling: Ceiling,
    challenge: Challenge,
    violations: Vec<Violation>,
}

impl Oracle {
    /// A judge of a life that begins with these settings, at a service that treats used refresh tokens so.
    pub(super) fn new(settings: Settings, rotation: Rotation) -> Oracle {
        Oracle {
            subject: Subject { person: Person::Megan, place: Place::of(&settings.identity) },
            settings,
            sights: Rc::new(Sights::NONE),
            machine: Machine::Off,
            leaving: Leaving::No,
            falling_until: 0,
            slept_since: 0,
            noticed: 0,
            flight: None,
            wishes: Wishes::new(),
            excuses: Excuses::default(),
            keeping: Keeping::default(),
            order: Order::default(),
            manners: Manners::default(),
            sign_in: SignIn::new(rotation),
            telling: Telling::default(),
            steps: Steps::default(),
            alarms: Alarms::default(),
            replies: Replies::default(),
            views: Views::default(),
            reasons: Reasons::default(),
            ends: Ends::default(),
            deletion: Deletion::default(),
            timed: Timed::default(),
            pins: Pins::default(),
            messages: Messages::default(),
            persons: Persons::default(),
            ceiling: Ceiling::default(),
            challenge: Challenge::default(),
            violations: Vec::new(),
        }
    }

    /// Judges what was recorded, in order.
    pub(super) fn read(&mut self, record: &[Entry], cloud: &Cloud) {
        for entry in record {
            self.judge_until(entry.at, cloud);
            self.stands_until(entry.at);
            let before = std::mem::replace(&mut self.sights, entry.sights.clone());
            if let What::Landed { kind: Kind::SetMessage, whose: Some(whose), .. } = entry.what {
                self.message_written(entry.at, whose, &before);
            }
            self.take(entry);
        }
    }

    /// Judges what was as it is until `now`.
    fn stands_until(&mut self, now: Millis) {
        if self.machine == Machine::On {
            self.alarms_until(now);
            self.replies_until(now);
            self.views_until(now);
            self.ends_until(now);
            self.deletion_until(now);
        }
        self.pins_until(now);
        self.messages_until(now);
        self.persons_until(now);
    }

    /// What was broken, in order.
    pub(super) fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Nobody can end what was set for this person any more.
    fn out_of_reach(&mut self, person: Person) {
        self.pins.unpinned(person);
        self.messages.out_of_reach(person);
    }

    fn broken(&mut self, promise: Promise, at: Millis, by: Option<Millis>, what: String) {
        self.violations.push(Violation { promise, at, by, what });
    }
}
