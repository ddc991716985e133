//! Owns how trouble is met: the pause before the next try, and who is told. Refuses to make the next try.

use std::time::Duration;

use crate::facts::{Flight, Retry, Trouble, WaitFor};
use crate::keeper::Core;
use crate::{Flaw, Ids, Outcome, Problem, ProblemKind, Time, words};

impl Core {
    pub(crate) fn back_off(
        &mut self,
        kind: ProblemKind,
        detail: String,
        ids: Ids,
        retry_after: Option<Duration>,
    ) {
        let mut trouble = self.trouble_of(kind, detail, ids, Retry::NewWish);
        let retry_after = retry_after.filter(|_| !self.rules.has(Flaw::IgnoresRetryAfter));
        trouble.retry = match retry_after {
            Some(span) => {
                let late = span
                    + self.random.between(Duration::ZERO, span / 10 + Duration::from_millis(500));
                not_before(self.now + late)
            }
            None if self.rules.has(Flaw::NeverRetries) => Retry::NewWish,
            None => {
                let tries = trouble.tries.saturating_add(kind.head_start());
                let pause = self.now + self.backoff(tries, trouble.since);
                if kind == ProblemKind::Throttled {
                    not_before(pause)
                } else {
                    Retry::Backoff(pause)
                }
            }
        };
        self.in_trouble(trouble);
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
        let trouble = self.trouble_of(kind, detail, ids, retry);
        self.in_trouble(trouble);
    }

    pub(crate) fn trouble_of(
        &self,
        kind: ProblemKind,
        detail: String,
        ids: Ids,
        retry: Retry,
    ) -> Trouble {
        let (since, tries) =
            self.trouble.as_ref().map_or((self.now, 0), |old| (old.since, old.tries));
        Trouble { kind, detail, ids, since, tries: tries.saturating_add(1), retry }
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

fn not_before(from: Time) -> Retry {
    Retry::NotBefore { from, then: from }
}
