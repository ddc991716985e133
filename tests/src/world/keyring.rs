//! The OS keyring: what it holds outlives the program, it can be out of order, and it takes its time. It refuses to
//! be waited for longer than the host does.

use std::collections::BTreeMap;

use presence_core::{Account, Event, GrantId, Problem, ProblemKind, VaultEvent};

use super::World;
use super::arrivals::Coming;
use super::purse::Tokens;
use crate::cloud::Millis;

/// When the host answers in the keyring's place; what the keyring was told to do it does all the same.
const LIMIT: Millis = 8_000;

/// What is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) account: Account,
    pub(crate) refresh: String,
}

/// How the keyring feels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// It works.
    #[default]
    Works,
    /// It can be read and not written.
    ReadOnly,
    /// It does not answer.
    Unavailable,
}

/// The keyring and its entries, by identity.
#[derive(Debug)]
pub(crate) struct Keyring {
    pub(crate) mood: Mood,
    pub(crate) entries: BTreeMap<String, Kept>,
    /// How long it takes to do as asked.
    pub(crate) takes: Millis,
    /// When the change before the next one is done: one waits for the other.
    pub(crate) is_free_at: Millis,
}

impl Default for Keyring {
    fn default() -> Keyring {
        Keyring { mood: Mood::Works, entries: BTreeMap::new(), takes: 20, is_free_at: 0 }
    }
}

impl World {
    /// How the keyring feels from now on.
    pub fn keyring(&mut self, mood: Mood) {
        self.keyring.mood = mood;
    }

    /// How long the keyring takes from now on.
    pub fn keyring_takes(&mut self, millis: Millis) {
        self.keyring.takes = millis;
    }

    /// Somebody empties the keyring.
    pub fn empty_keyring(&mut self) {
        self.keyring.entries.clear();
    }

    /// Whether the keyring holds a sign-in.
    pub fn remembers(&self) -> bool {
        self.keyring.entries.contains_key(&self.identity)
    }

    pub(super) fn load(&mut self) {
        self.loads += 1;
        let (grant, identity) = (GrantId::stored(self.loads), self.identity.clone());
        let takes = self.keyring.takes;
        if takes > LIMIT {
            self.later(LIMIT, Coming::NotLoaded(identity.clone()));
        }
        self.later(takes, Coming::Loaded { grant, identity, is_late: takes > LIMIT });
    }

    /// Replaces an entry, or deletes it. A change that is late keeps its turn.
    pub(super) fn change(&mut self, identity: String, kept: Option<(GrantId, Kept)>) {
        let waits = self.keyring.is_free_at.saturating_sub(self.now);
        let slow = |waits: Millis| {
            (waits + LIMIT, Coming::Slow(identity.clone(), kept.as_ref().map(|(grant, _)| *grant)))
        };
        if waits > LIMIT {
            let (after, coming) = slow(0);
            return self.later(after, coming);
        }
        let (takes, is_late) = (waits + self.keyring.takes, self.keyring.takes > LIMIT);
        if is_late {
            let (after, coming) = slow(waits);
            self.later(after, coming);
        }
        self.keyring.is_free_at = self.now + takes;
        self.later(takes, Coming::Changed { identity, kept, is_late });
    }

    pub(super) fn loaded(&mut self, grant: GrantId, identity: &str, is_late: bool) {
        // What an older identity's keyring brings is nobody's.
        if *identity != self.identity {
            return;
        }
        let event = match self.keyring.read(identity) {
            Ok(Some(Kept { account, refresh })) => {
                let tokens = Tokens {
                    account: Some(account.clone()),
                    access: None,
                    refresh: Some(refresh),
                    identity: identity.to_owned(),
                };
                self.purse.put(grant, tokens);
                VaultEvent::Present { grant, account }
            }
            Ok(None) | Err(_) if is_late => return,
            Ok(None) => VaultEvent::Absent,
            Err(problem) => VaultEvent::Unavailable(problem),
        };
        self.happen(Event::Vault(event));
    }

    pub(super) fn not_loaded(&mut self, identity: &str) {
        if *identity == self.identity {
            let problem = problem(ProblemKind::KeyringUnavailable);
            self.happen(Event::Vault(VaultEvent::Unavailable(problem)));
        }
    }

    pub(super) fn changed(
        &mut self,
        identity: String,
        kept: Option<(GrantId, Kept)>,
        is_late: bool,
    ) {
        let grant = kept.as_ref().map(|(grant, _)| *grant);
        let result = self.keyring.write(&identity, kept.map(|(_, kept)| kept));
        if is_late {
            return;
        }
        let event = match (grant, result) {
            (Some(grant), Ok(())) => VaultEvent::Stored(grant),
            (Some(grant), Err(problem)) => VaultEvent::StoreFailed(grant, problem),
            (None, Ok(())) => VaultEvent::Forgotten(identity),
            (None, Err(problem)) => VaultEvent::ForgetFailed(identity, problem),
        };
        self.happen(Event::Vault(event));
    }

    /// The host gives up a change.
    pub(super) fn too_slow(&mut self, identity: String, grant: Option<GrantId>) {
        let event = match grant {
            Some(grant) => VaultEvent::StoreFailed(grant, problem(ProblemKind::NotRemembered)),
            None => VaultEvent::ForgetFailed(identity, problem(ProblemKind::NotForgotten)),
        };
        self.happen(Event::Vault(event));
    }
}

impl Keyring {
    fn read(&self, identity: &str) -> Result<Option<Kept>, Problem> {
        match self.mood {
            Mood::Works | Mood::ReadOnly => Ok(self.entries.get(identity).cloned()),
            Mood::Unavailable => Err(problem(ProblemKind::KeyringUnavailable)),
        }
    }

    fn write(&mut self, identity: &str, kept: Option<Kept>) -> Result<(), Problem> {
        match self.mood {
            Mood::Works => {
                match kept {
                    Some(kept) => self.entries.insert(identity.to_owned(), kept),
                    None => self.entries.remove(identity),
                };
                Ok(())
            }
            Mood::ReadOnly | Mood::Unavailable => Err(problem(match kept {
                Some(_) => ProblemKind::NotRemembered,
                None => ProblemKind::NotForgotten,
            })),
        }
    }
}

fn problem(kind: ProblemKind) -> Problem {
    Problem::new(kind, "The keyring is out of order", "It did not answer.", "Unlock the keyring.")
}
