//! Bends of what the keyring is asked and what it answers; it refuses what a file keeps.

use presence_core::{AccountView, Answer, CallId, Effect, Event, VaultEvent};

use super::{Moment, Twist, answered, refresh};

#[derive(Debug, Default)]
pub(super) struct TrustsTheKeyring;

impl Twist for TrustsTheKeyring {
    fn effect(&mut self, effect: Effect, _: Moment<'_>, echoes: &mut Vec<Event>) -> Vec<Effect> {
        if let Effect::Store(grant) = effect {
            echoes.push(Event::Vault(VaultEvent::Stored(grant)));
        }
        vec![effect]
    }
}

#[derive(Debug, Default)]
pub(super) struct ForgetsToForget;

impl Twist for ForgetsToForget {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        vec![match event {
            Event::Vault(VaultEvent::ForgetFailed(identity, _)) => {
                Event::Vault(VaultEvent::Forgotten(identity))
            }
            event => event,
        }]
    }
}

#[derive(Debug, Default)]
pub(super) struct NeverStores;

impl Twist for NeverStores {
    fn effect(&mut self, effect: Effect, _: Moment<'_>, echoes: &mut Vec<Event>) -> Vec<Effect> {
        if let Effect::Store(grant) = effect {
            echoes.push(Event::Vault(VaultEvent::Stored(grant)));
            return Vec::new();
        }
        vec![effect]
    }
}

#[derive(Debug, Default)]
pub(super) struct DropsBeforeStoring;

impl Twist for DropsBeforeStoring {
    fn effect(&mut self, effect: Effect, moment: Moment<'_>, _: &mut Vec<Event>) -> Vec<Effect> {
        if let Effect::Store(_) = effect {
            return vec![Effect::Forget { identity: moment.identity.to_owned() }, effect];
        }
        vec![effect]
    }
}

#[derive(Debug, Default)]
pub(super) struct ForgetsOnRefusal {
    refresh: Option<CallId>,
    is_refused: bool,
}

impl Twist for ForgetsOnRefusal {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        self.is_refused = matches!(answered(&event, self.refresh), Some(Answer::Refused(_)));
        vec![event]
    }

    fn before(&mut self, _: &[Effect], moment: Moment<'_>) -> Option<Effect> {
        let is_own = matches!(moment.view().account, AccountView::SignInNeeded { .. });
        let identity = moment.identity.to_owned();
        (self.is_refused && is_own).then_some(Effect::Forget { identity })
    }

    fn effect(&mut self, effect: Effect, _: Moment<'_>, _: &mut Vec<Event>) -> Vec<Effect> {
        self.refresh = refresh(&effect).or(self.refresh);
        vec![effect]
    }
}

#[derive(Debug, Default)]
pub(super) struct UnavailableIsAbsent;

impl Twist for UnavailableIsAbsent {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        vec![match event {
            Event::Vault(VaultEvent::Unavailable(_)) => Event::Vault(VaultEvent::Absent),
            event => event,
        }]
    }
}
