//! The core as a mutant has it: what goes in and what comes out is bent on purpose, in one way. It refuses to
//! touch the core itself.

mod calls;
mod clears;
mod faces;
mod keyring;
mod list;
mod messages;
mod moments;
mod persons;
mod saved;
mod telling;
mod tokens;
mod wishes;

use std::fmt::Debug;

use presence_core::{
    Answer, Call, CallId, Command, Core, Effect, EntraRequest, Event, GraphRequest, ProblemKind,
    Time, View,
};

pub use self::list::Bend;

/// One bend of one run of the core, and what it remembers for it.
trait Twist: Debug + Send {
    /// What the core is told of `event`, beside and in place of it.
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        vec![event]
    }

    /// What the world is asked for before these effects.
    fn before(&mut self, _: &[Effect], _: Moment<'_>) -> Option<Effect> {
        None
    }

    /// What the world gets of `effect`; the core is told the echoes in place of the rest.
    fn effect(&mut self, effect: Effect, _: Moment<'_>, _: &mut Vec<Event>) -> Vec<Effect> {
        vec![effect]
    }

    /// What faces show in place of `view`.
    fn view(&mut self, view: View, _: Time) -> View {
        view
    }

    /// When the core looks again in place of `deadline`.
    fn deadline(&self, deadline: Option<Time>, _: Moment<'_>) -> Option<Time> {
        deadline
    }
}

/// What a bend may look at.
#[derive(Clone, Copy, Debug)]
struct Moment<'a> {
    now: Time,
    core: &'a Core,
    /// Of the configuration in force.
    identity: &'a str,
}

impl Moment<'_> {
    fn view(&self) -> View {
        self.core.view(self.now)
    }

    /// Whether a problem stands that passes by itself, and is the service's or the network's.
    fn is_in_trouble(&self) -> bool {
        self.view().problem.is_some_and(|problem| {
            matches!(
                problem.kind,
                ProblemKind::Offline
                    | ProblemKind::ServiceBusy
                    | ProblemKind::Throttled
                    | ProblemKind::TokenRefused
            )
        })
    }
}

/// The bend of one core, if any.
#[derive(Debug, Default)]
pub(super) struct Bent {
    pub(super) bend: Option<Bend>,
    twist: Option<Box<dyn Twist>>,
}

impl Bent {
    pub(super) fn new(bend: Option<Bend>) -> Bent {
        Bent { bend, twist: bend.map(Bend::twist) }
    }

    /// Lets `core` take in `event`; returns what the world is asked for, and what the core is told afterwards.
    pub(super) fn handle(
        &mut self,
        core: &mut Core,
        now: Time,
        event: Event,
        identity: &str,
    ) -> (Vec<Effect>, Vec<Event>) {
        let Some(twist) = &mut self.twist else { return (core.handle(now, event), Vec::new()) };
        let events = twist.event(event, Moment { now, core, identity });
        let effects: Vec<_> =
            events.into_iter().flat_map(|event| core.handle(now, event)).collect();
        let moment = Moment { now, core, identity };
        let mut bent: Vec<_> = twist.before(&effects, moment).into_iter().collect();
        let mut echoes = Vec::new();
        bent.extend(effects.into_iter().flat_map(|of| twist.effect(of, moment, &mut echoes)));
        (bent, echoes)
    }

    pub(super) fn view(&mut self, core: &Core, now: Time) -> View {
        match &mut self.twist {
            Some(twist) => twist.view(core.view(now), now),
            None => core.view(now),
        }
    }

    pub(super) fn deadline(&self, core: &Core, now: Time, identity: &str) -> Option<Time> {
        let deadline = core.deadline();
        match &self.twist {
            Some(twist) => twist.deadline(deadline, Moment { now, core, identity }),
            None => deadline,
        }
    }
}

/// The call to Graph that an effect makes.
fn graph(effect: &Effect) -> Option<(CallId, &GraphRequest)> {
    match effect {
        Effect::Call { id, call } => Some((*id, call.graph()?)),
        _ => None,
    }
}

/// The refresh that an effect makes.
fn refresh(effect: &Effect) -> Option<CallId> {
    match effect {
        Effect::Call { id, call: Call::Entra(EntraRequest::Refresh { .. }) } => Some(*id),
        _ => None,
    }
}

/// What a call is answered with.
fn answered(event: &Event, call: Option<CallId>) -> Option<&Answer> {
    match event {
        Event::Answered { id, answer } if Some(*id) == call => Some(answer),
        _ => None,
    }
}

fn done(id: CallId) -> Event {
    Event::Answered { id, answer: Answer::Done }
}

/// Whether a command wants something else of the session.
pub(crate) fn is_wish(command: &Command) -> bool {
    match command {
        Command::Set { .. }
        | Command::SetDuration { .. }
        | Command::Toggle { .. }
        | Command::Clear => true,
        Command::SignIn { .. }
        | Command::CancelSignIn
        | Command::SignOut
        | Command::Look
        | Command::Reset
        | Command::Open
        | Command::Reload
        | Command::Quit => false,
    }
}
