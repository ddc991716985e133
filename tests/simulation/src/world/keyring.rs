//! The OS keyring: what it holds outlives the program, it can be out of order, and it takes its time. It refuses to
//! be waited for longer than the host does.

use std::collections::BTreeMap;

use presence_core::{Event, GrantId, Problem, ProblemKind, VaultEvent};
use presence_wire::vault::{self, Entries, Kept, Unreadable};

use super::World;
use super::arrivals::Coming;
use super::subject::Place;
use crate::cloud::Millis;

/// When the host answers in the keyring's place; what the keyring was told to do it does all the same.
const LIMIT: Millis = 8_000;

/// The most bytes that an entry holds: few, so that a sign-in lies in several.
const PART: usize = 200;

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

/// The keyring and its entries.
#[derive(Debug)]
pub(crate) struct Keyring {
    pub(crate) mood: Mood,
    pub(crate) entries: BTreeMap<String, Vec<u8>>,
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
        self.later(takes, Coming::Changed { identity, kept: kept.map(Box::new), is_late });
    }

    pub(super) fn loaded(&mut self, grant: GrantId, identity: &str, is_late: bool) {
        // What an older identity's keyring brings is nobody's.
        if *identity != self.identity {
            return;
        }
        let event = match vault::load(&self.keyring, identity) {
            Ok(Some(kept)) => {
                let account = kept.account.clone();
                self.tokens.put_kept(grant, Place::of(identity).registration().clone(), kept);
                VaultEvent::Present { grant, account }
            }
            Ok(None) | Err(OutOfOrder) if is_late => return,
            Ok(None) => VaultEvent::Absent,
            Err(OutOfOrder) => VaultEvent::Unavailable(problem(ProblemKind::KeyringUnavailable)),
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
        let event = match kept {
            Some((grant, kept)) => match vault::store(&mut self.keyring, &identity, &kept, PART) {
                Ok(()) => VaultEvent::Stored(grant),
                Err(OutOfOrder) => not_stored(grant),
            },
            None => match vault::delete(&mut self.keyring, &identity) {
                Ok(()) => VaultEvent::Forgotten(identity),
                Err(OutOfOrder) => not_forgotten(identity),
            },
        };
        if !is_late {
            self.happen(Event::Vault(event));
        }
    }

    /// The host gives up a change.
    pub(super) fn too_slow(&mut self, identity: String, grant: Option<GrantId>) {
        let event = match grant {
            Some(grant) => not_stored(grant),
            None => not_forgotten(identity),
        };
        self.happen(Event::Vault(event));
    }
}

/// The keyring does not do as asked.
#[derive(Debug)]
pub(crate) struct OutOfOrder;

impl From<Unreadable> for OutOfOrder {
    fn from(_: Unreadable) -> OutOfOrder {
        OutOfOrder
    }
}

impl Entries for Keyring {
    type Error = OutOfOrder;

    fn get(&self, user: &str) -> Result<Option<Vec<u8>>, OutOfOrder> {
        match self.mood {
            Mood::Works | Mood::ReadOnly => Ok(self.entries.get(user).cloned()),
            Mood::Unavailable => Err(OutOfOrder),
        }
    }

    fn set(&mut self, user: &str, secret: &[u8]) -> Result<(), OutOfOrder> {
        self.entries_to_write()?.insert(user.to_owned(), secret.to_owned());
        Ok(())
    }

    fn delete(&mut self, user: &str) -> Result<(), OutOfOrder> {
        self.entries_to_write()?.remove(user);
        Ok(())
    }
}

impl Keyring {
    fn entries_to_write(&mut self) -> Result<&mut BTreeMap<String, Vec<u8>>, OutOfOrder> {
        match self.mood {
            Mood::Works => Ok(&mut self.entries),
            Mood::ReadOnly | Mood::Unavailable => Err(OutOfOrder),
        }
    }
}

fn not_stored(grant: GrantId) -> VaultEvent {
    VaultEvent::StoreFailed(grant, problem(ProblemKind::NotRemembered))
}

fn not_forgotten(identity: String) -> VaultEvent {
    VaultEvent::ForgetFailed(identity, problem(ProblemKind::NotForgotten))
}

fn problem(kind: ProblemKind) -> Problem {
    Problem::new(kind, "The keyring is out of order", "It did not answer.", "Unlock the keyring.")
}
