//! Owns who is signed in and what the OS keyring holds of it; refuses to see a token.

use crate::agenda::AT_ONCE;
use crate::facts::{Shown, Vault, WaitFor, Want};
use crate::keeper::Core;
use crate::{
    Account, Claims, Effect, Flaw, GrantId, Granted, Outcome, Problem, ProblemKind, Refusal,
    RefusalKind, Time, VaultEvent, words,
};

/// A set of tokens in the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) id: GrantId,
    pub(crate) account: Account,
    /// Until when there is an access token.
    pub(crate) access_until: Option<Time>,
    /// Whether the granted scope holds `Presence.ReadWrite`, as far as is known.
    pub(crate) may_set_presence: bool,
    pub(crate) kept: Kept,
    /// A claims challenge that the next token must answer.
    pub(crate) claims: Option<Claims>,
    /// Renewing ahead of time is not tried before this.
    pub(crate) refresh_after: Time,
    /// Entra asked for no refresh before this.
    pub(crate) refresh_not_before: Time,
    /// When it did.
    pub(crate) throttled_at: Time,
    pub(crate) refused: Option<Refused>,
}

/// Whether the refresh token is in the OS keyring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    Stored,
    Storing { tries: u32, problem: Option<(Time, Problem)> },
    Due { at: Time, tries: u32, problem: Option<(Time, Problem)> },
}

/// Entra wants a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) problem: Problem,
    pub(crate) since: Time,
    pub(crate) retry_at: Time,
}

impl Kept {
    /// Why it is not stored, and since when that is so.
    pub(crate) fn problem(&self) -> Option<&(Time, Problem)> {
        match self {
            Kept::Stored => None,
            Kept::Storing { problem, .. } | Kept::Due { problem, .. } => problem.as_ref(),
        }
    }
}

impl Grant {
    pub(crate) fn store_at(&self) -> Option<Time> {
        match self.kept {
            Kept::Stored | Kept::Storing { .. } => None,
            Kept::Due { at, .. } => Some(at),
        }
    }

    pub(crate) fn is_storing(&self) -> bool {
        matches!(self.kept, Kept::Storing { .. })
    }
}

impl Core {
    pub(crate) fn load(&mut self) {
        let (tries, since, problem) = match &self.vault {
            Vault::Unavailable { tries, since, problem, .. } => {
                (*tries, *since, Some(problem.clone()))
            }
            Vault::NotAsked
            | Vault::Asked { .. }
            | Vault::Absent
            | Vault::Present
            | Vault::Forgotten(_) => (0, self.now, None),
        };
        if self.vault == Vault::NotAsked {
            self.pace.wished(self.now);
        }
        // What a run before this one sent may still be on its way.
        let may_be_overtaken = self.shown == Shown::Unknown && !self.saved.ended;
        if self.vault == Vault::NotAsked && may_be_overtaken {
            self.ghost = self.ghost.max(Some(self.now + self.rules.call_limit));
        }
        self.vault = Vault::Asked { tries: tries.saturating_add(1), since, problem };
        self.emit(Effect::Load);
    }

    pub(crate) fn store(&mut self) {
        let Some(grant) = &mut self.grant else { return };
        let (tries, problem) = match &grant.kept {
            Kept::Due { tries, problem, .. } => (tries.saturating_add(1), problem.clone()),
            Kept::Stored | Kept::Storing { .. } => (1, None),
        };
        grant.kept = Kept::Storing { tries, problem };
        let id = grant.id;
        if self.rules.has(Flaw::DropsBeforeStoring) {
            self.emit(Effect::Forget);
        }
        self.emit(Effect::Store(id));
    }

    pub(crate) fn vault_answered(&mut self, event: VaultEvent) {
        match event {
            VaultEvent::Present { grant, account } => self.found(grant, account),
            VaultEvent::Absent => {
                if self.grant.is_none() && !self.is_signed_out() {
                    self.nobody();
                }
            }
            VaultEvent::Unavailable(_) if self.rules.has(Flaw::UnavailableIsAbsent) => {
                self.nobody();
            }
            VaultEvent::Unavailable(problem) => self.vault_unavailable(problem),
            VaultEvent::Stored(id) => {
                if let Some(grant) = self.grant.as_mut().filter(|grant| grant.id == id) {
                    grant.kept = Kept::Stored;
                    self.vault = Vault::Present;
                    self.resolve(|wait| wait == WaitFor::Remembered, &Outcome::Done);
                }
            }
            VaultEvent::StoreFailed(id, problem) => self.store_failed(id, problem),
            VaultEvent::Forgotten => self.forgotten(),
            VaultEvent::ForgetFailed(problem) => self.forget_failed(problem),
        }
    }

    fn nobody(&mut self) {
        self.vault = Vault::Absent;
        // Who chose meanwhile is told that nothing was changed.
        if let Some((want, before)) = self.unproven.take() {
            (self.want, self.before) = (want, before);
        }
        // Without a sign-in no session can be ended: it expires by itself.
        if self.want == Want::Cleared {
            self.want = Want::Nothing;
        }
        self.resolve_wish_failed(&words::sign_in_needed());
    }

