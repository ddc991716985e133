//! What an observer sees of the world, in order; it refuses to judge it.

use std::rc::Rc;

use presence_core::{CallId, Effect, Event, Setup, View};

use super::World;
use super::keyring::Mood;
use super::subject::{Person, Place, Sights, Subject};
use crate::cloud::{Cloud, Delivery, Fault, Kind, Millis, On, Pair, Request, Response, Shown};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When, in milliseconds since the cloud began.
    pub at: Millis,
    /// What there was of every session at the service just after it.
    pub sights: Rc<Sights>,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The program starts with this configuration.
    Started(Box<Setup>),
    /// The program ends on the spot.
    Crashed,
    /// The machine sleeps.
    Asleep,
    /// The machine wakes.
    Awake,
    /// The core took an event in.
    Step(Box<Step>),
    /// A request came to the service.
    Landed {
        /// What it asks for.
        kind: Kind,
        /// The call that made it, if the program still runs.
        of: Option<CallId>,
        /// Whose session it is about, if its token tells.
        whose: Option<Subject>,
        /// The HTTP status of its answer.
        status: u16,
        /// How the answer goes out.
        delivery: Delivery,
        /// Whether it met an injected fault.
        struck: bool,
    },
    /// The life around the program did something.
    Deed(Deed),
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The event.
    pub event: Event,
    /// What the core asked for.
    pub effects: Vec<Effect>,
    /// What faces show after it.
    pub view: View,
    /// When the program's clock began, on the cloud's.
    pub booted: Millis,
    /// When the core wants to look again.
    pub deadline: Option<Millis>,
}

/// What the life around the program does, beside what the program is told of.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// Some requests will meet a fault.
    Plans(On, Fault, Option<Millis>),
    /// Another machine of the same person sets their session, or ends it.
    Elsewhere(Subject, Option<Pair>),
    /// Every token is revoked.
    Revokes,
    /// Every access token is revoked.
    RevokesAccess,
    /// Tokens must have been asked with certain claims, or need not any more.
    Challenges(bool),
    /// The keyring feels otherwise.
    Keyring(Mood),
    /// The keyring takes so long from now on.
    KeyringTakes(Millis),
    /// A sign-in brings no refresh token from now on, or does.
    Withholds(bool),
    /// The wall clock steps by this many milliseconds.
    StepsClock(i64),
    /// A person pins a status in Teams, or unpins it.
    Pins(Person, Option<Shown>),
    /// A person writes a status message in Teams, or deletes the one that stands.
    Writes(Person, Option<String>),
}

impl World {
    /// Puts what was recorded since the last time in place of what is in `seen`.
    pub fn take_record(&mut self, seen: &mut Vec<Entry>) {
        seen.clear();
        if let Some(record) = &mut self.record {
            std::mem::swap(record, seen);
        }
    }

    /// Does what the life around the program does.
    pub fn deed(&mut self, deed: Deed) {
        match &deed {
            Deed::Plans(on, fault, Some(until)) => {
                self.cloud.fault_between(*on, self.now, *until, fault.clone());
            }
            Deed::Plans(on, fault, None) => self.cloud.fault(*on, 1, fault.clone()),
            Deed::Elsewhere(subject, pair) => {
                let set = pair.map(|pair| (pair, 3_600_000));
                let Subject { person, place } = *subject;
                self.cloud.elsewhere_of(person.oid(), place as usize, self.now, set);
            }
            Deed::Revokes => self.everybody(|cloud, oid| cloud.revoke(oid)),
            Deed::RevokesAccess => self.everybody(|cloud, oid| cloud.revoke_access(oid)),
            Deed::Challenges(true) => {
                let value = self.now.to_string();
                let claims = serde_json::json!({"nbf": {"essential": true, "value": value}});
                let claims = serde_json::json!({"access_token": claims});
                self.everybody(|cloud, oid| cloud.challenge(oid, claims.clone()));
            }
            Deed::Challenges(false) => {
                self.everybody(|cloud, oid| cloud.challenge(oid, serde_json::json!({})));
            }
            Deed::Keyring(mood) => self.keyring(*mood),
            Deed::KeyringTakes(millis) => self.keyring_takes(*millis),
            Deed::Withholds(withholds) => {
                self.cloud.policy().gives_refresh_tokens = !withholds;
            }
            Deed::StepsClock(by) => self.wall_ahead += by,
            Deed::Pins(person, pinned) => {
                let until = self.now + 24 * 3_600_000;
                self.cloud.pin(person.oid(), pinned.map(|shown| (shown, until)));
            }
            Deed::Writes(person, text) => {
                self.cloud.writes(person.oid(), self.now, text.as_deref());
            }
        }
        self.note(What::Deed(deed));
    }

    fn everybody(&mut self, what: impl Fn(&mut Cloud, &str)) {
        let people: Vec<String> = self.cloud.people().map(str::to_owned).collect();
        people.iter().for_each(|oid| what(&mut self.cloud, oid));
    }

    pub(super) fn note(&mut self, what: What) {
        if let Some(record) = &mut self.record {
            let sights = self.watched.look(&self.cloud, self.now);
            record.push(Entry { at: self.now, sights, what });
        }
    }

    /// The core took `event` in; what it asked for is noted once that is done.
    pub(super) fn stepped(&mut self, event: Event) {
        // It is large, and made where it stays.
        let place = Box::new_uninit();
        let (view, deadline) = (self.painted(), self.deadline());
        let booted = self.booted;
        let step = Box::write(place, Step { event, effects: Vec::new(), view, booted, deadline });
        self.note(What::Step(step));
    }

    /// What the core asked for in the step that stands at this place of the record.
    pub(super) fn asked_for(&mut self, place: usize, asked: Vec<Effect>) {
        let entry = self.record.as_mut().and_then(|record| record.get_mut(place));
        if let Some(Entry { what: What::Step(step), .. }) = entry {
            step.effects = asked;
        }
    }

    fn caller(&self) -> Option<Subject> {
        let (client, oid) = self.cloud.caller()?;
        let person = Person::ALL.into_iter().find(|person| person.oid() == oid)?;
        let place = Place::ALL.into_iter().find(|place| place.client_id() == client)?;
        Some(Subject { person, place })
    }

    pub(super) fn landed(&mut self, request: &Request, of: Option<CallId>, response: &Response) {
        let (status, delivery) = (response.status, response.delivery);
        if self.record().is_none() {
            let line = format!("{} {} → {status} {delivery:?}", request.method, request.path);
            return self.tell(&line);
        }
        let struck = self.cloud.was_struck();
        let (kind, whose) = (self.cloud.newest(), self.caller());
        self.note(What::Landed { kind, of, whose, status, delivery, struck });
    }
}
