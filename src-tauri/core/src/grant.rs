//! Owns who is signed in and what the OS keyring holds of it; refuses to see a token.

use crate::agenda::AT_ONCE;
use crate::keeper::{Core, Vault, WaitFor};
use crate::{
    Account, Claims, Effect, GrantId, Granted, Outcome, Problem, ProblemKind, Refusal, RefusalKind,
    Time, VaultEvent, words,
};

/// A set of tokens in the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) id: GrantId,
    pub(crate) account: Account,
    /// Until when there is an access token.
    pub(crate) access_until: Option<Time>,
    pub(crate) kept: Kept,
    /// A claims challenge that the next token must answer.
    pub(crate) claims: Option<Claims>,
    /// Renewing ahead of time is not tried before this.
    pub(crate) refresh_after: Time,
    pub(crate) refused: Option<Refused>,
}

/// Whether the refresh token is in the OS keyring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    Stored,
    Storing { tries: u32 },
    Due { at: Time, tries: u32, problem: Option<(Time, Problem)> },
}

/// Entra wants a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) problem: Problem,
    pub(crate) since: Time,
    pub(crate) retry_at: Time,
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
        let (tries, since) = match &self.vault {
            Vault::Unavailable { tries, since, .. } => (*tries, *since),
            Vault::NotAsked | Vault::Asked { .. } | Vault::Absent | Vault::Present => (0, self.now),
        };
        self.vault = Vault::Asked { tries: tries + 1, since };
        self.emit(Effect::Load);
    }

    pub(crate) fn store(&mut self) {
        let Some(grant) = &mut self.grant else { return };
        let tries = match grant.kept {
            Kept::Due { tries, .. } => tries + 1,
            Kept::Stored | Kept::Storing { .. } => 1,
        };
        grant.kept = Kept::Storing { tries };
        let id = grant.id;
        self.emit(Effect::Store(id));
    }

    pub(crate) fn vault_answered(&mut self, event: VaultEvent) {
        match event {
            VaultEvent::Present { grant, account } => self.found(grant, account),
            VaultEvent::Absent => {
                if self.grant.is_none() {
                    self.vault = Vault::Absent;
                    let problem = words::sign_in_needed();
                    self.resolve_wish_failed(&problem);
                }
            }
            VaultEvent::Unavailable(problem) => self.vault_unavailable(problem),
            VaultEvent::Stored(id) => {
                if let Some(grant) = self.grant.as_mut().filter(|grant| grant.id == id) {
                    grant.kept = Kept::Stored;
                    self.vault = Vault::Present;
                }
            }
            VaultEvent::StoreFailed(id, problem) => self.store_failed(id, problem),
            VaultEvent::Forgotten => {}
        }
    }

    fn found(&mut self, id: GrantId, account: Account) {
        if self.grant.is_some() {
            return;
        }
        self.vault = Vault::Present;
        self.grant = Some(Grant {
            id,
            account,
            access_until: None,
            kept: Kept::Stored,
            claims: None,
            refresh_after: AT_ONCE,
            refused: None,
        });
    }

    fn vault_unavailable(&mut self, problem: Problem) {
        if self.grant.is_some() {
            return;
        }
        let (tries, since) = match &self.vault {
            Vault::Asked { tries, since } | Vault::Unavailable { tries, since, .. } => {
                (*tries, *since)
            }
            Vault::NotAsked | Vault::Absent | Vault::Present => (1, self.now),
        };
        let retry_at = self.now + self.backoff(tries, since);
        self.resolve_wish_failed(&problem);
        self.vault = Vault::Unavailable { problem, retry_at, tries, since };
    }

    fn store_failed(&mut self, id: GrantId, problem: Problem) {
        let Some(grant) = self.grant.as_ref().filter(|grant| grant.id == id) else {
            return;
        };
        let tries = match grant.kept {
            Kept::Storing { tries } => tries,
            Kept::Stored | Kept::Due { .. } => 1,
        };
        let at = self.now + self.backoff(tries + 3, self.now);
        let now = self.now;
        if let Some(grant) = &mut self.grant {
            grant.kept = Kept::Due { at, tries, problem: Some((now, problem)) };
        }
    }

    /// New tokens came: by a sign-in, or by a refresh of the present grant.
    pub(crate) fn granted(&mut self, id: GrantId, granted: Granted) {
        let before = self.grant.take();
        let Some(account) = granted.account.or(before.map(|grant| grant.account)) else {
            return;
        };
        // A token that is said to be worthless at birth is still tried once: asking again would be a loop.
        let access_for = granted.access_for.max(self.rules.refresh_ahead / 5);
        self.grant = Some(Grant {
            id,
            account,
            access_until: Some(self.now + access_for),
            kept: Kept::Due { at: AT_ONCE, tries: 0, problem: None },
            claims: None,
            refresh_after: self.now + access_for / 2,
            refused: None,
        });
        self.vault = Vault::Present;
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

    pub(crate) fn signed_out(&mut self) {
        self.grant = None;
        self.vault = Vault::Absent;
        self.trouble = None;
        self.effective = None;
        self.emit(Effect::Forget);
    }
}
