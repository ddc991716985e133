//! Owns who waits for the outcome of a command; refuses to know what becomes of it.

use crate::facts::WaitFor;
use crate::keeper::Core;
use crate::{Effect, Outcome, ReplyTo};

impl Core {
    pub(crate) fn wait(&mut self, reply: Option<ReplyTo>, what: WaitFor) {
        self.waiting.extend(reply.map(|to| (to, what)));
    }

    pub(crate) fn is_awaited(&self, what: WaitFor) -> bool {
        self.waiting.iter().any(|(_, waited)| *waited == what)
    }

    /// Answers every face that waits for what `which` names.
    pub(crate) fn resolve(&mut self, which: impl Fn(WaitFor) -> bool, outcome: &Outcome) {
        let waiting = std::mem::take(&mut self.waiting);
        for (to, what) in waiting {
            if which(what) {
                self.emit(Effect::Reply { to, outcome: outcome.clone() });
            } else {
                self.waiting.push((to, what));
            }
        }
    }

    /// Lets every face that waits for `from` wait for `to` instead.
    pub(crate) fn wait_on(&mut self, from: WaitFor, to: WaitFor) {
        for (_, what) in &mut self.waiting {
            if *what == from {
                *what = to;
            }
        }
    }
}
