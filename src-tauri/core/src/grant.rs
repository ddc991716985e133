//! Owns who is signed in and with which grant; refuses to see a token.

use std::time::Duration;

use crate::agenda::AT_ONCE;
use crate::facts::{Flight, Pause, Vault, WaitFor, Want};
use crate::former::is_same;
use crate::keeper::Core;
use crate::{
    Account, Claims, Effect, Flaw, GrantId, Granted, Outcome, Problem, ProblemKind, Refusal,
    RefusalKind, Time, words,
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
    /// Entra asked for no refresh before its end.
    pub(crate) pause: Option<Pause>,
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
    /// The first moment from `at` on at which Entra has not asked for patience.
    pub(crate) fn after_pause(&self, at: Time) -> Time {
        self.pause.as_ref().map_or(at, |pause| at.max(pause.until))
    }

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
            pause: None,
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

    /// What Entra's policy refused it may take now.
    pub(crate) fn try_refused_again(&mut self) {
        if let Some(refused) = self.grant.as_mut().and_then(|grant| grant.refused.as_mut()) {
            refused.retry_at = self.now;
        }
    }

    pub(crate) fn lacks_permission(&self) -> bool {
        self.grant.as_ref().is_some_and(|grant| !grant.may_set_presence)
    }
}
