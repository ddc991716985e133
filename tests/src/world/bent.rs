//! The core as a mutant has it: what goes in and what comes out is bent on purpose, in one way. It refuses to
//! touch the core itself.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use presence_core::{
    Account, Answer, Call, CallId, Claims, Command, Effect, Effective, EntraRequest, Event,
    GrantId, GraphRequest, Outcome, Problem, ReplyTo, Saved, Status, Time, VaultEvent, View, Woke,
};

/// In which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bend {
    /// Shows trouble that is over.
    KeepsTrouble,
    /// Says that a storing problem is why nothing works.
    BlamesTheKeyring,
    /// Answers every wish "done".
    SaysDone,
    /// Answers no wish that fails.
    SaysNothing,
    /// Shows Available without its fade.
    ForgetsTheFade,
    /// Shows a renewal that is over.
    RenewsInThePast,
    /// Shows for ever what colleagues saw.
    KeepsLook,
    /// Asks for every token with the claims of a challenge that was met.
    KeepsClaims,
    /// Believes that a session is over when it leaves.
    EndsNothing,
    /// Believes that the keyring holds what it was told to.
    TrustsTheKeyring,
    /// Believes that the keyring deleted what it did not.
    ForgetsToForget,
    /// Believes that Away is no longer pinned.
    NeverUnpins,
    /// Believes that Away is pinned.
    NeverPins,
    /// Does not write down that Away is pinned.
    ForgetsPin,
    /// Believes that the session of the person before is over.
    LeavesFormers,
    /// Takes everybody who signs in for the first one.
    KnowsOnePerson,
    /// Wakes up at each deadline.
    WakesAlways,
}

/// One core's bend, and what it remembers for it.
#[derive(Debug, Default)]
pub(super) struct Bent {
    pub(super) bend: Option<Bend>,
    wishes: BTreeSet<ReplyTo>,
    /// Each call to Entra, with whose grant it was made.
    called: BTreeMap<CallId, Option<GrantId>>,
    owners: BTreeMap<GrantId, Account>,
    trouble: Option<Problem>,
    unstored: Option<Problem>,
    seen: Option<Effective>,
    claims: Option<Claims>,
    account: Option<Account>,
    leaves: bool,
}

impl Bent {
    pub(super) fn new(bend: Option<Bend>) -> Bent {
        Bent { bend, ..Bent::default() }
    }

    /// What the core is told of `event`, beside and in place of it.
    pub(super) fn events(&mut self, event: Event) -> Vec<Event> {
        let Some(bend) = self.bend else { return vec![event] };
        match (bend, event) {
            (Bend::SaysDone | Bend::SaysNothing, event) => {
                self.remember_wish(&event);
                vec![event]
            }
            (Bend::BlamesTheKeyring, event) => {
                match &event {
                    Event::Vault(VaultEvent::StoreFailed(_, problem)) => {
                        self.unstored = Some(problem.clone());
                    }
                    Event::Vault(VaultEvent::Stored(_)) => self.unstored = None,
                    _ => {}
                }
                vec![event]
            }
            (Bend::KeepsClaims, event) => {
                if let Event::Answered {
                    answer: Answer::Unauthorized { claims: Some(claims), .. },
                    ..
                } = &event
                {
                    self.claims = Some(claims.clone());
                }
                vec![event]
            }
            (Bend::EndsNothing, event) => {
                self.leaves |= matches!(
                    event,
                    Event::Sleeping
                        | Event::Command { command: Command::Quit | Command::SignOut, .. }
                );
                self.leaves &= !matches!(event, Event::Woke(Woke::Machine));
                vec![event]
            }
            (Bend::ForgetsToForget, Event::Vault(VaultEvent::ForgetFailed(identity, _))) => {
                vec![Event::Vault(VaultEvent::Forgotten(identity))]
            }
            (
                Bend::KnowsOnePerson,
                Event::Answered { id, answer: Answer::Granted(mut granted) },
            ) => {
                let first = self.account.get_or_insert_with(|| {
                    granted.account.clone().expect("the cloud sends an ID token")
                });
                granted.account = granted.account.map(|_| first.clone());
                vec![Event::Answered { id, answer: Answer::Granted(granted) }]
            }
            (Bend::LeavesFormers, event) => {
                self.remember_owner(&event);
                vec![event]
            }
            (Bend::WakesAlways, Event::Tick) => vec![Event::Woke(Woke::Machine), Event::Tick],
            (_, event) => vec![event],
        }
    }

    /// What the world gets of the effects, and what the core is told in place of the others.
    pub(super) fn effects(&mut self, effects: Vec<Effect>) -> (Vec<Effect>, Vec<Event>) {
        let Some(bend) = self.bend else { return (effects, Vec::new()) };
        let mut echoes = Vec::new();
        let kept = effects.into_iter().filter_map(|effect| self.effect(bend, effect, &mut echoes));
        (kept.collect(), echoes)
    }

