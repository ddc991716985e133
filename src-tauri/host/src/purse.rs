//! Owns the tokens, codes and verifiers in memory, by the names the core knows them; refuses to show them.

use std::collections::BTreeMap;

use oauth2::{
    AccessToken, AuthorizationCode, DeviceCode, PkceCodeVerifier, RedirectUrl, RefreshToken,
};
use presence_core::{Account, AttemptId, GrantId};

/// The tokens of a grant, and whose they are.
pub(crate) struct Tokens {
    pub(crate) account: Option<Account>,
    pub(crate) access: Option<AccessToken>,
    pub(crate) refresh: Option<RefreshToken>,
}

/// What a sign-in under way needs to remember.
pub(crate) enum Attempt {
    /// The browser is out.
    Browser { verifier: PkceCodeVerifier, redirect: RedirectUrl, code: Option<AuthorizationCode> },
    /// The device code is shown.
    Device(DeviceCode),
}

/// Everything secret that the process holds.
#[derive(Default)]
pub(crate) struct Purse {
    grants: BTreeMap<GrantId, Tokens>,
    attempts: BTreeMap<AttemptId, Attempt>,
}

impl Purse {
    /// Holds the tokens of a new grant beside those before it, until [`Purse::adopt`].
    pub(crate) fn put(&mut self, grant: GrantId, mut tokens: Tokens) {
        let before = self.grants.values().next_back();
        // An answer without a refresh token leaves the one before in force (RFC 6749, section 6).
        tokens.refresh =
            tokens.refresh.or_else(|| before.and_then(|before| before.refresh.clone()));
        tokens.account =
            tokens.account.or_else(|| before.and_then(|before| before.account.clone()));
        self.grants.insert(grant, tokens);
    }

    /// The core goes on with this grant: the others are dropped.
    pub(crate) fn adopt(&mut self, grant: GrantId) {
        self.grants.retain(|id, _| *id == grant);
    }

    pub(crate) fn access(&self, grant: GrantId) -> Option<AccessToken> {
        self.grants.get(&grant)?.access.clone()
    }

    pub(crate) fn refresh(&self, grant: GrantId) -> Option<RefreshToken> {
        self.grants.get(&grant)?.refresh.clone()
    }

    pub(crate) fn account(&self, grant: GrantId) -> Option<Account> {
        self.grants.get(&grant)?.account.clone()
    }

    pub(crate) fn begin(&mut self, attempt: AttemptId, how: Attempt) {
        self.attempts.clear();
        self.attempts.insert(attempt, how);
    }

    pub(crate) fn code_came(&mut self, came: AttemptId, with: AuthorizationCode) {
        if let Some(Attempt::Browser { code, .. }) = self.attempts.get_mut(&came) {
            *code = Some(with);
        }
    }

    pub(crate) fn attempt(&self, attempt: AttemptId) -> Option<&Attempt> {
        self.attempts.get(&attempt)
    }

    /// Drops everything.
    pub(crate) fn empty(&mut self) {
        *self = Purse::default();
    }
}
