//! Whether the problem that is shown in a lapse is the one that explains it; it refuses to ask whether one is shown.

use std::collections::BTreeSet;

use presence_core::{Answer, Call, Claims, ProblemKind, RefusalKind, View};

use super::answers::is_judged;
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
    /// Those of Entra's verdict, which stands until tokens come.
    verdict: BTreeSet<ProblemKind>,
    /// What Graph said when it asked for patience, whatever the call was for, and until when.
    patience: Option<(Millis, ProblemKind)>,
    has_spoken: bool,
    /// Whether a token was refused since the service took one.
    is_suspect: bool,
    /// Whether that was the newest one.
    is_newest: bool,
    challenged: Option<Claims>,
}

impl Reasons {
    pub(super) fn start(&mut self) {
        *self = Reasons::default();
    }

    /// What failed before it explains nothing any more.
    pub(super) fn wrote(&mut self) {
        self.forgive();
        (self.is_suspect, self.challenged) = (false, None);
    }

    fn has(&self, kind: ProblemKind) -> bool {
        self.kinds.contains(&kind) || self.of_entra.contains(&kind)
    }

    /// What failed was for something that is not wanted any more.
    pub(super) fn forgive(&mut self) {
        if !self.kinds.is_empty() || !self.of_entra.is_empty() {
            (self.kinds, self.of_entra) = Default::default();
        }
    }

    /// Graph answers somebody.
    pub(super) fn passed(&mut self) {
        self.kinds.retain(|kind| kind.needs_person());
        self.of_entra.clear();
        self.is_suspect = false;
    }

    /// Entra answers again; whether Graph does, if it did not, the next call shows.
    pub(super) fn has_tokens(&mut self) {
        self.verdict.clear();
        if !std::mem::take(&mut self.is_newest) {
            (self.is_suspect, self.challenged) = (false, None);
        }
        if self.kinds.is_empty() {
            self.of_entra.clear();
        }
    }

    /// Graph asked for patience until then.
    pub(super) fn waits(&mut self, until: Millis, answer: &Answer) {
        self.patience = Some((until, patience(answer)));
    }

    pub(super) fn failed(&mut self, call: &Call, answer: &Answer) {
        if call.signs_in() {
            return;
        }
        let is_first = match answer {
            Answer::Unauthorized { claims, .. } => {
                self.is_newest = true;
                let is_news = claims.is_some() && *claims != self.challenged;
                self.challenged = claims.clone().or(self.challenged.take());
                !std::mem::replace(&mut self.is_suspect, true) || is_news
            }
            _ => false,
        };
        if call.graph().is_some_and(|request| !(request.writes_session() || request.writes_pin())) {
            // Who only looks, or sets a message, goes without.
            return;
        }
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
            Answer::Done | Answer::Presence(_) | Answer::Message(..) | Answer::Granted(_) => &[],
        };
        if is_judged(answer) {
            (self.is_suspect, self.challenged) = (false, None);
        }
        match answer {
            Answer::Refused(_) => self.verdict = kinds.iter().copied().collect(),
            _ if matches!(call, Call::Entra(_)) => self.of_entra.extend(kinds),
            _ => self.kinds.extend(kinds),
        }
    }
}

/// Why a service asks for patience.
pub(super) fn patience(answer: &Answer) -> ProblemKind {
    let is_throttled = matches!(answer, Answer::Throttled { .. });
    if is_throttled { ProblemKind::Throttled } else { ProblemKind::ServiceBusy }
}

impl Oracle {
    pub(super) fn explained(&mut self, now: Millis, view: &View) {
        let lapsed = self.keeping.lapsed_since.is_some() && !self.excuses.is_foreign();
        let is_held = matches!(self.wishes.wanted, Wanted::Held(_));
        let shown = view.problem.as_ref().map(|problem| problem.kind);
        let stands = shown.is_some_and(|kind| self.reasons.has(kind));
        // Trouble with another wish, or with the last things before a sleep, may be over with it.
        if !stands && (now < self.falling_until || !(lapsed && is_held)) {
            self.reasons.forgive();
        }
        let (true, Wanted::Held(_), Some(problem)) = (lapsed, self.wishes.wanted, &view.problem)
        else {
            self.reasons.has_spoken = false;
            return;
        };
        let acts = self.machine == Machine::On
            && self.leaving == Leaving::No
            && now >= self.falling_until
            && !self.sign_in.wants_a_person()
            && !(self.sign_in.is_refused && self.reasons.verdict.is_empty())
            && self.sign_in.silent_since.is_none();
        let kind = problem.kind;
        let Reasons { kinds, of_entra, verdict, .. } = &self.reasons;
        let kinds: BTreeSet<_> = kinds.iter().chain(of_entra).chain(verdict).collect();
        let is_full = kind == ProblemKind::TooManyChanges && self.ceiling.is_reached(now);
        let mut asks = [self.reasons.patience, self.sign_in.patience].into_iter().flatten();
        let is_patience = is_full || asks.any(|(until, of)| now < until && of == kind);
        // What comes of a call on its way is not known yet.
        if acts
            && self.flight.is_none()
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