    fn effect(&mut self, bend: Bend, effect: Effect, echoes: &mut Vec<Event>) -> Option<Effect> {
        if let Effect::Call { id, call: call @ Call::Entra(_) } = &effect {
            self.called.insert(*id, call.grant());
        }
        let asks = match &effect {
            Effect::Call { id, call } => call.graph().map(|request| (*id, request)),
            _ => None,
        };
        match (bend, asks) {
            (Bend::EndsNothing, Some((id, GraphRequest::ClearPresence))) if self.leaves => {
                echoes.push(done(id));
                return None;
            }
            (Bend::NeverUnpins, Some((id, GraphRequest::Unpin)))
            | (Bend::NeverPins, Some((id, GraphRequest::PinAway { .. }))) => {
                echoes.push(done(id));
                return None;
            }
            _ => {}
        }
        match (bend, effect) {
            (Bend::SaysDone, Effect::Reply { to, outcome: Outcome::Failed(_) })
                if self.wishes.contains(&to) =>
            {
                Some(Effect::Reply { to, outcome: Outcome::Done })
            }
            (Bend::SaysNothing, Effect::Reply { to, outcome: Outcome::Failed(_) })
                if self.wishes.contains(&to) =>
            {
                None
            }
            (
                Bend::KeepsClaims,
                Effect::Call { id, call: Call::Entra(EntraRequest::Refresh { grant, claims }) },
            ) => {
                let claims = claims.or_else(|| self.claims.clone());
                let call = Call::Entra(EntraRequest::Refresh { grant, claims });
                Some(Effect::Call { id, call })
            }
            (Bend::ForgetsPin, Effect::Save(saved)) => {
                Some(Effect::Save(Saved { pinned: false, ..saved }))
            }
            (
                Bend::LeavesFormers,
                Effect::Call {
                    id,
                    call: Call::Graph { grant, request: GraphRequest::ClearPresence },
                },
            ) if self.account.is_some() && self.owners.get(&grant) != self.account.as_ref() => {
                echoes.push(done(id));
                None
            }
            (Bend::TrustsTheKeyring, Effect::Store(grant)) => {
                echoes.push(Event::Vault(VaultEvent::Stored(grant)));
                Some(Effect::Store(grant))
            }
            (_, effect) => Some(effect),
        }
    }

    /// What faces show in place of `view`.
    pub(super) fn view(&mut self, now: Time, mut view: View) -> View {
        match self.bend {
            Some(Bend::KeepsTrouble) => {
                if let Some(problem) = view.problem.take_if(|problem| problem.kind.needs_person()) {
                    view.problem = Some(problem);
                } else {
                    self.trouble = view.problem.take().or(self.trouble.take());
                    view.problem = self.trouble.clone();
                }
            }
            Some(Bend::BlamesTheKeyring) => {
                if view.problem.is_some() && self.unstored.is_some() {
                    view.problem = self.unstored.clone();
                }
            }
            Some(Bend::ForgetsTheFade) => {
                for session in view.session.iter_mut().filter(|of| of.status == Status::Available) {
                    session.expires_at = session.expires_at + Duration::from_secs(3_300);
                }
            }
            Some(Bend::RenewsInThePast) => {
                if let Some(session) = &mut view.session {
                    session.renews_at =
                        session.renews_at.map(|at| at.min(now) - Duration::from_secs(1));
                }
            }
            Some(Bend::KeepsLook) => {
                self.seen = view.effective.take().or(self.seen.take());
                view.effective = self.seen.clone();
            }
            Some(_) | None => {}
        }
        view
    }

    fn remember_owner(&mut self, event: &Event) {
        match event {
            Event::Answered { id, answer: Answer::Granted(granted) } => {
                let owner = match self.called.remove(id).flatten() {
                    Some(from) => self.owners.get(&from).cloned(),
                    None => {
                        self.account.clone_from(&granted.account);
                        granted.account.clone()
                    }
                };
                self.owners.extend(owner.map(|owner| (GrantId(id.0), owner)));
            }
            Event::Vault(VaultEvent::Present { grant, account }) => {
                self.owners.insert(*grant, account.clone());
            }
            _ => {}
        }
    }

    fn remember_wish(&mut self, event: &Event) {
        if let Event::Command { command, reply: Some(reply) } = event {
            match command {
                Command::Set { .. }
                | Command::SetDuration { .. }
                | Command::Toggle { .. }
                | Command::Clear => {
                    self.wishes.insert(*reply);
                }
                Command::SignIn { .. }
                | Command::CancelSignIn
                | Command::SignOut
                | Command::Look
                | Command::Open
                | Command::Reload
                | Command::Quit => {}
            }
        }
    }
}

fn done(id: CallId) -> Event {
    Event::Answered { id, answer: Answer::Done }
}
