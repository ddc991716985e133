//! Bends of when the core looks, and of what it hears of wakes; it refuses what it does then.

use presence_core::{Effect, Event, GraphRequest, Status, Time, Woke};

use super::{Moment, Twist, done, graph};

#[derive(Debug, Default)]
pub(super) struct WakesAlways;

impl Twist for WakesAlways {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        match event {
            Event::Tick => vec![Event::Woke(Woke::Machine), Event::Tick],
            event => vec![event],
        }
    }
}

/// Lets the core believe that what it renews after a sleep was renewed.
#[derive(Debug, Default)]
pub(super) struct SleepIsNoTime {
    /// When the core last heard of anything.
    heard: Option<Time>,
    held: Option<Status>,
}

impl Twist for SleepIsNoTime {
    fn event(&mut self, event: Event, moment: Moment<'_>) -> Vec<Event> {
        match event {
            Event::Woke(Woke::Machine) => {
                let session = self.heard.and_then(|heard| moment.core.view(heard).session);
                self.held = session.map(|session| session.status);
            }
            Event::Command { .. } => self.held = None,
            _ => {}
        }
        self.heard = Some(moment.now);
        vec![event]
    }

    fn effect(&mut self, effect: Effect, _: Moment<'_>, echoes: &mut Vec<Event>) -> Vec<Effect> {
        if let Some((id, GraphRequest::SetPresence { status, .. })) = graph(&effect)
            && self.held.take() == Some(*status)
        {
            echoes.push(done(id));
            return Vec::new();
        }
        vec![effect]
    }
}

#[derive(Debug, Default)]
pub(super) struct IgnoresNetwork;

impl Twist for IgnoresNetwork {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        vec![match event {
            Event::Woke(Woke::Network) => Event::Tick,
            event => event,
        }]
    }
}

#[derive(Debug, Default)]
pub(super) struct NoDeadlineInTrouble;

impl Twist for NoDeadlineInTrouble {
    fn deadline(&self, deadline: Option<Time>, moment: Moment<'_>) -> Option<Time> {
        deadline.filter(|_| !moment.is_in_trouble())
    }
}
