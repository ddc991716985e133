//! Owns the one problem that stands, and when a person is told of it; refuses to mend it.

use crate::agenda::{Action, Due};
use crate::facts::{Deletion, Retry, SignIn, Trouble, Vault, Want};
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
            Vault::Forgotten(
                Deletion::Due { problem, .. } | Deletion::Asked { problem: Some(problem), .. },
            ) => Some(problem.clone()),
            Vault::Absent if self.want != Want::Nothing => {
                Some((Time::ZERO, words::with_wish(&words::sign_in_needed(), &self.want)))
            }
            Vault::NotAsked
            | Vault::Asked { problem: None, .. }
            | Vault::Absent
            | Vault::Present
            | Vault::Forgotten(Deletion::Asked { problem: None, .. } | Deletion::Done) => None,
        }
    }

    fn keeping_problem(&self) -> Option<(Time, Problem)> {
        let asked_for_patience = self.patience_for_entra();
        let trouble = self.trouble.as_ref().or(asked_for_patience.as_ref())?;
        Some((trouble.since, words::trouble(trouble, &self.want)))
    }

    /// A refresh that Entra wants later is no trouble while the access token serves and the session holds.
    fn patience_for_entra(&self) -> Option<Trouble> {
        let grant = self.grant.as_ref().filter(|grant| grant.refresh_not_before > self.now)?;
        let margin = self.rules.access_margin;
        let serves = grant.access_until.is_some_and(|until| until - margin > self.now);
        if serves || self.confirmed().is_some() || self.want == Want::Nothing {
            return None;
        }
        Some(Trouble {
            kind: ProblemKind::Throttled,
            detail: String::new(),
            ids: Ids::new(),
            since: grant.throttled_at,
            tries: 1,
            retry: Retry::NotBefore {
                from: grant.refresh_not_before,
                then: grant.refresh_not_before,
            },
        })
    }

    fn storing_problem(&self) -> Option<(Time, Problem)> {
        self.grant.as_ref()?.kept.problem().cloned()
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
