//! Whether the problem that is shown in a lapse is the one that explains it; it refuses to ask whether one is shown.

use std::collections::BTreeSet;

use presence_core::{Answer, Call, Claims, ProblemKind, RefusalKind, View};

use super::wishes::Wanted;
use super::{Leaving, Machine, Oracle, Promise};
use crate::cloud::Millis;

/// Whoever has to sign in may fail at it.
const SIGN_IN: [ProblemKind; 7] = [
    ProblemKind::SignInNeeded,
    ProblemKind::SignInFailed,
    ProblemKind::SignInCancelled,
    ProblemKind::SignInExpired,
    ProblemKind::BrowserUnavailable,
    ProblemKind::ServiceBusy,
    ProblemKind::Offline,
];

/// What failed since a call last wrote the session.
#[derive(Debug, Default)]
pub(super) struct Reasons {
    kinds: BTreeSet<ProblemKind>,
    /// Those of Entra's answers, which end with tokens.
    of_entra: BTreeSet<ProblemKind>,
    /// What the service said to somebody else when it asked for patience, and until when.
    patience: Option<(Millis, ProblemKind)>,
    has_spoken: bool,
    /// Whether a token was refused since the service took one.
    is_suspect: bool,
    challenged: Option<Claims>,
}

impl Reasons {
    pub(super) fn start(&mut self) {
        *self = Reasons::default();
    }

    /// What failed before it explains nothing any more.
    pub(super) fn wrote(&mut self) {
        (self.kinds, self.of_entra) = Default::default();
        (self.is_suspect, self.challenged) = (false, None);
    }

    /// Graph answers somebody.
    pub(super) fn passed(&mut self) {
        self.kinds.retain(|kind| kind.needs_person());
        self.is_suspect = false;
    }

    /// Entra answers again; whether Graph does, if it did not, the next call shows.
    pub(super) fn has_tokens(&mut self) {
        if self.kinds.is_empty() {
            self.of_entra.clear();
        }
    }

    /// The service asked whoever looked, or was signed in before, for patience until then.
    pub(super) fn waits(&mut self, until: Millis, answer: &Answer) {
        let is_throttled = matches!(answer, Answer::Throttled { .. });
        let kind = if is_throttled { ProblemKind::Throttled } else { ProblemKind::ServiceBusy };
        self.patience = Some((until, kind));
    }

    pub(super) fn failed(&mut self, call: &Call, answer: &Answer) {
        if call.signs_in() {
            return;
        }
        let is_first = match answer {
            Answer::Unauthorized { claims, .. } => {
                let is_news = claims.is_some() && *claims != self.challenged;
                self.challenged = claims.clone().or(self.challenged.take());
                !std::mem::replace(&mut self.is_suspect, true) || is_news
            }
            _ => false,
        };
        let kinds: &[ProblemKind] = match answer {
            Answer::Throttled { .. } => &[ProblemKind::Throttled],
            Answer::Busy { .. } => &[ProblemKind::ServiceBusy],
            Answer::Offline { .. } => &[ProblemKind::Offline],
            // The first costs a refresh.
            Answer::Unauthorized { .. } if is_first => &[],
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
                | RefusalKind::Other => &SIGN_IN,
            },
            Answer::DeviceCode(_) | Answer::Pending | Answer::SlowDown => {
                &[ProblemKind::ServiceBusy]
            }
            Answer::Done | Answer::Presence(_) | Answer::Granted(_) => &[],
        };
        if call.goes_to_entra() { &mut self.of_entra } else { &mut self.kinds }.extend(kinds);
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
        let kind = problem.kind;
        let kinds: BTreeSet<_> = self.reasons.kinds.union(&self.reasons.of_entra).collect();
        let is_patience = self.reasons.patience.is_some_and(|(_, of)| of == kind);
        if acts
            && !kinds.is_empty()
            && !kinds.contains(&kind)
            && !is_patience
            && !self.reasons.has_spoken
        {
            let what = format!("{kind:?} is shown for a lapse that comes from {kinds:?}");
            self.reasons.has_spoken = true;
            self.broken(Promise::Said, now, None, what);
        }
    }
}
