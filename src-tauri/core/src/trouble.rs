//! Owns how trouble is met: the pause before the next try, and who is told. Refuses to make the next try.

use std::time::Duration;

use crate::facts::{Flight, Pause, Retry, Trouble, WaitFor};
use crate::keeper::Core;
use crate::{Flaw, Ids, Outcome, Problem, ProblemKind, Time, words};

impl Core {
    pub(crate) fn back_off(
        &mut self,
        (kind, is_entra): (ProblemKind, bool),
        detail: String,
        ids: Ids,
        not_before: Option<Time>,
    ) {
        let mut trouble = self.trouble_of((kind, is_entra), detail, ids, Retry::NewWish);
        trouble.retry = match not_before {
            Some(from) => Retry::NotBefore { from, then: from },
            None if self.rules.has(Flaw::NeverRetries) => Retry::NewWish,
            None => {
                let tries = trouble.tries.saturating_add(kind.head_start());
                let pause = self.now + self.backoff(tries, trouble.since);
                if kind == ProblemKind::Throttled {
                    Retry::NotBefore { from: pause, then: pause }
                } else {
                    Retry::Backoff(pause)
                }
            }
        };
        self.in_trouble(trouble);
    }

    /// The service said when to come back: from then on, and not all at the same moment. Graph says so for every call.
    pub(crate) fn asked_for_patience(
        &mut self,
        flight: &Flight,
        kind: ProblemKind,
        retry_after: Option<Duration>,
        ids: Ids,
    ) -> Option<Pause> {
        let until = self.spread(retry_after)?;
        let pause = Pause { kind, ids, since: self.now, until };
        if !flight.call.goes_to_entra() {
            self.pause = Some(pause.clone());
        }
        Some(pause)
    }

    /// When a pause that a service asked for is over: later by a share of it, so that not everybody is back at once.
    pub(crate) fn spread(&mut self, retry_after: Option<Duration>) -> Option<Time> {
        let span = retry_after.filter(|_| !self.rules.has(Flaw::IgnoresRetryAfter))?;
        let spread = span / 10 + Duration::from_millis(500);
        Some(self.now + span + self.random.between(Duration::ZERO, spread))
    }

    /// The first moment from `at` on at which Graph has not asked for patience.
    pub(crate) fn after_pause(&self, at: Time) -> Time {
        self.pause.as_ref().map_or(at, |pause| at.max(pause.until))
    }

    /// A passing trouble with what the service does now is disproved by its success.
    pub(crate) fn passed(&mut self) {
        self.crowd.passed();
        if self.trouble.as_ref().is_some_and(|trouble| !trouble.kind.needs_person()) {
            self.trouble = None;
        }
    }

    /// Makes room in a crowd.
    pub(crate) fn give_way(&mut self, flight: &Flight) {
        let Some(Trouble { kind: ProblemKind::Throttled, tries, since, retry, .. }) = self.trouble
        else {
            return;
        };
        let Retry::NotBefore { from, .. } = retry else { return };
        let pause = self.backoff(tries, since);
        let then = from + self.gives_way(flight, from, pause);
        if let Some(trouble) = &mut self.trouble {
            trouble.retry = Retry::NotBefore { from, then };
        }
    }

    /// Trouble that only a person or an administrator ends.
    pub(crate) fn slow_trouble(&mut self, kind: ProblemKind, detail: String, ids: Ids) {
        let retry = if kind == ProblemKind::Rejected {
            Retry::NewWish
        } else {
            Retry::Backoff(self.now + self.rules.slow_retry)
        };
        let knows_why = kind == ProblemKind::NotAllowed && self.lacks_permission();
        let kind = if knows_why { ProblemKind::ConsentNeeded } else { kind };
        let trouble = self.trouble_of((kind, false), detail, ids, retry);
        self.in_trouble(trouble);
    }

    pub(crate) fn trouble_of(
        &self,
        (kind, is_entra): (ProblemKind, bool),
        detail: String,
        ids: Ids,
        retry: Retry,
    ) -> Trouble {
        let (since, tries) =
            self.trouble.as_ref().map_or((self.now, 0), |old| (old.since, old.tries));
        let is_entra = is_entra && self.trouble.as_ref().is_none_or(|old| old.is_entra);
        Trouble { kind, is_entra, detail, ids, since, tries: tries.saturating_add(1), retry }
    }

    fn in_trouble(&mut self, trouble: Trouble) {
        let problem = words::trouble(&trouble, &self.want);
        if self.rules.has(Flaw::TellsEveryFailure) {
            self.announced = None;
        }
        self.trouble = Some(trouble);
        self.resolve_wish_failed(&problem);
        self.look_wanted = false;
        self.resolve(|wait| wait == WaitFor::Look, &Outcome::Failed(problem));
    }

    pub(crate) fn resolve_wish_failed(&mut self, problem: &Problem) {
        let outcome = Outcome::Failed(problem.clone());
        self.resolve(|wait| matches!(wait, WaitFor::Wish(_) | WaitFor::Clear), &outcome);
    }

    /// Exponential, capped, with jitter from half to whole.
    pub(crate) fn backoff(&mut self, tries: u32, since: Time) -> Duration {
        let cap = if self.now.since(since) < self.rules.trouble_old {
            self.rules.backoff_cap
        } else {
            self.rules.backoff_cap_old
        };
        let doublings = tries.saturating_sub(1).min(16);
        let pause = self.rules.backoff_first.saturating_mul(1 << doublings).min(cap);
        self.random.between(pause / 2, pause)
    }
}
