//! What an observer sees of the world, in order; it refuses to judge it.

use presence_core::{CallId, Effect, Event, Setup, View};

use super::World;
use super::keyring::Mood;
use crate::cloud::{
    Delivery, Fault, Kind, MEGAN, Millis, On, Pair, Request, Response, SessionState, Shown,
};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When, in milliseconds since the cloud began.
    pub at: Millis,
    /// What the session said at the service just after it.
    pub session: SessionState,
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
    Step {
        /// The event.
        event: Event,
        /// What the core asked for.
        effects: Vec<Effect>,
        /// What faces show after it.
        view: Box<View>,
        /// When the wish shown ends.
        until: Option<Millis>,
        /// When the core wants to look again.
        deadline: Option<Millis>,
    },
    /// A request came to the service.
    Landed {
        /// What it asks for.
        kind: Kind,
        /// The call that made it, if the program still runs.
        of: Option<CallId>,
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

/// What the life around the program does, beside what the program is told of.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// Some requests will meet a fault.
    Plans(On, Fault, Option<Millis>),
    /// Another machine of the same person sets the session, or ends it.
    Elsewhere(Option<Pair>),
    /// Every token is revoked.
    Revokes,
    /// Every access token is revoked.
    RevokesAccess,
    /// Tokens must have been asked with certain claims, or need not any more.
    Challenges(bool),
    /// The keyring feels otherwise.
    Keyring(Mood),
    /// The wall clock steps by this many milliseconds.
    StepsClock(i64),
    /// The person pins a status in Teams, or unpins it.
    Pins(Option<Shown>),
}

impl World {
    /// What was recorded since the last time.
    pub fn take_record(&mut self) -> Vec<Entry> {
        self.record().map(std::mem::take).unwrap_or_default()
    }

    /// Does what the life around the program does.
    pub fn deed(&mut self, deed: Deed) {
        match &deed {
            Deed::Plans(on, fault, Some(until)) => {
                self.cloud.fault_between(*on, self.now, *until, fault.clone());
            }
            Deed::Plans(on, fault, None) => self.cloud.fault(*on, 1, fault.clone()),
            Deed::Elsewhere(pair) => {
                let set = pair.map(|pair| (pair, 3_600_000));
                self.cloud.elsewhere(MEGAN, self.now, set);
            }
            Deed::Revokes => self.cloud.revoke(MEGAN),
            Deed::RevokesAccess => self.cloud.revoke_access(MEGAN),
            Deed::Challenges(true) => {
                let value = self.now.to_string();
                let claims = serde_json::json!({"nbf": {"essential": true, "value": value}});
                self.cloud.challenge(MEGAN, serde_json::json!({"access_token": claims}));
            }
            Deed::Challenges(false) => self.cloud.challenge(MEGAN, serde_json::json!({})),
            Deed::Keyring(mood) => self.keyring(*mood),
            Deed::StepsClock(by) => self.wall_ahead += by,
            Deed::Pins(pinned) => {
                let until = self.now + 24 * 3_600_000;
                self.cloud.pin(MEGAN, pinned.map(|shown| (shown, until)));
            }
        }
        self.note(What::Deed(deed));
    }

    pub(super) fn note(&mut self, what: What) {
        let (at, session) = (self.now, self.cloud.session(MEGAN, self.now));
        if let Some(record) = self.record() {
            record.push(Entry { at, session, what });
        }
    }

    pub(super) fn stepped(&mut self, event: Event, effects: &[Effect]) {
        let view = Box::new(self.view());
        let until = view.wish.as_ref().and_then(|wish| wish.until);
        let until = until.and_then(|until| self.on_the_cloud(until));
        let (effects, deadline) = (effects.to_vec(), self.deadline());
        self.note(What::Step { event, effects, view, until, deadline });
    }

    pub(super) fn landed(&mut self, request: &Request, of: Option<CallId>, response: &Response) {
        let (status, delivery) = (response.status, response.delivery);
        if self.record().is_none() {
            let line = format!("{} {} → {status} {delivery:?}", request.method, request.path);
            return self.tell(&line);
        }
        let struck = self.cloud.was_struck();
        let kind = Kind::of(request);
        self.note(What::Landed { kind, of, status, delivery, struck });
    }
}
