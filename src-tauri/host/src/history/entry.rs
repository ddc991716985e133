//! Owns what a line of the history says, and what it leaves out of what a face shows; refuses to write it.

use chrono::{DateTime, SubsecRound, Utc};
use presence_core::{AccountView, Effective, Problem, ProblemKind, Status, View};
use serde::{Deserialize, Serialize};

use super::redacted::redacted;

/// A line of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When, by this computer's clock, in whole seconds.
    pub at: DateTime<Utc>,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum What {
    /// The program, or a command without it, began.
    Started {
        /// Which of the two.
        by: Starter,
        /// The last sign of life of the one before: tells when that ended, if it did not say so itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alive_until: Option<DateTime<Utc>>,
    },
    /// From here on this is so. Each line says all of it, so that none needs the one before.
    Now(Said),
    /// The machine slept until now.
    Woke {
        /// From when.
        from: DateTime<Utc>,
    },
    /// It ended as it should.
    Ended,
}

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Starter {
    /// The program that stays.
    Program,
    /// A command that did its job without it.
    Command,
}

/// What a face said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Said {
    /// The wanted status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Status>,
    /// Until when it is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// What our presence session says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Status>,
    /// What colleagues were seen to see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<Effective>,
    /// The problem of the status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Cause>,
}

/// A problem, without what names a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Cause {
    /// The kind, for programs.
    pub kind: ProblemKind,
    /// A few words.
    pub title: String,
    /// What happened.
    pub detail: String,
}

impl Entry {
    pub(super) fn new(at: DateTime<Utc>, what: What) -> Entry {
        Entry { at: at.trunc_subsecs(0), what }
    }
}

impl Said {
    /// What `view` says of a status that is wanted `until` then.
    pub(super) fn new(view: &View, until: Option<DateTime<Utc>>) -> Said {
        let name = match &view.account {
            AccountView::SignedIn(account) | AccountView::SignInNeeded(account) => {
                Some(account.name.as_str())
            }
            AccountView::NotConfigured
            | AccountView::Looking
            | AccountView::SignedOut
            | AccountView::SigningIn { .. } => None,
        };
        Said {
            wanted: view.wish.as_ref().map(|wish| wish.status),
            until,
            session: view.session.as_ref().map(|session| session.status),
            seen: view.effective.clone(),
            problem: view.problem.as_ref().map(|problem| Cause::new(problem, name)),
        }
    }

    /// Whether a status is wanted that the session does not say.
    pub fn is_unconfirmed(&self) -> bool {
        self.wanted.is_some() && self.session != self.wanted
    }
}

impl Cause {
    fn new(problem: &Problem, name: Option<&str>) -> Cause {
        Cause {
            kind: problem.kind,
            title: redacted(&problem.title, name),
            detail: redacted(&problem.detail, name),
        }
    }
}

/// Whether two views read the same in the history.
pub(super) fn reads_the_same(one: &View, other: &View) -> bool {
    let wish = |view: &View| view.wish.as_ref().map(|wish| (wish.status, wish.until));
    let session = |view: &View| view.session.as_ref().map(|session| session.status);
    let problem = |view: &View| {
        let problem = view.problem.as_ref();
        problem.map(|problem| (problem.kind, problem.title.clone(), problem.detail.clone()))
    };
    wish(one) == wish(other)
        && session(one) == session(other)
        && one.effective == other.effective
        && problem(one) == problem(other)
}
