//! Bends of how tokens are asked for, how long they are used and what is done when one is refused; it refuses to
//! see a token.

use presence_core::{
    Answer, Call, CallId, Claims, Effect, EntraRequest, Event, GraphRequest, Private, View,
};

use super::{Moment, Twist, done, is_wish, refresh};

#[derive(Debug, Default)]
pub(super) struct KeepsClaims {
    claims: Option<Claims>,
}

impl Twist for KeepsClaims {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        if let Event::Answered { answer: Answer::Unauthorized { claims, .. }, .. } = &event {
            self.claims = claims.clone().or(self.claims.take());
        }
        vec![event]
    }

    fn effect(&mut self, effect: Effect, _: Moment<'_>, _: &mut Vec<Event>) -> Vec<Effect> {
        vec![match effect {
            Effect::Call { id, call: Call::Entra(EntraRequest::Refresh { grant, claims }) } => {
                let claims = claims.or_else(|| self.claims.clone());
                Effect::Call { id, call: Call::Entra(EntraRequest::Refresh { grant, claims }) }
            }
            effect => effect,
        }]
    }
}

#[derive(Debug, Default)]
pub(super) struct DropsClaims;

impl Twist for DropsClaims {
    fn effect(&mut self, effect: Effect, _: Moment<'_>, _: &mut Vec<Event>) -> Vec<Effect> {
        vec![with_claims(effect, |_| None)]
    }
}

/// Takes the call again that was refused for the refresh that has to come before it.
#[derive(Debug, Default)]
pub(super) struct KeepsRefusedToken {
    sent: Option<(CallId, Call)>,
    refused: Option<Call>,
}

impl Twist for KeepsRefusedToken {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        match &event {
            Event::Answered { id, answer: Answer::Unauthorized { .. } } => {
                let sent = self.sent.take_if(|(sent, _)| sent == id);
                self.refused = sent.map(|(_, call)| call).or(self.refused.take());
            }
            Event::Answered {
                answer: Answer::Done | Answer::Presence(_) | Answer::Message(..),
                ..
            }
            | Event::Command { .. }
            | Event::Configured(_)
            | Event::Sleeping => self.refused = None,
            _ => {}
        }
        vec![event]
    }

    fn effect(&mut self, effect: Effect, moment: Moment<'_>, _: &mut Vec<Event>) -> Vec<Effect> {
        let Effect::Call { id, call } = effect else { return vec![effect] };
        let again = self.refused.as_ref().filter(|refused| {
            let is_for_it = refresh(&Effect::Call { id, call: call.clone() }).is_some()
                && refused.grant() == call.grant();
            is_for_it && is_still_wanted(refused, &moment.view())
        });
        let call = again.unwrap_or(&call).clone();
        self.sent = Some((id, call.clone()));
        vec![Effect::Call { id, call }]
    }
}

fn is_still_wanted(call: &Call, view: &View) -> bool {
    match call.graph() {
        Some(&GraphRequest::SetPresence { status, .. }) => {
            view.wish.as_ref().is_some_and(|wish| wish.status == status)
        }
        Some(GraphRequest::ClearPresence) => view.wish.is_none(),
        Some(
            GraphRequest::ReadPresence
            | GraphRequest::PinAway { .. }
            | GraphRequest::Unpin
            | GraphRequest::ReadMessage { .. }
            | GraphRequest::SetMessage { .. }
            | GraphRequest::ClearMessage,
        ) => true,
        None => false,
    }
}

/// Makes news of every challenge by a number before its claims, and takes it off again.
#[derive(Debug, Default)]
pub(super) struct LoopsOnRefusal {
    refusals: u32,
}

impl Twist for LoopsOnRefusal {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        let Event::Answered { id, answer: Answer::Unauthorized { claims, ids } } = event else {
            return vec![event];
        };
        self.refusals += 1;
        let text = claims.map_or_else(String::new, |claims| claims.0);
        let claims = Some(Private(format!("{} {text}", self.refusals)));
        vec![Event::Answered { id, answer: Answer::Unauthorized { claims, ids } }]
    }

    fn effect(&mut self, effect: Effect, _: Moment<'_>, _: &mut Vec<Event>) -> Vec<Effect> {
        vec![with_claims(effect, |claims| {
            let (_, text) = claims.0.split_once(' ')?;
            (!text.is_empty()).then(|| Private(text.to_owned()))
        })]
    }
}

/// The same effect with other claims in place of those that it passes on.
fn with_claims(effect: Effect, other: impl FnOnce(Claims) -> Option<Claims>) -> Effect {
    match effect {
        Effect::Call { id, call: Call::Entra(EntraRequest::Refresh { grant, claims }) } => {
            let claims = claims.and_then(other);
            Effect::Call { id, call: Call::Entra(EntraRequest::Refresh { grant, claims }) }
        }
        Effect::OpenSignIn { attempt, claims } => {
            Effect::OpenSignIn { attempt, claims: claims.and_then(other) }
        }
        effect => effect,
    }
}

/// Lets the core believe that a refresh was answered, and brought nothing: it asks for another.
#[derive(Debug, Default)]
pub(super) struct AbandonsRefresh {
    refresh: Option<CallId>,
    given_up: Option<CallId>,
}

impl AbandonsRefresh {
    fn ends(&mut self, call: CallId) {
        self.refresh.take_if(|refresh| *refresh == call);
    }
}

impl Twist for AbandonsRefresh {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        match &event {
            Event::Command { command, .. } if is_wish(command) => {
                self.given_up = self.refresh.take();
            }
            Event::Answered { id, .. } => self.ends(*id),
            _ => {}
        }
        let answer = self.given_up.map(done);
        [event].into_iter().chain(answer).collect()
    }

    fn before(&mut self, _: &[Effect], _: Moment<'_>) -> Option<Effect> {
        self.given_up.take().map(Effect::Abandon)
    }

    fn effect(&mut self, effect: Effect, _: Moment<'_>, _: &mut Vec<Event>) -> Vec<Effect> {
        match &effect {
            Effect::Abandon(id) => self.ends(*id),
            effect => self.refresh = refresh(effect).or(self.refresh),
        }
        vec![effect]
    }
}

#[derive(Debug, Default)]
pub(super) struct TrustsTokensTooLong;

impl Twist for TrustsTokensTooLong {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        let Event::Answered { id, answer: Answer::Granted(mut granted) } = event else {
            return vec![event];
        };
        granted.access_for *= 2;
        vec![Event::Answered { id, answer: Answer::Granted(granted) }]
    }
}
