//! What comes to the machine, and to the service, at its time; it refuses to come early.

use presence_core::{Answer, CallId, Event, GrantId, NoAnswer};
use presence_wire::Pending;
use presence_wire::vault::Kept;

use super::World;
use super::sockets::{no_answer, received};
use crate::cloud::{Delivery, Millis, Request, Response};

/// The call on its way.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) id: CallId,
    /// How its response is read; nothing for a call that had no request.
    pub(super) pending: Option<Pending>,
}

/// What comes at its time.
#[derive(Debug)]
pub(super) enum Coming {
    /// A request reaches the service; its answer needs `back` to return.
    Landing {
        request: Box<Request>,
        of: Option<CallId>,
        back: Millis,
        was_late: bool,
    },
    /// An answer reaches the machine.
    Response(CallId, Box<Response>),
    /// The program learns an answer that no service gave.
    Answer(CallId, Box<Answer>),
    /// The program gives a call up.
    Limit(CallId),
    /// The keyring reads the entry of an identity.
    Loaded {
        grant: GrantId,
        identity: String,
        is_late: bool,
    },
    /// It writes it, or deletes it.
    Changed {
        identity: String,
        kept: Option<Box<(GrantId, Kept)>>,
        is_late: bool,
    },
    /// The host does not wait for the keyring any longer.
    NotLoaded(String),
    Slow(String, Option<GrantId>),
    Event(Box<Event>),
}

impl Coming {
    pub(super) fn is_at_the_service(&self) -> bool {
        match self {
            Coming::Landing { .. } => true,
            Coming::Response(..)
            | Coming::Answer(..)
            | Coming::Limit(_)
            | Coming::Loaded { .. }
            | Coming::Changed { .. }
            | Coming::NotLoaded(_)
            | Coming::Slow(..)
            | Coming::Event(_) => false,
        }
    }

    /// Whether it is a refresh token that the keyring does not hold yet, or the call for one.
    pub(super) fn brings_a_refresh_token(&self) -> bool {
        match self {
            Coming::Landing { request, .. } => request.path.ends_with("/token"),
            Coming::Response(_, response) => response.value().get("refresh_token").is_some(),
            Coming::Changed { kept, .. } => kept.is_some(),
            Coming::Answer(..)
            | Coming::Limit(_)
            | Coming::Loaded { .. }
            | Coming::NotLoaded(_)
            | Coming::Slow(..)
            | Coming::Event(_) => false,
        }
    }

    /// Whether a crash leaves it on its way; its answer then has nobody to go to.
    pub(super) fn outlives_the_program(&mut self) -> bool {
        if let Coming::Landing { of, .. } = self {
            *of = None;
        }
        self.is_at_the_service()
    }

    /// What becomes of it when the machine slept in between.
    pub(super) fn after_sleep(self) -> Coming {
        match self {
            Coming::Response(id, _) => Coming::Answer(id, Box::new(no_answer(NoAnswer::Broken))),
            other @ (Coming::Landing { .. }
            | Coming::Answer(..)
            | Coming::Limit(_)
            | Coming::Loaded { .. }
            | Coming::Changed { .. }
            | Coming::NotLoaded(_)
            | Coming::Slow(..)
            | Coming::Event(_)) => other,
        }
    }
}

impl World {
    pub(super) fn arrive(&mut self, coming: Coming) {
        match coming {
            Coming::Landing { request, of, back, was_late } => {
                self.land(request, of, back, was_late)
            }
            Coming::Response(id, response) => {
                let flight = self.take_flight(id);
                let Some(pending) = flight.and_then(|flight| flight.pending) else { return };
                let response = received(*response, self.cloud.time(self.now));
                let answer = pending.answer(id, &response, &mut self.tokens);
                self.happen(Event::Answered { id, answer });
            }
            Coming::Answer(id, answer) => self.answer(id, *answer),
            Coming::Limit(id) => self.answer(id, no_answer(NoAnswer::Timeout)),
            Coming::Loaded { grant, identity, is_late } => self.loaded(grant, &identity, is_late),
            Coming::Changed { identity, kept, is_late } => {
                self.changed(identity, kept.map(|kept| *kept), is_late)
            }
            Coming::NotLoaded(identity) => self.not_loaded(&identity),
            Coming::Slow(identity, grant) => self.too_slow(identity, grant),
            Coming::Event(event) => self.happen(*event),
        }
    }

    /// The call of this number, if the program waits for it, which from now on it does not; nor is it given up later.
    pub(super) fn take_flight(&mut self, id: CallId) -> Option<Flight> {
        let flight = self.flight.take_if(|flight| flight.id == id)?;
        self.coming.retain(|(_, coming)| !matches!(coming, Coming::Limit(of) if *of == id));
        Some(flight)
    }

    fn answer(&mut self, id: CallId, answer: Answer) {
        if self.take_flight(id).is_some() {
            self.happen(Event::Answered { id, answer });
        }
    }

    fn land(&mut self, request: Box<Request>, of: Option<CallId>, back: Millis, was_late: bool) {
        let mut response = self.cloud.handle(self.now, &*request);
        // Late once is late enough: beyond ten seconds nobody promises anything.
        while was_late && matches!(response.delivery, Delivery::LandsLate(_)) {
            response = self.cloud.handle(self.now, &*request);
        }
        self.landed(&request, of, &response);
        let (late, is_lost) = match response.delivery {
            Delivery::LandsLate(millis) => {
                let coming = Coming::Landing { request, of, back, was_late: true };
                return self.later(millis, coming);
            }
            Delivery::Answer => (0, false),
            Delivery::Late(millis) => (millis, false),
            Delivery::LostBefore | Delivery::LostAfter => (0, true),
            // The program gives it up at its limit.
            Delivery::Silent => return,
        };
        let Some(id) = of else { return };
        let coming = if is_lost {
            Coming::Answer(id, Box::new(no_answer(NoAnswer::Broken)))
        } else {
            Coming::Response(id, Box::new(response))
        };
        self.later(back + late, coming);
    }
}
