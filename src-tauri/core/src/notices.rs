//! Owns what a person was told, and what the desktop does not let the program do; refuses to mend it.

use std::collections::BTreeMap;

use crate::context::Context;
use crate::{Aspect, Effect, Notice, Notifications, Problem, ProblemKind, Time};

/// What was told, and what stands beside the status.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notices {
    /// Of which problem a person was told in the episode that stands.
    told: Option<ProblemKind>,
    /// What a person was told last, and when.
    newest: Option<(Problem, Time)>,
    desktop: BTreeMap<Aspect, Vec<Problem>>,
}

impl Notices {
    /// Whether a person has yet to be told of a problem of this kind: once an episode, and once more when what began
    /// as passing turns out to need a person.
    pub(crate) fn is_news(&self, kind: ProblemKind) -> bool {
        match self.told {
            None => true,
            Some(told) => kind.needs_person() && told != kind,
        }
    }

    /// Whether an episode stands of which a person was told.
    pub(crate) fn is_open(&self) -> bool {
        self.told.is_some()
    }

    /// The episode is over.
    pub(crate) fn forget(&mut self) {
        self.told = None;
    }

    /// Tells a person of the problem that stands.
    pub(crate) fn announce(&mut self, problem: &Problem, which: Notifications, cx: &mut Context) {
        self.told = Some(problem.kind);
        self.tell(problem, which, cx);
    }

    /// Tells a person who sees no face why what they asked for failed: where it needs them, and they were not told the
    /// same just now.
    pub(crate) fn remind(&mut self, problem: &Problem, which: Notifications, cx: &mut Context) {
        let just_now = |at: Time| cx.now < at + cx.rules.reminded_after;
        let is_known = |newest: &(Problem, Time)| newest.0 == *problem && just_now(newest.1);
        if problem.kind.needs_person() && !self.newest.as_ref().is_some_and(is_known) {
            self.tell(problem, which, cx);
        }
    }

    /// Tells whoever wants to be told of everything.
    pub(crate) fn mention(notice: Notice, which: Notifications, cx: &mut Context) {
        match which {
            Notifications::All => cx.emit(Effect::Notify(notice)),
            Notifications::Problems | Notifications::None => {}
        }
    }

    /// What the desktop does not let the program do. What it said of this aspect before is over; a person is told of
    /// what is new.
    pub(crate) fn desktop_said(
        &mut self,
        aspect: Aspect,
        problems: Vec<Problem>,
        which: Notifications,
        cx: &mut Context,
    ) {
        let old = self.desktop.insert(aspect, problems).unwrap_or_default();
        let new = self.desktop.get(&aspect).into_iter().flatten();
        for problem in new.filter(|problem| !old.contains(problem)).cloned().collect::<Vec<_>>() {
            self.tell(&problem, which, cx);
        }
    }

    pub(crate) fn desktop(&self) -> Vec<Problem> {
        self.desktop.values().flatten().cloned().collect()
    }

    fn tell(&mut self, problem: &Problem, which: Notifications, cx: &mut Context) {
        match which {
            Notifications::None => {}
            Notifications::Problems | Notifications::All => {
                self.newest = Some((problem.clone(), cx.now));
                let body = [problem.detail.as_str(), problem.remedy.as_str()].join(" ");
                let (title, body) = (problem.title.clone(), body.trim().to_owned());
                cx.emit(Effect::Notify(Notice { title, body }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::tests::context;

    fn problem(kind: ProblemKind) -> Problem {
        Problem::new(kind, "t", "d.", "r.")
    }

    #[test]
    fn an_episode_is_told_once_and_again_when_it_turns_out_to_need_a_person() {
        let (mut notices, mut cx) = (Notices::default(), context());
        notices.announce(&problem(ProblemKind::Offline), Notifications::Problems, &mut cx);
        assert!(!notices.is_news(ProblemKind::ServiceBusy));
        assert!(notices.is_news(ProblemKind::NotAllowed));
        notices.forget();
        assert!(notices.is_news(ProblemKind::Offline));
        assert_eq!(cx.take_effects().len(), 1);
    }

    #[test]
    fn who_was_told_just_now_is_not_reminded() {
        let (mut notices, mut cx) = (Notices::default(), context());
        let problem = problem(ProblemKind::NotAllowed);
        notices.announce(&problem, Notifications::Problems, &mut cx);
        notices.remind(&problem, Notifications::Problems, &mut cx);
        assert_eq!(cx.take_effects().len(), 1);
        cx.advance(cx.now + cx.rules.reminded_after);
        notices.remind(&problem, Notifications::Problems, &mut cx);
        assert_eq!(cx.take_effects().len(), 1);
    }

    #[test]
    fn the_same_problem_of_the_desktop_is_told_once() {
        let (mut notices, mut cx) = (Notices::default(), context());
        for _ in 0..2 {
            let problems = vec![problem(ProblemKind::Shortcut)];
            notices.desktop_said(Aspect::Shortcuts, problems, Notifications::Problems, &mut cx);
        }
        assert_eq!((cx.take_effects().len(), notices.desktop().len()), (1, 1));
        notices.desktop_said(Aspect::Shortcuts, Vec::new(), Notifications::None, &mut cx);
        assert!(notices.desktop().is_empty());
    }
}
