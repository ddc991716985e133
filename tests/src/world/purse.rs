//! The tokens, codes and verifiers of the running program, by the names the core knows them; a crash empties
//! it. It refuses to decide when they are used.

use std::collections::BTreeMap;

use presence_core::{Account, AttemptId, GrantId};

/// The tokens of a grant, and whose they are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    pub(crate) account: Option<Account>,
    pub(crate) access: Option<String>,
    pub(crate) refresh: Option<String>,
    /// Which registration's they are: the configuration's identity.
    pub(crate) identity: String,
}

/// A sign-in under way.
#[derive(Clone, Debug)]
pub(crate) enum Attempt {
    Browser {
        verifier: String,
        authorize: String,
        redirect: String,
        code: Option<String>,
        identity: String,
    },
    Device {
        code: String,
        identity: String,
    },
}

impl Attempt {
    /// Which registration it is made for.
    pub(crate) fn identity(&self) -> &str {
        match self {
            Attempt::Browser { identity, .. } | Attempt::Device { identity, .. } => identity,
        }
    }
}

/// Everything secret that the program holds.
#[derive(Debug, Default)]
pub(crate) struct Purse {
    grants: BTreeMap<GrantId, Tokens>,
    attempts: BTreeMap<AttemptId, Attempt>,
}

impl Purse {
    pub(crate) fn put(&mut self, grant: GrantId, tokens: Tokens) {
        self.grants.insert(grant, tokens);
    }

    /// Tokens that a refresh of `from` brought: what it did not bring stays in force.
    pub(crate) fn renew(&mut self, from: GrantId, grant: GrantId, mut tokens: Tokens) {
        if let Some(before) = self.grants.get(&from) {
            tokens.refresh = tokens.refresh.or_else(|| before.refresh.clone());
            tokens.account = before.account.clone().or(tokens.account);
        }
        self.put(grant, tokens);
    }

    pub(crate) fn drop_grant(&mut self, grant: GrantId) {
        self.grants.remove(&grant);
    }

    pub(crate) fn tokens(&self, grant: GrantId) -> Option<&Tokens> {
        self.grants.get(&grant)
    }

    pub(crate) fn begin(&mut self, attempt: AttemptId, how: Attempt) {
        self.attempts.clear();
        self.attempts.insert(attempt, how);
    }

    pub(crate) fn attempt(&self, attempt: AttemptId) -> Option<&Attempt> {
        self.attempts.get(&attempt)
    }

    pub(crate) fn newest(&self) -> Option<AttemptId> {
        self.attempts.last_key_value().map(|(id, _)| *id)
    }

    pub(crate) fn browser(&self) -> Option<(AttemptId, String)> {
        self.attempts.iter().find_map(|(id, attempt)| match attempt {
            Attempt::Browser { authorize, .. } => Some((*id, authorize.clone())),
            Attempt::Device { .. } => None,
        })
    }

    pub(crate) fn code_came(&mut self, attempt: AttemptId, came: String) {
        if let Some(Attempt::Browser { code, .. }) = self.attempts.get_mut(&attempt) {
            *code = Some(came);
        }
    }
}
