//! Owns how what did not work is tried again; refuses to know what it is.

use crate::context::Context;
use crate::{Problem, Time};

/// What is tried until it works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Retrying {
    tries: u32,
    next: Next,
    /// Since when it does not work.
    since: Option<Time>,
    problem: Option<Problem>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Due(Time),
    UnderWay,
}

impl Retrying {
    /// It is due at once.
    pub(crate) fn new() -> Retrying {
        Retrying { tries: 0, next: Next::Due(Time::AT_ONCE), since: None, problem: None }
    }

    /// The same, for what counts as not working since `since`.
    pub(crate) fn since(since: Time) -> Retrying {
        Retrying { since: Some(since), ..Retrying::new() }
    }

    /// The same, in place of one that did not work either.
    pub(crate) fn in_place_of(before: Option<&Retrying>) -> Retrying {
        let before = before.filter(|before| before.problem.is_some());
        let since = before.and_then(|before| before.since);
        let problem = before.and_then(|before| before.problem.clone());
        Retrying { since, problem, ..Retrying::new() }
    }

    /// When to try; absent while a try is under way.
    pub(crate) fn due(&self) -> Option<Time> {
        match self.next {
            Next::Due(at) => Some(at),
            Next::UnderWay => None,
        }
    }

    pub(crate) fn is_under_way(&self) -> bool {
        self.next == Next::UnderWay
    }

    /// How often it was tried, since it last worked.
    pub(crate) fn tries(&self) -> u32 {
        self.tries
    }

    /// Why it does not work, and since when.
    pub(crate) fn problem(&self) -> Option<(Time, &Problem)> {
        self.since.zip(self.problem.as_ref())
    }

    /// A try begins.
    pub(crate) fn begin(&mut self) {
        self.tries = self.tries.saturating_add(1);
        self.next = Next::UnderWay;
    }

    /// It did not work, and a person may be told why.
    pub(crate) fn failed(&mut self, problem: Problem, head_start: u32, cx: &mut Context) {
        self.problem = Some(problem);
        self.later(head_start, cx);
    }

    /// It did not work: the next try is after a backoff that begins with so many doublings.
    pub(crate) fn later(&mut self, head_start: u32, cx: &mut Context) {
        let since = *self.since.get_or_insert(cx.now);
        let pause = cx.backoff(self.tries.max(1).saturating_add(head_start), since);
        self.next = Next::Due(cx.now + pause);
    }

    /// It worked; what comes after it is tried as if for the first time.
    pub(crate) fn worked(&mut self) {
        self.tries = 0;
    }

    /// What is not under way is tried at `at`.
    pub(crate) fn hasten(&mut self, at: Time) {
        match &mut self.next {
            Next::Due(due) => *due = at,
            Next::UnderWay => {}
        }
    }

    /// It is tried again at `at`.
    pub(crate) fn put_off(&mut self, at: Time) {
        self.next = Next::Due(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProblemKind;
    use crate::context::tests::context;

    #[test]
    fn each_failure_makes_the_next_pause_longer_and_the_problem_stands_since_the_first() {
        let mut cx = context();
        let mut storing = Retrying::new();
        let problem = Problem::new(ProblemKind::NotRemembered, "t", "d.", "");
        for _ in 0..4 {
            let due = storing.due().expect("nothing is under way");
            cx.advance(due);
            storing.begin();
            assert!(storing.is_under_way() && storing.due().is_none());
            storing.failed(problem.clone(), 0, &mut cx);
        }
        assert_eq!(storing.problem(), Some((Time::ZERO, &problem)));
        assert!(storing.due().is_some_and(|at| at.since(cx.now).as_secs() >= 4));
        storing.hasten(cx.now);
        assert_eq!(storing.due(), Some(cx.now));
    }
}
