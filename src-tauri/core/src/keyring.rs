//! Owns what the OS keyring is asked for, and what its answers mean; refuses to take "unavailable" for "absent".

use crate::agenda::AT_ONCE;
use crate::facts::{Vault, WaitFor, Want};
use crate::grant::{Grant, Kept};
use crate::keeper::Core;
use crate::{Account, Effect, Flaw, GrantId, Outcome, Problem, VaultEvent, words};

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
            self.pace.wished(self.now, &self.rules);
        }
        self.vault = Vault::Asked { tries: tries.saturating_add(1), since, problem };
        self.emit(Effect::Load);
    }

    /// Whether it is not known yet whom the keyring holds.
    pub(crate) fn is_loading(&self) -> bool {
        match self.vault {
            Vault::NotAsked | Vault::Asked { .. } | Vault::Unavailable { .. } => true,
            Vault::Absent | Vault::Present | Vault::SignedOut => false,
        }
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
        self.hold_in_keyring();
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
        self.hold_in_keyring();
        if let Some(former) = self.take_back(&account) {
            // Its tokens are at least as new as those in the keyring.
            self.emit(Effect::Drop(id));
            self.grant = Some(former);
            return self.try_refused_again();
        }
        self.grant = Some(Grant {
            id,
            account,
            access_until: None,
            may_set_presence: true,
            kept: Kept::Stored,
            claims: None,
            refresh_after: AT_ONCE,
            pause: None,
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

    /// The keyring holds, or is about to hold, the sign-in of the present identity; one of another is left over.
    fn hold_in_keyring(&mut self) {
        let identity = self.identity().map(str::to_owned);
        if self.held_in_keyring != identity {
            self.forget_orphan();
            self.held_in_keyring = identity;
        }
    }

    pub(crate) fn emit_forget(&mut self) {
        let identity = self.identity().unwrap_or_default().to_owned();
        self.emit(Effect::Forget { identity });
    }
}
