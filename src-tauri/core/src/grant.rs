//! Owns who is signed in and what the OS keyring holds of it; refuses to see a token.

use std::time::Duration;

use crate::agenda::AT_ONCE;
use crate::facts::{Flight, Shown, Vault, WaitFor, Want};
use crate::former::is_same;
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

    /// Lets the keyring be asked at once.
    pub(crate) fn hasten_store(&mut self) {
        match &mut self.kept {
            Kept::Due { at, .. } => *at = AT_ONCE,
            Kept::Stored | Kept::Storing { .. } => {}
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
            | Vault::SignedOut => (0, self.now, None),
        };
        if self.vault == Vault::NotAsked {
            self.configured_at = self.now;
            self.pace.wished(self.now, &self.rules);
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
        // Written down first, so that no entry is ever left that nobody knows of.
        let identity = self.identity().map(str::to_owned);
        if self.held_in_keyring != identity {
            self.forget_orphan();
            self.held_in_keyring = identity;
        }
        self.save();
        if self.rules.has(Flaw::DropsBeforeStoring) {
            self.emit_forget();
        }
        self.emit(Effect::Store(id));
    }

    pub(crate) fn vault_answered(&mut self, event: VaultEvent) {
        match event {
            VaultEvent::Present { grant, account } => self.found(grant, account),
            VaultEvent::Absent => {
                if self.grant.is_none() && self.vault != Vault::SignedOut {
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
                    self.replaced_entry();
                    self.save();
                    self.resolve(|wait| wait == WaitFor::Remembered, &Outcome::Done);
                }
            }
            VaultEvent::StoreFailed(id, problem) => self.store_failed(id, problem),
            VaultEvent::Forgotten(identity) => self.forgotten(&identity),
            VaultEvent::ForgetFailed(identity, problem) => self.forget_failed(&identity, problem),
        }
    }

    fn nobody(&mut self) {
        self.vault = Vault::Absent;
        // Who chose meanwhile is told that nothing was changed.
        if let Some((want, before)) = self.unproven.take() {
            (self.want, self.before) = (want, before);
            self.awaited = None;
        }
        // Without a sign-in no session can be ended: it expires by itself.
        if self.want == Want::Cleared {
            self.want = Want::Nothing;
        }
        self.resolve_wish_failed(&words::sign_in_needed());
    }

    fn found(&mut self, id: GrantId, account: Account) {
        if self.grant.is_some() || self.vault == Vault::SignedOut {
            return self.emit(Effect::Drop(id));
        }
        self.unproven = None;
        self.vault = Vault::Present;
        let identity = self.identity().map(str::to_owned);
        if self.held_in_keyring != identity {
            self.forget_orphan();
            self.held_in_keyring = identity;
        }
        if let Some(former) = self.take_back(&account) {
            // Its tokens are at least as new as those in the keyring.
            self.emit(Effect::Drop(id));
            self.grant = Some(former);
            return;
        }
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
            Vault::SignedOut => return,
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

    /// How long new tokens are used. One that is said to be worthless at birth is still tried once: asking again would
    /// be a loop.
    pub(crate) fn life_of(&self, granted: &Granted) -> Duration {
        let access_for = granted.access_for.max(self.rules.refresh_ahead / 5);
        if self.rules.has(Flaw::TrustsTokensTooLong) { access_for * 2 } else { access_for }
    }

    /// New tokens came by a refresh of the present grant.
    pub(crate) fn refreshed(&mut self, flight: &Flight, granted: Granted) {
        let Some(before) = self.grant.take() else { return };
        if before.access_until.is_some() {
            // The service refused no token since the last refresh: what comes next is no second time.
            self.accepted();
        }
        if self.trouble.as_ref().is_some_and(|trouble| trouble.is_entra) {
            self.trouble = None;
        }
        let problem = before.kept.problem().cloned();
        self.emit(Effect::Drop(before.id));
        // Whose it is does not change by a refresh; how they are called may.
        let renamed = granted.account.clone().filter(|account| is_same(account, &before.account));
        self.take_grant(flight, &granted, renamed.unwrap_or(before.account), problem);
    }

    /// A person signed in: the one before, or another.
    pub(crate) fn signed_in_as(&mut self, flight: &Flight, granted: &Granted, account: Account) {
        if let Some(before) = self.grant.take() {
            if is_same(&before.account, &account) {
                self.emit(Effect::Drop(before.id));
            } else {
                let identity = self.identity().unwrap_or_default().to_owned();
                // Until the new sign-in is stored, the keyring holds somebody else's.
                self.forget(identity.clone());
                self.part_with(identity, before, AT_ONCE);
            }
        }
        if let Some(former) = self.take_back(&account) {
            self.emit(Effect::Drop(former.id));
        }
        self.overtake_deletion();
        self.take_grant(flight, granted, account, None);
    }

    /// Goes on with new tokens. As their answer may be late, their life is counted from the question.
    fn take_grant(
        &mut self,
        flight: &Flight,
        granted: &Granted,
        account: Account,
        problem: Option<(Time, Problem)>,
    ) {
        let access_for = self.life_of(granted);
        let (id, asked_at) = (GrantId(flight.id.0), flight.sent_at);
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
            self.emit_forget();
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

    fn emit_forget(&mut self) {
        let identity = self.identity().unwrap_or_default().to_owned();
        self.emit(Effect::Forget { identity });
    }

    pub(crate) fn lacks_permission(&self) -> bool {
        self.grant.as_ref().is_some_and(|grant| !grant.may_set_presence)
    }
}
