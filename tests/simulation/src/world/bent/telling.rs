//! Bends of what commands are answered, and what a person is told; it refuses views.

use std::collections::BTreeSet;

use presence_core::{Answer, Effect, Event, Notice, Outcome, Problem, ReplyTo};

use super::{Moment, Twist, is_wish};

/// Who waits for what becomes of a wish.
#[derive(Debug, Default)]
struct Waiting(BTreeSet<ReplyTo>);

impl Waiting {
    fn follow(&mut self, event: &Event) {
        if let Event::Command { command, reply: Some(reply) } = event
            && is_wish(command)
        {
            self.0.insert(*reply);
        }
    }

    /// Who is told that a wish fails.
    fn fails(&self, effect: &Effect) -> Option<ReplyTo> {
        match effect {
            Effect::Reply { to, outcome: Outcome::Failed(_) } if self.0.contains(to) => Some(*to),
            _ => None,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct SaysDone {
    waiting: Waiting,
}

impl Twist for SaysDone {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        self.waiting.follow(&event);
        vec![event]
    }

    fn effect(&mut self, effect: Effect, _: Moment<'_>, _: &mut Vec<Event>) -> Vec<Effect> {
        match self.waiting.fails(&effect) {
            Some(to) => vec![Effect::Reply { to, outcome: Outcome::Done }],
            None => vec![effect],
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct SaysNothing {
    waiting: Waiting,
}

impl Twist for SaysNothing {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        self.waiting.follow(&event);
        vec![event]
    }

    fn effect(&mut self, effect: Effect, _: Moment<'_>, _: &mut Vec<Event>) -> Vec<Effect> {
        match self.waiting.fails(&effect) {
            Some(_) => Vec::new(),
            None => vec![effect],
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct TellsNothing;

impl Twist for TellsNothing {
    fn effect(&mut self, effect: Effect, _: Moment<'_>, _: &mut Vec<Event>) -> Vec<Effect> {
        match effect {
            Effect::Notify(_) => Vec::new(),
            effect => vec![effect],
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct TellsEveryFailure {
    has_failed: bool,
    /// Whether the core told of the problem that stands.
    is_told: bool,
}

impl Twist for TellsEveryFailure {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        self.has_failed = matches!(
            event,
            Event::Answered {
                answer: Answer::Throttled { .. }
                    | Answer::Busy { .. }
                    | Answer::Offline { .. }
                    | Answer::Unauthorized { .. },
                ..
            }
        );
        vec![event]
    }

    fn before(&mut self, effects: &[Effect], moment: Moment<'_>) -> Option<Effect> {
        let Some(problem) = moment.view().problem else {
            self.is_told = false;
            return None;
        };
        let notice = notice(&problem);
        if effects.contains(&Effect::Notify(notice.clone())) {
            self.is_told = true;
            return None;
        }
        (self.is_told && self.has_failed).then_some(Effect::Notify(notice))
    }
}

fn notice(problem: &Problem) -> Notice {
    let body = format!("{} {}", problem.detail, problem.remedy);
    Notice { title: problem.title.clone(), body: body.trim().to_owned() }
}
