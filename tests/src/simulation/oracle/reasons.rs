//! Whether the problem that is shown in a lapse is the one that explains it; it refuses to ask whether one is shown.

use std::collections::BTreeSet;

use presence_core::{Answer, Call, ProblemKind, RefusalKind, View};

use super::wishes::Wanted;
use super::{Leaving, Machine, Oracle, Promise};
use crate::cloud::Millis;

/// What failed since a call last wrote the session.
#[derive(Debug, Default)]
pub(super) struct Reasons {
    kinds: BTreeSet<ProblemKind>,
    has_spoken: bool,
}

impl Reasons {
    pub(super) fn start(&mut self) {
        *self = Reasons::default();
    }

    /// What failed before it explains nothing any more.
    pub(super) fn wrote(&mut self) {
        self.kinds.clear();
    }

    /// The next call has a token of its own.
    pub(super) fn has_tokens(&mut self) {
        self.kinds.remove(&ProblemKind::TokenRefused);
    }

    pub(super) fn failed(&mut self, call: &Call, answer: &Answer) {
        if call.signs_in() {
            return;
        }
        let kinds: &[ProblemKind] = match answer {
            Answer::Throttled { .. } => &[ProblemKind::Throttled],
            Answer::Busy { .. } => &[ProblemKind::ServiceBusy],
            Answer::Offline { .. } => &[ProblemKind::Offline],
            Answer::Unauthorized { .. } => &[ProblemKind::TokenRefused],
            Answer::Forbidden { .. } => &[ProblemKind::NotAllowed, ProblemKind::ConsentNeeded],
            Answer::NotFound { .. } => &[ProblemKind::NoPresence],
            Answer::Rejected { .. } => &[ProblemKind::Rejected],
            Answer::Refused(refusal) => match refusal.kind {
                RefusalKind::ConsentNeeded => &[ProblemKind::ConsentNeeded],
                RefusalKind::NotPublicClient => &[ProblemKind::NotPublicClient],
                RefusalKind::PersonNeeded
                | RefusalKind::Declined
                | RefusalKind::Expired
                | RefusalKind::Other => &[ProblemKind::SignInNeeded],
            },
            Answer::DeviceCode(_) | Answer::Pending | Answer::SlowDown => {
                &[ProblemKind::ServiceBusy]
            }
            Answer::Done | Answer::Presence(_) | Answer::Granted(_) => &[],
        };
        self.kinds.extend(kinds);
    }
}

impl Oracle {
    pub(super) fn explained(&mut self, now: Millis, view: &View) {
        let lapsed = self.keeping.lapsed_since.is_some() && !self.excuses.is_foreign();
        let (true, Wanted::Held(_), Some(problem)) = (lapsed, self.wishes.wanted, &view.problem)
        else {
            self.reasons.has_spoken = false;
            return;
        };
        let acts = self.machine == Machine::On
            && self.leaving == Leaving::No
            && now >= self.falling_until
            && !self.sign_in.wants_a_person()
            && self.sign_in.silent_since.is_none();
        let (kind, kinds) = (problem.kind, &self.reasons.kinds);
        if acts && !kinds.is_empty() && !kinds.contains(&kind) && !self.reasons.has_spoken {
            let what = format!("{kind:?} is shown for a lapse that comes from {kinds:?}");
            self.reasons.has_spoken = true;
            self.broken(Promise::Said, now, None, what);
        }
    }
}
