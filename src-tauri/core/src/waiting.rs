//! Owns who waits for the outcome of a command, and for how long; refuses to know what becomes of it.

use std::time::Duration;

use crate::agenda::{Action, Due};
use crate::facts::{Rest, WaitFor, Waiting};
use crate::keeper::Core;
use crate::{Effect, Outcome, ReplyTo, words};

impl Core {
    pub(crate) fn wait(&mut self, reply: Option<ReplyTo>, what: WaitFor) {
        let limit = match what {
            WaitFor::Wish(_)
            | WaitFor::Clear
            | WaitFor::Look
            | WaitFor::Remembered
            | WaitFor::Reload => Some(self.now + self.rules.reply_limit),
            WaitFor::Farewell | WaitFor::Forgotten(_) => Some(self.now + self.rules.farewell_reply),
            // It takes as long as its person, and has a limit of its own.
            WaitFor::SignIn => None,
        };
        self.waiting.extend(reply.map(|to| Waiting { to, what, limit }));
    }

    pub(crate) fn is_awaited(&self, what: WaitFor) -> bool {
        self.waiting.iter().any(|waiting| waiting.what == what)
    }

    /// Answers every face that waits for what `which` names.
    pub(crate) fn resolve(&mut self, which: impl Fn(WaitFor) -> bool, outcome: &Outcome) {
        self.answer(|waiting| which(waiting.what), outcome);
    }

    /// Lets every face that waits for `from` wait for `to` instead.
    pub(crate) fn wait_on(&mut self, from: WaitFor, to: WaitFor) {
        for waiting in &mut self.waiting {
            if waiting.what == from {
                waiting.what = to;
                // A sign-in has had its own time.
                waiting.limit = waiting.limit.or(Some(self.now + self.rules.reply_limit));
            }
        }
    }

    /// Who asked before a sleep slept, too.
    pub(crate) fn wait_longer(&mut self, slept: Duration) {
        for waiting in &mut self.waiting {
            waiting.limit = waiting.limit.map(|limit| limit + slept);
        }
    }

    /// When somebody has waited long enough.
    pub(crate) fn reply_end(&self) -> Option<Due> {
        if let Rest::Asleep { .. } = self.rest {
            return None;
        }
        let limit = self.waiting.iter().filter_map(|waiting| waiting.limit).min()?;
        Some((limit, Action::AnswerLate))
    }

    /// Says to whoever has waited long enough how things stand.
    pub(crate) fn answer_late(&mut self) {
        let now = self.now;
        let is_late = |waiting: &Waiting| waiting.limit.is_some_and(|limit| limit <= now);
        let for_keyring = |waiting: &Waiting| is_late(waiting) && waiting.what.is_for_the_keyring();
        self.answer(for_keyring, &Outcome::Failed(words::keyring_is_slow()));
        let problem = self.standing().map_or_else(words::not_in_time, |(_, problem)| problem);
        self.answer(is_late, &Outcome::Failed(problem));
    }

    fn answer(&mut self, which: impl Fn(&Waiting) -> bool, outcome: &Outcome) {
        let (told, waiting) = std::mem::take(&mut self.waiting).into_iter().partition(which);
        self.waiting = waiting;
        let told: Vec<Waiting> = told;
        for Waiting { to, .. } in told {
            self.emit(Effect::Reply { to, outcome: outcome.clone() });
        }
    }
}

impl WaitFor {
    fn is_for_the_keyring(self) -> bool {
        match self {
            WaitFor::Forgotten(_) => true,
            WaitFor::Wish(_)
            | WaitFor::Clear
            | WaitFor::SignIn
            | WaitFor::Look
            | WaitFor::Farewell
            | WaitFor::Remembered
            | WaitFor::Reload => false,
        }
    }
}
