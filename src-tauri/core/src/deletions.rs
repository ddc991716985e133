//! Owns which sign-ins the keyring has to forget, until it has; refuses to forget the intention.

use crate::context::Context;
use crate::retrying::Retrying;
use crate::{Effect, Problem, Time};

/// A sign-in that the keyring has to forget.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Deletion {
    number: u64,
    identity: String,
    retrying: Retrying,
    /// A newer sign-in takes the entry's place as soon as it is stored.
    overtaken: bool,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deletions {
    list: Vec<Deletion>,
    count: u64,
}

impl Deletions {
    /// Lets the keyring forget the sign-in of `identity`; the number is the deletion's.
    pub(crate) fn forget(&mut self, identity: String) -> u64 {
        if let Some(known) = self.find(&identity) {
            if !known.retrying.is_under_way() {
                known.retrying.hasten(Time::AT_ONCE);
                known.overtaken = false;
            }
            return known.number;
        }
        self.count += 1;
        let (number, retrying) = (self.count, Retrying::new());
        self.list.push(Deletion { number, identity, retrying, overtaken: false });
        number
    }

    fn find(&mut self, identity: &str) -> Option<&mut Deletion> {
        self.list.iter_mut().find(|deletion| deletion.identity == identity)
    }

    pub(crate) fn has(&self, identity: &str) -> bool {
        self.list.iter().any(|deletion| deletion.identity == identity)
    }

    pub(crate) fn identities(&self) -> impl Iterator<Item = &String> {
        self.list.iter().map(|deletion| &deletion.identity)
    }

    /// The next deletion that is due, by its number.
    pub(crate) fn due(&self) -> Option<(Time, u64)> {
        let due = |deletion: &Deletion| Some((deletion.retrying.due()?, deletion.number));
        let waiting = self.list.iter().filter(|deletion| !deletion.overtaken);
        waiting.filter_map(due).min_by_key(|(at, _)| *at)
    }

    /// Asks the keyring to delete the entry.
    pub(crate) fn begin(&mut self, number: u64, cx: &mut Context) {
        if let Some(deletion) = self.list.iter_mut().find(|due| due.number == number) {
            deletion.retrying.begin();
            cx.emit(Effect::Forget { identity: deletion.identity.clone() });
        }
    }

    pub(crate) fn hasten(&mut self) {
        for deletion in &mut self.list {
            deletion.retrying.hasten(Time::AT_ONCE);
        }
    }

    /// Whether the keyring is about to delete the entry of `identity`.
    pub(crate) fn is_deleting(&self, identity: &str) -> bool {
        let mut under_way = self.list.iter().filter(|deletion| deletion.retrying.is_under_way());
        under_way.any(|deletion| deletion.identity == identity)
    }

    /// Whether any deletion is under way.
    pub(crate) fn is_busy(&self) -> bool {
        self.list.iter().any(|deletion| deletion.retrying.is_under_way())
    }

    /// Somebody signed in: their entry takes the place of the one that was to be deleted.
    pub(crate) fn overtake(&mut self, identity: &str) {
        if let Some(deletion) = self.find(identity) {
            deletion.overtaken |= !deletion.retrying.is_under_way();
        }
    }

    /// The entry of `identity` is gone, or was replaced; the number is the deletion's.
    pub(crate) fn done(&mut self, identity: &str) -> Option<u64> {
        let at = self.list.iter().position(|deletion| deletion.identity == identity)?;
        Some(self.list.remove(at).number)
    }

    /// The entry could not be deleted; nobody tries again while a newer sign-in takes its place.
    pub(crate) fn failed(
        &mut self,
        identity: &str,
        problem: Problem,
        is_signed_in: bool,
        cx: &mut Context,
    ) -> Option<u64> {
        let deletion = self.find(identity)?;
        deletion.retrying.failed(problem, 3, cx);
        deletion.overtaken = is_signed_in;
        Some(deletion.number)
    }

    /// Why an entry could not be deleted, and since when that is so.
    pub(crate) fn problem(&self) -> Option<(Time, &Problem)> {
        self.list.iter().find_map(|deletion| deletion.retrying.problem())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProblemKind;
    use crate::context::tests::context;

    #[test]
    fn a_deletion_is_tried_until_the_entry_is_gone() {
        let (mut deletions, mut cx) = (Deletions::default(), context());
        let number = deletions.forget("contoso".to_owned());
        assert_eq!(deletions.forget("contoso".to_owned()), number);
        assert_eq!(deletions.due(), Some((Time::AT_ONCE, number)));
        deletions.begin(number, &mut cx);
        assert!(deletions.is_deleting("contoso") && deletions.due().is_none());
        let problem = Problem::new(ProblemKind::NotForgotten, "t", "d.", "");
        deletions.failed("contoso", problem, false, &mut cx);
        assert!(deletions.problem().is_some() && deletions.due().is_some());
        assert_eq!(deletions.done("contoso"), Some(number));
        assert!(!deletions.has("contoso"));
    }

    #[test]
    fn what_a_newer_sign_in_replaces_is_not_deleted_unless_somebody_signs_out_again() {
        let mut deletions = Deletions::default();
        let number = deletions.forget("contoso".to_owned());
        deletions.overtake("contoso");
        assert_eq!(deletions.due(), None);
        deletions.forget("contoso".to_owned());
        assert_eq!(deletions.due(), Some((Time::AT_ONCE, number)));
    }
}
