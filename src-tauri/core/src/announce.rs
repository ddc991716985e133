//! Owns the one problem that stands, and when a person is told of it; refuses to mend it.

use crate::agenda::{Action, Due};
use crate::facts::{Purpose, Retry, SignIn, Trouble, Vault, Want};
use crate::keeper::Core;
use crate::{Effect, Flaw, Ids, Notice, Notifications, Problem, ProblemKind, Setup, Time, words};

impl Core {
    /// The problem that matters most, and since when it stands.
    pub(crate) fn standing(&self) -> Option<(Time, Problem)> {
        self.setup_problem()
            .or_else(|| self.account_problem())
            .or_else(|| self.keeping_problem())
            .or_else(|| self.sign_in_problem())
            .or_else(|| self.storing_problem())
    }

    pub(crate) fn is_signed_in(&self) -> bool {
        self.grant.as_ref().is_some_and(|grant| grant.refused.is_none())
    }

    /// A sign-in beside a good one that did not work.
    fn sign_in_problem(&self) -> Option<(Time, Problem)> {
        match &self.sign_in {
            SignIn::Ended { problem, at } => Some((*at, problem.clone())),
            SignIn::Idle
            | SignIn::Browser { .. }
            | SignIn::Redeeming { .. }
            | SignIn::Starting { .. }
            | SignIn::Device { .. } => None,
        }
    }

    fn setup_problem(&self) -> Option<(Time, Problem)> {
        match &self.setup {
            Setup::Missing(problem) => Some((Time::ZERO, problem.clone())),
            Setup::Ready(_) => None,
        }
    }

    fn account_problem(&self) -> Option<(Time, Problem)> {
        match &self.sign_in {
            SignIn::Ended { problem, at } if !self.is_signed_in() => {
                return Some((*at, problem.clone()));
            }
            SignIn::Browser { trouble: Some(problem), .. } => {
                return Some((self.now, problem.clone()));
            }
            SignIn::Idle
            | SignIn::Ended { .. }
            | SignIn::Browser { trouble: None, .. }
            | SignIn::Redeeming { .. }
            | SignIn::Starting { .. }
            | SignIn::Device { .. } => {}
        }
        if let Some(grant) = &self.grant {
            let refused = grant.refused.as_ref()?;
            return Some((refused.since, words::with_wish(&refused.problem, &self.want)));
        }
        match &self.vault {
            Vault::Unavailable { problem, since, .. }
            | Vault::Asked { problem: Some(problem), since, .. } => Some((*since, problem.clone())),
            Vault::Absent | Vault::SignedOut if self.want != Want::Nothing => {
                Some((Time::ZERO, words::with_wish(&words::sign_in_needed(), &self.want)))
            }
            Vault::NotAsked
            | Vault::Asked { problem: None, .. }
            | Vault::Absent
            | Vault::Present
            | Vault::SignedOut => None,
        }
    }

    pub(crate) fn keeping_problem(&self) -> Option<(Time, Problem)> {
        let patience = self.patience();
        let trouble = self.trouble.as_ref().or(patience.as_ref())?;
        Some((trouble.since, words::trouble(trouble, &self.want)))
    }

    /// What keeps the next call for an unconfirmed wish waiting, though nothing failed that was made for it.
    pub(crate) fn patience(&self) -> Option<Trouble> {
        if self.want == Want::Nothing || self.confirmed().is_some() || self.flight.is_some() {
            return None;
        }
        let grant = self.grant.as_ref()?;
        let planned = self.keeping_call().filter(|planned| match planned.purpose {
            Purpose::Session | Purpose::Former(_) => planned.at > self.now,
            Purpose::Pin | Purpose::Look | Purpose::SignIn => false,
        })?;
        let waits = |kind, ids, since| Trouble {
            kind,
            is_entra: false,
            detail: String::new(),
            ids,
            since,
            tries: 1,
            retry: Retry::NotBefore { from: planned.at, then: planned.at },
        };
        let of_entra = grant.pause.as_ref().filter(|_| planned.call.goes_to_entra());
        let mut pauses = self.pause.iter().chain(of_entra);
        if let Some(pause) = pauses.find(|pause| pause.until > self.now) {
            return Some(waits(pause.kind, pause.ids.clone(), pause.since));
        }
        let free = self.pace.below_ceiling(self.now, self.is_busy_leaving(), &self.rules);
        let since = self.pace.last_call().unwrap_or(self.now);
        (free > self.now).then(|| waits(ProblemKind::TooManyChanges, Ids::new(), since))
    }

    fn storing_problem(&self) -> Option<(Time, Problem)> {
        let storing = self.grant.as_ref().and_then(|grant| grant.kept.problem());
        let deleting = || self.deletions.iter().find_map(|deletion| deletion.problem.as_ref());
        storing.or_else(deleting).cloned()
    }

    /// One notification an episode; a second only when what began as passing turns out to need a person.
    pub(crate) fn announcement(&self) -> Option<Due> {
        if self.rules.has(Flaw::TellsNothing) {
            return None;
        }
        let (since, problem) = self.standing()?;
        let needs_person = problem.kind.needs_person();
        match self.announced {
            None => {}
            Some(kind) if needs_person && kind != problem.kind => {}
            Some(_) => return None,
        }
        if matches!(problem.kind, ProblemKind::NotRemembered | ProblemKind::NotForgotten) {
            return Some((since, Action::Announce));
        }
        // Who broke a sign-in off knows it.
        let is_known = problem.kind == ProblemKind::SignInCancelled;
        if self.is_busy_leaving() || self.want == Want::Nothing || is_known {
            return None;
        }
        if needs_person {
            return Some((since, Action::Announce));
        }
        let calm = since + self.rules.grace;
        let forewarned = self.confirmed().map(|lease| {
            let lapse = lease.ends_at(&self.rules);
            let answered = self.agreed_try(lapse).map(|at| at + self.rules.answer_margin);
            (lapse - self.rules.forewarning).max(answered.unwrap_or(calm))
        });
        Some((forewarned.map_or(calm, |at| at.max(calm)), Action::Announce))
    }

    /// When the service, which asked for patience, is called once more before the session lapses.
    fn agreed_try(&self, lapse: Time) -> Option<Time> {
        match self.trouble.as_ref()?.retry {
            Retry::NotBefore { then, .. } if then < lapse => Some(then),
            Retry::NotBefore { .. } | Retry::Backoff(_) | Retry::NewWish => None,
        }
    }

    pub(crate) fn announce(&mut self) {
        let Some((_, problem)) = self.standing() else {
            return;
        };
        self.announced = Some(problem.kind);
        self.tell_problem(&problem);
    }

    pub(crate) fn tell_problem(&mut self, problem: &Problem) {
        let Setup::Ready(settings) = &self.setup else {
            return;
        };
        match settings.notifications {
            Notifications::None => {}
            Notifications::Problems | Notifications::All => {
                let body = [problem.detail.as_str(), problem.remedy.as_str()].join(" ");
                self.emit(Effect::Notify(Notice {
                    title: problem.title.clone(),
                    body: body.trim().to_owned(),
                }));
            }
        }
    }

    pub(crate) fn tell_all(&mut self, notice: Notice) {
        let Setup::Ready(settings) = &self.setup else {
            return;
        };
        match settings.notifications {
            Notifications::All => self.emit(Effect::Notify(notice)),
            Notifications::Problems | Notifications::None => {}
        }
    }
}
