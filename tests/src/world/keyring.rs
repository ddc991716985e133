//! The OS keyring: what it holds outlives the program, and it can be out of order. It refuses to be quick.

use std::collections::BTreeMap;

use presence_core::{Account, Problem, ProblemKind};

use crate::cloud::Millis;

/// How long the keyring takes to do as asked.
pub(crate) const KEYRING_TAKES: Millis = 20;

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
#[derive(Debug, Default)]
pub(crate) struct Keyring {
    pub(crate) mood: Mood,
    pub(crate) entries: BTreeMap<String, Kept>,
}

impl Keyring {
    pub(crate) fn read(&self, identity: &str) -> Result<Option<Kept>, Problem> {
        match self.mood {
            Mood::Works | Mood::ReadOnly => Ok(self.entries.get(identity).cloned()),
            Mood::Unavailable => Err(problem(ProblemKind::KeyringUnavailable)),
        }
    }

    pub(crate) fn write(&mut self, identity: &str, kept: Option<Kept>) -> Result<(), Problem> {
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