    fn found(&mut self, id: GrantId, account: Account) {
        if self.grant.is_some() || self.is_signed_out() {
            return;
        }
        self.vault = Vault::Present;
        self.unproven = None;
        self.grant = Some(Grant {
            id,
            account,
            access_until: None,
            may_set_presence: true,
            kept: Kept::Stored,
            claims: None,
            refresh_after: AT_ONCE,
            refresh_not_before: AT_ONCE,
            throttled_at: AT_ONCE,
            refused: None,
        });
    }

    fn vault_unavailable(&mut self, problem: Problem) {
        if self.grant.is_some() {
            return;
        }
        let (tries, since) = match &self.vault {
            // It stands since it is known, as every trouble, however long the keyring took to say so.
            Vault::Asked { tries, problem: None, .. } => (*tries, self.now),
            Vault::Asked { tries, since, problem: Some(_) }
            | Vault::Unavailable { tries, since, .. } => (*tries, *since),
            Vault::NotAsked | Vault::Absent | Vault::Present => (1, self.now),
            Vault::Forgotten(_) => return,
        };
        let retry_at = self.now + self.backoff(tries, since);
        // A keyring that does not answer signs nobody out: the choice stands.
        self.unproven = None;
        self.resolve_wish_failed(&problem);
        self.vault = Vault::Unavailable { problem, retry_at, tries, since };
    }

    fn store_failed(&mut self, id: GrantId, problem: Problem) {
        let Some(grant) = self.grant.as_ref().filter(|grant| grant.id == id) else {
            return;
        };
        let (tries, since) = match &grant.kept {
            Kept::Storing { tries, problem } | Kept::Due { tries, problem, .. } => {
                (*tries, problem.as_ref().map_or(self.now, |(since, _)| *since))
            }
            Kept::Stored => (1, self.now),
        };
        let at = self.now + self.backoff(tries.saturating_add(3), since);
        if let Some(grant) = &mut self.grant {
            grant.kept = Kept::Due { at, tries, problem: Some((since, problem)) };
        }
        // It counts for this run; the view says that it is not remembered.
        self.resolve(|wait| wait == WaitFor::Remembered, &Outcome::Done);
    }

    /// New tokens came: by a sign-in, or by a refresh of the present grant. As the answer may be late, their life is
    /// counted from the question.
    pub(crate) fn granted(&mut self, id: GrantId, granted: Granted, asked_at: Time) {
        let before = self.grant.take();
        if before.as_ref().is_some_and(|before| before.access_until.is_some()) {
            // The service refused no token since the last refresh: what comes next is no second time.
            self.accepted();
        }
        let problem = before.as_ref().and_then(|before| before.kept.problem().cloned());
        let Some(account) = granted.account.or(before.map(|grant| grant.account)) else {
            return;
        };
        // A token that is said to be worthless at birth is still tried once: asking again would be a loop.
        let mut access_for = granted.access_for.max(self.rules.refresh_ahead / 5);
        if self.rules.has(Flaw::TrustsTokensTooLong) {
            access_for *= 2;
        }
        self.grant = Some(Grant {
            id,
            account,
            access_until: Some(asked_at + access_for),
            may_set_presence: granted.may_set_presence,
            kept: if self.rules.has(Flaw::NeverStores) {
                Kept::Stored
            } else {
                Kept::Due { at: AT_ONCE, tries: 0, problem }
            },
            claims: None,
            refresh_after: asked_at + access_for / 2,
            refresh_not_before: AT_ONCE,
            throttled_at: AT_ONCE,
            refused: None,
        });
        self.vault = Vault::Present;
        self.unproven = None;
        let lacked = self.trouble.as_ref().map(|trouble| trouble.kind);
        if granted.may_set_presence && lacked == Some(ProblemKind::ConsentNeeded) {
            self.trouble = None;
        }
        if !granted.may_set_presence {
            self.slow_trouble(ProblemKind::ConsentNeeded, String::new(), crate::Ids::new());
        }
    }

    /// A refresh was refused: the stored token stays, as the policy behind it may pass.
    pub(crate) fn refresh_refused(&mut self, refusal: &Refusal) {
        let problem = match refusal.kind {
            RefusalKind::NotPublicClient => words::not_public_client(refusal),
            RefusalKind::ConsentNeeded => words::consent_refused(refusal),
            RefusalKind::PersonNeeded
            | RefusalKind::Declined
            | RefusalKind::Expired
            | RefusalKind::Other => words::sign_in_again(refusal),
        };
        let retry_at = self.now + self.rules.slow_retry;
        if self.rules.has(Flaw::ForgetsOnRefusal) {
            self.emit(Effect::Forget);
        }
        if self.rules.has(Flaw::DropsWishOnRefusal) {
            self.want = Want::Nothing;
        }
        let now = self.now;
        if let Some(grant) = &mut self.grant {
            let since = grant.refused.as_ref().map_or(now, |refused| refused.since);
            grant.access_until = None;
            grant.refused = Some(Refused { problem: problem.clone(), since, retry_at });
        }
        self.resolve_wish_failed(&problem);
        self.resolve(|wait| wait == WaitFor::Look, &Outcome::Failed(problem));
        self.look_wanted = false;
    }

    pub(crate) fn lacks_permission(&self) -> bool {
        self.grant.as_ref().is_some_and(|grant| !grant.may_set_presence)
    }
}
