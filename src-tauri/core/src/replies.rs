//! Owns who waits for the outcome of a command, and for how long; refuses to know what becomes of it.

use std::time::Duration;

use crate::context::Context;
use crate::{Effect, Outcome, Problem, ReplyTo, Time};

/// What a face waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WaitFor {
    Wish(u64),
    /// A wish and its status message.
    Message(u64),
    Clear,
    SignIn,
    Look,
    /// Nothing that was chosen in Teams stands before the session.
    Reset,
    /// A quit or a sign-out.
    Shutdown,
    /// The keyring has forgotten this deletion's entry.
    Forgotten(u64),
    Remembered,
    Reload,
}

/// Who asked for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asker {
    Face(ReplyTo),
    /// A person who pressed keys in another program, and sees nothing there.
    Shortcut,
}

/// An asker that waits for the outcome of its command, until `limit` at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Waiting {
    to: Asker,
    what: WaitFor,
    limit: Option<Time>,
}

/// Everybody who waits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Replies {
    waiting: Vec<Waiting>,
    /// How commands failed whose outcome no face shows.
    unseen: Vec<Problem>,
}

impl Replies {
    /// Answers whoever gave the command, if anybody waits.
    pub(crate) fn reply(&mut self, to: Option<Asker>, outcome: Outcome, cx: &mut Context) {
        match (to, outcome) {
            (Some(Asker::Face(to)), outcome) => cx.emit(Effect::Reply { to, outcome }),
            (Some(Asker::Shortcut), Outcome::Failed(problem)) => self.unseen.push(problem),
            (Some(Asker::Shortcut) | None, _) => {}
        }
    }

    /// The failures of which a person has yet to be told.
    pub(crate) fn take_unseen(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.unseen)
    }

    pub(crate) fn wait(&mut self, reply: Option<Asker>, what: WaitFor, cx: &Context) {
        let limit = match what {
            WaitFor::Wish(_)
            | WaitFor::Message(_)
            | WaitFor::Clear
            | WaitFor::Look
            | WaitFor::Reset
            | WaitFor::Remembered
            | WaitFor::Reload => Some(cx.now + cx.rules.reply_limit),
            WaitFor::Shutdown | WaitFor::Forgotten(_) => Some(cx.now + cx.rules.shutdown_reply),
            // It takes as long as its person, and has a limit of its own.
            WaitFor::SignIn => None,
        };
        self.waiting.extend(reply.map(|to| Waiting { to, what, limit }));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(crate) fn is_awaited(&self, what: WaitFor) -> bool {
        self.waiting.iter().any(|waiting| waiting.what == what)
    }

    /// Answers every face that waits for what `which` names.
    pub(crate) fn resolve(
        &mut self,
        which: impl Fn(WaitFor) -> bool,
        outcome: &Outcome,
        cx: &mut Context,
    ) {
        self.answer(|waiting| which(waiting.what), outcome, cx);
    }

    /// Lets every face that waits for `from` wait for `to` instead.
    pub(crate) fn wait_on(&mut self, from: WaitFor, to: WaitFor, cx: &Context) {
        for waiting in self.waiting.iter_mut().filter(|waiting| waiting.what == from) {
            waiting.what = to;
            // A sign-in has had its own time.
            waiting.limit = waiting.limit.or(Some(cx.now + cx.rules.reply_limit));
        }
    }

    /// Who asked before a sleep slept, too.
    pub(crate) fn wait_longer(&mut self, slept: Duration) {
        for waiting in &mut self.waiting {
            waiting.limit = waiting.limit.map(|limit| limit + slept);
        }
    }

    /// When somebody has waited long enough.
    pub(crate) fn end(&self) -> Option<Time> {
        self.waiting.iter().filter_map(|waiting| waiting.limit).min()
    }

    /// Answers whoever has waited long enough: for the keyring, or for anything else.
    pub(crate) fn answer_late(
        &mut self,
        for_keyring: &Outcome,
        for_others: &Outcome,
        cx: &mut Context,
    ) {
        let now = cx.now;
        let is_late = |waiting: &Waiting| waiting.limit.is_some_and(|limit| limit <= now);
        let is_for_keyring = |waiting: &Waiting| matches!(waiting.what, WaitFor::Forgotten(_));
        self.answer(|waiting| is_late(waiting) && is_for_keyring(waiting), for_keyring, cx);
        self.answer(is_late, for_others, cx);
    }

    fn answer(&mut self, which: impl Fn(&Waiting) -> bool, outcome: &Outcome, cx: &mut Context) {
        for waiting in self.waiting.extract_if(.., |waiting| which(waiting)).collect::<Vec<_>>() {
            self.reply(Some(waiting.to), outcome.clone(), cx);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProblemKind;
    use crate::context::tests::context;

    #[test]
    fn everybody_is_answered_once_in_the_order_they_asked() {
        let (mut replies, mut cx) = (Replies::default(), context());
        for number in 0..3 {
            replies.wait(Some(Asker::Face(ReplyTo(number))), WaitFor::Wish(number / 2), &cx);
        }
        replies.resolve(|what| what == WaitFor::Wish(0), &Outcome::Done, &mut cx);
        replies.resolve(|what| what == WaitFor::Wish(0), &Outcome::Done, &mut cx);
        let told = |to| Effect::Reply { to: ReplyTo(to), outcome: Outcome::Done };
        assert_eq!(cx.take_effects(), [told(0), told(1)]);
        assert!(replies.is_awaited(WaitFor::Wish(1)));
    }

    #[test]
    fn only_who_has_waited_long_enough_is_answered_late() {
        let (mut replies, mut cx) = (Replies::default(), context());
        replies.wait(Some(Asker::Face(ReplyTo(1))), WaitFor::Clear, &cx);
        replies.wait(Some(Asker::Face(ReplyTo(2))), WaitFor::SignIn, &cx);
        let limit = replies.end().expect("the first has a limit");
        replies.wait_longer(Duration::from_secs(5));
        cx.advance(limit);
        replies.answer_late(&Outcome::Done, &Outcome::Done, &mut cx);
        assert!(cx.take_effects().is_empty(), "who slept waits longer");
        cx.advance(limit + Duration::from_secs(5));
        replies.answer_late(&Outcome::Done, &Outcome::Done, &mut cx);
        assert_eq!(cx.take_effects().len(), 1);
        assert_eq!(replies.end(), None);
    }

    #[test]
    fn what_a_shortcut_asked_for_is_told_only_when_it_fails() {
        let (mut replies, mut cx) = (Replies::default(), context());
        let problem = Problem::new(ProblemKind::SignInNeeded, "t", "d.", "r.");
        replies.reply(Some(Asker::Shortcut), Outcome::Done, &mut cx);
        replies.reply(Some(Asker::Shortcut), Outcome::Failed(problem.clone()), &mut cx);
        assert!(cx.take_effects().is_empty());
        assert_eq!(replies.take_unseen(), [problem]);
        assert!(replies.take_unseen().is_empty());
    }
}
