//! Bends of the status message; it refuses what has to do with the status itself.

use std::time::Duration;

use presence_core::{Answer, Call, Effect, Event, FoundMessage, GraphRequest, Saved, SavedMessage};

use super::{Moment, Twist, done, graph};

#[derive(Debug, Default)]
pub(super) struct OverlooksTheirs;

impl Twist for OverlooksTheirs {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        vec![match event {
            Event::Answered { id, answer: Answer::Message(seen, FoundMessage::Theirs) } => {
                Event::Answered { id, answer: Answer::Message(seen, FoundMessage::Nothing) }
            }
            event => event,
        }]
    }
}

#[derive(Debug, Default)]
pub(super) struct TakesAllForOurs;

impl Twist for TakesAllForOurs {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        vec![match event {
            Event::Answered { id, answer: Answer::Message(seen, FoundMessage::Theirs) } => {
                Event::Answered { id, answer: Answer::Message(seen, FoundMessage::Ours) }
            }
            event => event,
        }]
    }
}

#[derive(Debug, Default)]
pub(super) struct NeverEndsMessages;

impl Twist for NeverEndsMessages {
    fn effect(&mut self, effect: Effect, _: Moment<'_>, echoes: &mut Vec<Event>) -> Vec<Effect> {
        if let Some((id, GraphRequest::ClearMessage)) = graph(&effect) {
            echoes.push(done(id));
            return Vec::new();
        }
        vec![effect]
    }
}

#[derive(Debug, Default)]
pub(super) struct NeverSetsMessages;

impl Twist for NeverSetsMessages {
    fn effect(&mut self, effect: Effect, _: Moment<'_>, echoes: &mut Vec<Event>) -> Vec<Effect> {
        if let Some((id, GraphRequest::SetMessage { .. })) = graph(&effect) {
            echoes.push(done(id));
            return Vec::new();
        }
        vec![effect]
    }
}

#[derive(Debug, Default)]
pub(super) struct OutlastsItsStatus;

impl Twist for OutlastsItsStatus {
    fn effect(&mut self, effect: Effect, _: Moment<'_>, _: &mut Vec<Event>) -> Vec<Effect> {
        vec![match effect {
            Effect::Call {
                id,
                call: Call::Graph { grant, request: GraphRequest::SetMessage { text, lasts } },
            } => {
                let lasts = lasts + Duration::from_secs(3_600);
                let request = GraphRequest::SetMessage { text, lasts };
                Effect::Call { id, call: Call::Graph { grant, request } }
            }
            effect => effect,
        }]
    }
}

#[derive(Debug, Default)]
pub(super) struct ForgetsMessage;

impl Twist for ForgetsMessage {
    fn effect(&mut self, effect: Effect, _: Moment<'_>, _: &mut Vec<Event>) -> Vec<Effect> {
        vec![match effect {
            Effect::Save(saved) => {
                Effect::Save(Saved { message: SavedMessage::default(), ..saved })
            }
            effect => effect,
        }]
    }
}
