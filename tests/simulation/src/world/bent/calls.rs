//! Bends of what is asked of Graph and what it answers; it refuses what has to do with clearing.

use presence_core::{Answer, CallId, Command, Effect, Event, GraphRequest};

use super::{Moment, Twist, answered, done, graph};

#[derive(Debug, Default)]
pub(super) struct IgnoresRetryAfter;

impl Twist for IgnoresRetryAfter {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        vec![match event {
            Event::Answered { id, answer: Answer::Throttled { ids, .. } } => {
                Event::Answered { id, answer: Answer::Throttled { retry_after: None, ids } }
            }
            Event::Answered { id, answer: Answer::Busy { ids, .. } } => {
                Event::Answered { id, answer: Answer::Busy { retry_after: None, ids } }
            }
            event => event,
        }]
    }
}

#[derive(Debug, Default)]
pub(super) struct NeverUnpins;

impl Twist for NeverUnpins {
    fn effect(&mut self, effect: Effect, _: Moment<'_>, echoes: &mut Vec<Event>) -> Vec<Effect> {
        if let Some((id, GraphRequest::Unpin)) = graph(&effect) {
            echoes.push(done(id));
            return Vec::new();
        }
        vec![effect]
    }
}

#[derive(Debug, Default)]
pub(super) struct NeverPins;

impl Twist for NeverPins {
    fn effect(&mut self, effect: Effect, _: Moment<'_>, echoes: &mut Vec<Event>) -> Vec<Effect> {
        if let Some((id, GraphRequest::PinAway { .. })) = graph(&effect) {
            echoes.push(done(id));
            return Vec::new();
        }
        vec![effect]
    }
}

#[derive(Debug, Default)]
pub(super) struct LooksAlways {
    sets: Option<CallId>,
}

impl Twist for LooksAlways {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        match answered(&event, self.sets) {
            Some(Answer::Done) => {
                vec![event, Event::Command { command: Command::Look, reply: None }]
            }
            Some(_) | None => vec![event],
        }
    }

    fn effect(&mut self, effect: Effect, _: Moment<'_>, _: &mut Vec<Event>) -> Vec<Effect> {
        if let Some((id, GraphRequest::SetPresence { .. })) = graph(&effect) {
            self.sets = Some(id);
        }
        vec![effect]
    }
}
