//! Bends of what is wanted, and for how long; it refuses what faces are told of it.

use std::time::Duration;

use presence_core::{
    Answer, Call, CallId, Command, Effect, Event, GraphRequest, Status, View, WishView,
};

use super::{Moment, Twist, answered, done, graph, refresh};

/// As long as Graph lets a session last.
const LONGEST: Duration = Duration::from_secs(4 * 3_600);

#[derive(Debug, Default)]
pub(super) struct KeepsOldWish;

impl Twist for KeepsOldWish {
    fn event(&mut self, event: Event, moment: Moment<'_>) -> Vec<Event> {
        let Event::Command {
            command: Command::Set { .. } | Command::SetDuration { .. } | Command::Toggle { .. },
            reply,
        } = event
        else {
            return vec![event];
        };
        match untimed(&moment.view()).filter(|_| moment.is_in_trouble()) {
            Some(status) => {
                vec![Event::Command {
                    command: Command::Set { status, seconds: None, message: None },
                    reply,
                }]
            }
            None => vec![event],
        }
    }
}

/// What is wanted until it is changed.
fn untimed(view: &View) -> Option<Status> {
    match view.wish {
        Some(WishView { status, until: None, .. }) => Some(status),
        Some(WishView { until: Some(_), .. }) | None => None,
    }
}

/// Wants the same again just before it ends.
#[derive(Debug, Default)]
pub(super) struct ForgetsTimeLimit;

impl Twist for ForgetsTimeLimit {
    fn event(&mut self, event: Event, moment: Moment<'_>) -> Vec<Event> {
        let wish = moment.view().wish;
        let ends = wish.filter(|wish| wish.until.is_some_and(|until| until <= moment.now));
        let again = ends.map(|wish| Event::Command {
            command: Command::Set { status: wish.status, seconds: None, message: None },
            reply: None,
        });
        again.into_iter().chain([event]).collect()
    }
}

#[derive(Debug, Default)]
pub(super) struct OutlastsTimeLimit;

impl Twist for OutlastsTimeLimit {
    fn effect(&mut self, effect: Effect, moment: Moment<'_>, _: &mut Vec<Event>) -> Vec<Effect> {
        let is_timed = || moment.view().wish.is_some_and(|wish| wish.until.is_some());
        vec![match effect {
            Effect::Call {
                id,
                call: Call::Graph { grant, request: GraphRequest::SetPresence { status, .. } },
            } if is_timed() => {
                let request = GraphRequest::SetPresence { status, expiration: LONGEST };
                Effect::Call { id, call: Call::Graph { grant, request } }
            }
            effect => effect,
        }]
    }
}

/// Clears the wish, and leaves the session alone.
#[derive(Debug, Default)]
pub(super) struct DropsWishOnRefusal {
    refresh: Option<CallId>,
    drops: bool,
}

impl Twist for DropsWishOnRefusal {
    fn event(&mut self, event: Event, moment: Moment<'_>) -> Vec<Event> {
        if let Event::Command { .. } | Event::Sleeping = event {
            self.drops = false;
        }
        let is_refused = matches!(answered(&event, self.refresh), Some(Answer::Refused(_)));
        if !is_refused || moment.view().wish.is_none() {
            return vec![event];
        }
        self.drops = true;
        vec![event, Event::Command { command: Command::Clear, reply: None }]
    }

    fn effect(&mut self, effect: Effect, _: Moment<'_>, echoes: &mut Vec<Event>) -> Vec<Effect> {
        self.refresh = refresh(&effect).or(self.refresh);
        match graph(&effect) {
            Some((id, GraphRequest::ClearPresence)) if self.drops => {
                echoes.push(done(id));
                Vec::new()
            }
            _ => vec![effect],
        }
    }
}
