//! Owns which sign-ins the keyring has to forget, until it has; refuses to forget the intention.

use crate::agenda::{AT_ONCE, Action, Due};
use crate::facts::{Farewell, Vault, WaitFor};
use crate::keeper::Core;
use crate::{Effect, Outcome, Problem, Setup, Time};

/// A sign-in that the keyring has to forget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deletion {
    pub(crate) number: u64,
    pub(crate) identity: String,
    step: Step,
    tries: u32,
    /// Why it could not be deleted, and since when that is so.
    pub(crate) problem: Option<(Time, Problem)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Due(Time),
    Asked,
    /// A newer sign-in takes the entry's place as soon as it is stored.
    Overtaken,
}

impl Core {
    /// The identity of the present configuration.
    pub(crate) fn identity(&self) -> Option<&str> {
        match &self.setup {
            Setup::Ready(settings) => Some(&settings.identity),
            Setup::Missing(_) => None,
        }
    }

    /// Whether what was saved is about the present identity, as far as is known.
    pub(crate) fn is_of_this_identity(&self) -> bool {
        match (self.saved.identity.as_deref(), self.identity()) {
            (Some(saved), Some(present)) => saved == present,
            (None, _) | (_, None) => true,
        }
    }

    /// Lets the keyring forget the sign-in of `identity`; the number is the deletion's.
    pub(crate) fn forget(&mut self, identity: String) -> u64 {
        if let Some(known) = self.deletions.iter_mut().find(|known| known.identity == identity) {
            match known.step {
                Step::Due(_) | Step::Overtaken => known.step = Step::Due(AT_ONCE),
                Step::Asked => {}
            }
            return known.number;
        }
        self.deleted += 1;
        let (number, step) = (self.deleted, Step::Due(AT_ONCE));
        self.deletions.push(Deletion { number, identity, step, tries: 0, problem: None });
        number
    }

    /// Takes up what the run before this one could not delete.
    pub(crate) fn take_up_deletions(&mut self) {
        for owed in self.saved.forgets.clone() {
            self.forget(owed);
        }
        let identity = self.identity();
        if self.deletions.iter().any(|deletion| Some(deletion.identity.as_str()) == identity) {
            self.vault = Vault::SignedOut;
        }
    }

    /// Whose sign-ins are to be deleted: a sign-out that a crash breaks off is one, too.
    pub(crate) fn to_forget(&self) -> Vec<String> {
        let mut forgets: Vec<_> =
            self.deletions.iter().map(|deletion| deletion.identity.clone()).collect();
        let signs_out = self.farewell.as_ref().is_some_and(Farewell::signs_out);
        let leaves = self.identity().filter(|_| signs_out).map(str::to_owned);
        forgets.extend(leaves.filter(|leaves| !forgets.contains(leaves)));
        forgets
    }

    /// When the keyring has held the sign-in of another registration for too long.
    pub(crate) fn orphan_end(&self) -> Option<Due> {
        let (held, identity) = (self.held_in_keyring.as_deref()?, self.identity()?);
        let at = self.configured_at? + self.rules.orphan_grace;
        (held != identity).then_some((at, Action::ForgetOrphan))
    }

    pub(crate) fn forget_orphan(&mut self) {
        if let Some(orphan) = self.held_in_keyring.take() {
            self.forget(orphan);
        }
    }

    pub(crate) fn deletion_step(&self) -> Option<Due> {
        let due = |deletion: &Deletion| match deletion.step {
            Step::Due(at) => Some((at, Action::Forget(deletion.number))),
            Step::Asked | Step::Overtaken => None,
        };
        self.deletions.iter().filter_map(due).min_by_key(|(at, _)| *at)
    }

    pub(crate) fn ask_to_forget(&mut self, number: u64) {
        let Some(deletion) = self.deletions.iter_mut().find(|due| due.number == number) else {
            return;
        };
        deletion.step = Step::Asked;
        deletion.tries = deletion.tries.saturating_add(1);
        let identity = deletion.identity.clone();
        self.emit(Effect::Forget { identity });
    }

    pub(crate) fn hasten_deletions(&mut self) {
        for deletion in &mut self.deletions {
            match &mut deletion.step {
                Step::Due(at) => *at = AT_ONCE,
                Step::Asked | Step::Overtaken => {}
            }
        }
    }

    /// Whether the keyring is about to delete what a store would write.
    pub(crate) fn is_deleting(&self) -> bool {
        let asked = |deletion: &Deletion| {
            deletion.step == Step::Asked && Some(deletion.identity.as_str()) == self.identity()
        };
        self.deletions.iter().any(asked)
    }

    /// Whether any deletion is under way.
    pub(crate) fn is_forgetting(&self) -> bool {
        self.deletions.iter().any(|deletion| deletion.step == Step::Asked)
    }

    /// Somebody signed in: their entry takes the place of the one that was to be deleted.
    pub(crate) fn overtake_deletion(&mut self) {
        let identity = self.identity().map(str::to_owned);
        for deletion in &mut self.deletions {
            let is_ours = Some(&deletion.identity) == identity.as_ref();
            match deletion.step {
                Step::Due(_) if is_ours => deletion.step = Step::Overtaken,
                Step::Due(_) | Step::Asked | Step::Overtaken => {}
            }
        }
    }

    /// The entry of the present identity was replaced.
    pub(crate) fn replaced_entry(&mut self) {
        let identity = self.identity().map(str::to_owned);
        self.deletions.retain(|deletion| Some(&deletion.identity) != identity.as_ref());
    }

    pub(crate) fn forgotten(&mut self, identity: &str) {
        if self.held_in_keyring.as_deref() == Some(identity) {
            self.held_in_keyring = None;
        }
        let Some(at) = self.deletions.iter().position(|deletion| deletion.identity == identity)
        else {
            return;
        };
        let number = self.deletions.remove(at).number;
        self.resolve(|wait| wait == WaitFor::Forgotten(number), &Outcome::Done);
    }

    pub(crate) fn forget_failed(&mut self, identity: &str, problem: Problem) {
        let is_signed_in = self.grant.is_some() && self.identity() == Some(identity);
        let Some(at) = self.deletions.iter().position(|deletion| deletion.identity == identity)
        else {
            return;
        };
        let (number, tries) = (self.deletions[at].number, self.deletions[at].tries);
        let since = self.deletions[at].problem.as_ref().map_or(self.now, |(since, _)| *since);
        let again = self.now + self.backoff(tries.saturating_add(3), since);
        let deletion = &mut self.deletions[at];
        deletion.problem = Some((since, problem.clone()));
        deletion.step = if is_signed_in { Step::Overtaken } else { Step::Due(again) };
        self.resolve(|wait| wait == WaitFor::Forgotten(number), &Outcome::Failed(problem));
    }
}
