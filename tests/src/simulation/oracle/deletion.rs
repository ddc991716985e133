//! Whether a sign-in that is to be deleted is, however long the keyring refuses; it refuses to look into it.

use std::collections::BTreeMap;

use super::{Machine, Oracle, Promise};
use crate::cloud::Millis;

/// How long the program may wait before it tries again; the keyring's own time comes on top.
const AGAIN: Millis = 300_000;
const TAKES: Millis = 20_000;

/// What is still to be deleted, and when that was last tried, or could not be.
#[derive(Debug, Default)]
pub(super) struct Deletion(BTreeMap<String, Millis>);

impl Deletion {
    pub(super) fn wanted(&mut self, identity: &str, now: Millis) {
        self.0.insert(identity.to_owned(), now);
    }

    pub(super) fn is_wanted(&self, identity: &str) -> bool {
        self.0.contains_key(identity)
    }

    pub(super) fn tried(&mut self, identity: &str, now: Millis) {
        if let Some(tried) = self.0.get_mut(identity) {
            *tried = now;
        }
    }

    /// It is deleted, or replaced by another.
    pub(super) fn is_over(&mut self, identity: &str) {
        self.0.remove(identity);
    }

    /// Nothing could be tried until now.
    pub(super) fn rests(&mut self, now: Millis) {
        self.0.values_mut().for_each(|tried| *tried = now);
    }
}

impl Oracle {
    pub(super) fn deletion_until(&mut self, now: Millis) {
        if self.machine != Machine::On {
            return;
        }
        let late = self.deletion.0.iter().find(|(_, tried)| now > **tried + AGAIN + TAKES);
        let Some((identity, by)) = late.map(|(of, tried)| (of.clone(), now - tried - AGAIN)) else {
            return;
        };
        self.deletion.is_over(&identity);
        let what = format!("the sign-in of {identity} is not deleted, and that is not tried again");
        self.broken(Promise::Deletion, now, Some(by), what);
    }
}
