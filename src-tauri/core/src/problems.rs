//! Owns which problem stands, and from when on a person is told of it; refuses to mend it.

use crate::flight::Purpose;
use crate::state::State;
use crate::trouble::TroubleKind;
use crate::wishes::Want;
use crate::{Call, Ids, Problem, ProblemKind, Setup, Time, words};

/// The problem that matters most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing<'a> {
    /// Since when it stands.
    pub(crate) since: Time,
    cause: Cause<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Cause<'a> {
    /// Somebody else said it.
    Said(&'a Problem),
    /// Entra wants a person.
    Refused(&'a Problem),
    NobodyIsSignedIn,
    /// With what is behind it for the help desk.
    Trouble(&'a TroubleKind, Option<&'a Ids>),
}

impl Standing<'_> {
    pub(crate) fn kind(&self) -> ProblemKind {
        match self.cause {
            Cause::Said(problem) | Cause::Refused(problem) => problem.kind,
            Cause::NobodyIsSignedIn => ProblemKind::SignInNeeded,
            Cause::Trouble(kind, _) => kind.problem_kind(),
        }
    }

    /// The same for a person who wants this.
    pub(crate) fn problem(&self, want: Want) -> Problem {
        match self.cause {
            Cause::Said(problem) => problem.clone(),
            Cause::Refused(problem) => words::with_wish(problem.clone(), want),
            Cause::NobodyIsSignedIn => words::with_wish(words::sign_in_needed(), want),
            Cause::Trouble(kind, ids) => {
                words::trouble(kind, want).with_ids(ids.cloned().unwrap_or_default())
            }
        }
    }
}

impl<'a> State<'a> {
    /// The problem that matters most, if any stands.
    pub(crate) fn standing(&self) -> Option<Standing<'a>> {
        self.setup_problem()
            .or_else(|| self.account_problem())
            .or_else(|| self.keeping_problem())
            .or_else(|| self.sign_in.ended().map(said))
            .or_else(|| self.credentials.storing_problem().map(said))
    }

    /// The same, for a person.
    pub(crate) fn current_problem(&self) -> Option<Problem> {
        self.standing().map(|standing| standing.problem(self.wishes.want()))
    }

    fn setup_problem(&self) -> Option<Standing<'a>> {
        match &self.cx.setup {
            Setup::Invalid(problem) => Some(said((Time::ZERO, problem))),
            Setup::Ready(_) => None,
        }
    }

    fn account_problem(&self) -> Option<Standing<'a>> {
        let ended = self.sign_in.ended().filter(|_| !self.credentials.is_signed_in());
        let browser = self.sign_in.browser_problem().map(|problem| (self.cx.now, problem));
        if let Some(problem) = ended.or(browser) {
            return Some(said(problem));
        }
        if let Some(grant) = self.credentials.grant() {
            let refused = grant.refused()?;
            return Some(Standing {
                since: refused.since,
                cause: Cause::Refused(&refused.problem),
            });
        }
        if self.credentials.is_nobody() && self.wishes.want() != Want::Nothing {
            return Some(Standing { since: Time::ZERO, cause: Cause::NobodyIsSignedIn });
        }
        self.credentials.keyring_problem().map(said)
    }

    /// What keeps the session from being what is wanted.
    pub(crate) fn keeping_problem(&self) -> Option<Standing<'a>> {
        let trouble = self.troubles.trouble().map(|trouble| {
            let cause = Cause::Trouble(&trouble.kind, Some(&trouble.ids));
            Standing { since: trouble.since, cause }
        });
        trouble.or_else(|| self.patience())
    }

    /// What keeps the next call for an unconfirmed wish waiting, though nothing failed that was made for it.
    pub(crate) fn patience(&self) -> Option<Standing<'a>> {
        let is_unconfirmed = self.wishes.want() != Want::Nothing && self.confirmed().is_none();
        if !is_unconfirmed || self.outbox.flight().is_some() {
            return None;
        }
        let grant = self.credentials.grant()?;
        let now = self.cx.now;
        let planned = self.keeping_call().filter(|planned| match planned.purpose {
            Purpose::Session | Purpose::Former(_) => planned.at > now,
            Purpose::Pin | Purpose::Message | Purpose::Look | Purpose::SignIn => false,
        })?;
        let of_entra = match planned.call {
            Call::Entra(_) => grant.pause(),
            Call::Graph { .. } => None,
        };
        let mut pauses = self.troubles.pause().into_iter().chain(of_entra);
        if let Some(pause) = pauses.find(|pause| pause.until > now) {
            let cause = Cause::Trouble(&pause.kind, Some(&pause.ids));
            return Some(Standing { since: pause.since, cause });
        }
        let rate = self.outbox.rate();
        let is_full = rate.below_ceiling(now, self.shutdown.is_busy(), &self.cx.rules) > now;
        is_full.then(|| Standing {
            since: rate.last_call().unwrap_or(now),
            cause: Cause::Trouble(&TroubleKind::TooManyChanges, None),
        })
    }

    /// When a person is told of what stands. What passes is told when it has lasted, and before a session lapses by it.
    pub(crate) fn announce_at(&self) -> Option<Time> {
        let standing = self.standing()?;
        let (since, kind) = (standing.since, standing.kind());
        if !self.notices.is_news(kind) {
            return None;
        }
        if matches!(kind, ProblemKind::NotRemembered | ProblemKind::NotForgotten) {
            return Some(since);
        }
        // Who broke a sign-in off knows it.
        let is_known = kind == ProblemKind::SignInCancelled;
        if self.shutdown.is_busy() || self.wishes.want() == Want::Nothing || is_known {
            return None;
        }
        if kind.needs_person() {
            return Some(since);
        }
        let rules = &self.cx.rules;
        let calm = since + rules.grace;
        let Some(lease) = self.confirmed() else { return Some(calm) };
        let lapse = lease.ends_at(rules);
        let agreed = self.troubles.agreed_try(lapse).map(|at| at + rules.answer_margin);
        Some((lapse - rules.forewarning).max(agreed.unwrap_or(calm)).max(calm))
    }
}

fn said((since, problem): (Time, &Problem)) -> Standing<'_> {
    Standing { since, cause: Cause::Said(problem) }
}
