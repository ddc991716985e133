//! Bends of how a session is cleared; it refuses those of whoever is not signed in any more.

use presence_core::{
    Answer, CallId, Command, Effect, Event, GraphRequest, Ids, Progress, View, Woke,
};

use super::{Moment, Twist, answered, done, graph};

#[derive(Debug, Default)]
pub(super) struct NeverCleared {
    clears: Option<CallId>,
}

impl Twist for NeverCleared {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        match (answered(&event, self.clears), self.clears) {
            (Some(Answer::Done), Some(id)) => {
                let answer = Answer::Busy { retry_after: None, ids: Ids::new() };
                vec![Event::Answered { id, answer }]
            }
            _ => vec![event],
        }
    }

    fn effect(&mut self, effect: Effect, _: Moment<'_>, _: &mut Vec<Event>) -> Vec<Effect> {
        if let Some((id, GraphRequest::ClearPresence)) = graph(&effect) {
            self.clears = Some(id);
        }
        vec![effect]
    }
}

/// Whether an end or a sleep is near.
#[derive(Debug, Default)]
struct Leaving(bool);

impl Leaving {
    fn follow(&mut self, event: &Event) {
        match event {
            Event::Sleeping | Event::Command { command: Command::Quit | Command::SignOut, .. } => {
                self.0 = true
            }
            Event::Woke(Woke::Machine) => self.0 = false,
            _ => {}
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct EndsNothing {
    leaving: Leaving,
}

impl Twist for EndsNothing {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        self.leaving.follow(&event);
        vec![event]
    }

    fn effect(&mut self, effect: Effect, _: Moment<'_>, echoes: &mut Vec<Event>) -> Vec<Effect> {
        match graph(&effect) {
            Some((id, GraphRequest::ClearPresence)) if self.leaving.0 => {
                echoes.push(done(id));
                Vec::new()
            }
            _ => vec![effect],
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct NeverClears {
    leaving: Leaving,
}

impl Twist for NeverClears {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        self.leaving.follow(&event);
        vec![event]
    }

    fn effect(
        &mut self,
        effect: Effect,
        moment: Moment<'_>,
        echoes: &mut Vec<Event>,
    ) -> Vec<Effect> {
        match graph(&effect) {
            Some((id, GraphRequest::ClearPresence))
                if !self.leaving.0 && is_clearing(&moment.view()) =>
            {
                echoes.push(done(id));
                Vec::new()
            }
            _ => vec![effect],
        }
    }
}

/// Whether a person wants no session, and there may be one.
fn is_clearing(view: &View) -> bool {
    view.wish.is_none() && view.progress != Progress::Settled
}
