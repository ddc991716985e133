//! Whether a sign-in that is to be deleted is, however long the keyring refuses; it refuses to look into it.

use std::collections::BTreeMap;

use super::{Machine, Oracle, Promise};
use crate::cloud::Millis;

/// How long the program may wait before it tries again; the keyring's own time comes on top.
const AGAIN: Millis = 300_000;
const TAKES: Millis = 20_000;

/// A sign-in that is still to be deleted.
#[derive(Clone, Copy, Debug)]
struct Owed {
    /// When that was last tried, or could not be.
    tried: Millis,
    /// Whether the keyring was asked: until then a registration that comes back keeps its sign-in.
    is_asked: bool,
}

/// What is still to be deleted.
#[derive(Debug, Default)]
pub(super) struct Deletion(BTreeMap<String, Owed>);

impl Deletion {
    /// Nobody needs it any more.
    pub(super) fn wanted(&mut self, identity: &str, now: Millis) {
        let owed = Owed { tried: now, is_asked: false };
        self.0.entry(identity.to_owned()).or_insert(owed);
    }

    pub(super) fn asked(&mut self, identity: &str, now: Millis) {
        self.0.insert(identity.to_owned(), Owed { tried: now, is_asked: true });
    }

    /// A start takes it up.
    pub(super) fn written(&mut self, identity: &str, now: Millis) {
        let written = Owed { tried: now, is_asked: true };
        self.0.entry(identity.to_owned()).or_insert(written).is_asked = true;
    }

    pub(super) fn is_asked(&self, identity: &str) -> bool {
        self.0.get(identity).is_some_and(|owed| owed.is_asked)
    }

    /// The registration is back before the keyring was asked.
    pub(super) fn is_needed(&mut self, identity: &str) {
        if !self.is_asked(identity) {
            self.is_over(identity);
        }
    }

    pub(super) fn tried(&mut self, identity: &str, now: Millis) {
        if let Some(owed) = self.0.get_mut(identity) {
            owed.tried = now;
        }
    }

    /// It is deleted, or replaced by another.
    pub(super) fn is_over(&mut self, identity: &str) {
        self.0.remove(identity);
    }

    /// Nothing could be tried until now.
    pub(super) fn rests(&mut self, now: Millis) {
        self.0.values_mut().for_each(|owed| owed.tried = now);
    }
}

impl Oracle {
    pub(super) fn deletion_until(&mut self, now: Millis) {
        if self.machine != Machine::On {
            return;
        }
        let late = self.deletion.0.iter().find(|(_, owed)| now > owed.tried + AGAIN + TAKES);
        let late = late.map(|(of, owed)| (of.clone(), now - owed.tried - AGAIN));
        let Some((identity, by)) = late else { return };
        self.deletion.is_over(&identity);
        let what = format!("the sign-in of {identity} is not deleted, and that is not tried again");
        self.broken(Promise::Deletion, now, Some(by), what);
    }
}
