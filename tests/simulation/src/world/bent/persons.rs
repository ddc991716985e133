//! Bends of who is signed in, and who was; it refuses tokens.

use std::collections::BTreeMap;

use presence_core::{
    Account, Answer, Call, CallId, Effect, Event, GrantId, GraphRequest, VaultEvent,
};

use super::{Moment, Twist, done};

#[derive(Debug, Default)]
pub(super) struct KnowsOnePerson {
    first: Option<Account>,
}

impl Twist for KnowsOnePerson {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        let Event::Answered { id, answer: Answer::Granted(mut granted) } = event else {
            return vec![event];
        };
        let first = self
            .first
            .get_or_insert_with(|| granted.account.clone().expect("the cloud sends an ID token"));
        granted.account = granted.account.map(|_| first.clone());
        vec![Event::Answered { id, answer: Answer::Granted(granted) }]
    }
}

#[derive(Debug, Default)]
pub(super) struct LeavesFormers {
    /// Who signed in last.
    account: Option<Account>,
    /// Each call to Entra, with whose grant it was made.
    called: BTreeMap<CallId, Option<GrantId>>,
    owners: BTreeMap<GrantId, Account>,
}

impl Twist for LeavesFormers {
    fn event(&mut self, event: Event, _: Moment<'_>) -> Vec<Event> {
        match &event {
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
        vec![event]
    }

    fn effect(&mut self, effect: Effect, _: Moment<'_>, echoes: &mut Vec<Event>) -> Vec<Effect> {
        match &effect {
            Effect::Call { id, call: call @ Call::Entra(_) } => {
                self.called.insert(*id, call.grant());
            }
            Effect::Call {
                id,
                call: Call::Graph { grant, request: GraphRequest::ClearPresence },
            } if self.account.is_some() && self.owners.get(grant) != self.account.as_ref() => {
                echoes.push(done(*id));
                return Vec::new();
            }
            _ => {}
        }
        vec![effect]
    }
}
