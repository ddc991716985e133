//! Owns the tokens, codes and verifiers in memory, by the names the core knows them; refuses to show them, and to
//! forget which registration and roots they are for.

use std::collections::BTreeMap;
use std::sync::Arc;

use oauth2::{
    AccessToken, AuthorizationCode, DeviceCode, PkceCodeVerifier, RedirectUrl, RefreshToken,
};
use presence_core::{Account, AttemptId, Call, EntraRequest, GrantId};

use crate::Registration;

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
    grants: BTreeMap<GrantId, (Arc<Registration>, Tokens)>,
    attempts: BTreeMap<AttemptId, (Arc<Registration>, Attempt)>,
}

impl Purse {
    /// The registration and the roots that the secrets of `call` are for; none for a call that has no secret yet.
    pub(crate) fn registration(&self, call: &Call) -> Option<Arc<Registration>> {
        let at = match call {
            Call::Graph { grant, .. } | Call::Entra(EntraRequest::Refresh { grant, .. }) => {
                self.grants.get(grant).map(|(at, _)| at)
            }
            Call::Entra(
                EntraRequest::Redeem { attempt } | EntraRequest::PollDevice { attempt },
            ) => self.attempts.get(attempt).map(|(at, _)| at),
            Call::Entra(EntraRequest::StartDevice { .. }) => None,
        };
        at.cloned()
    }

    /// Holds the tokens of a sign-in, or of the keyring, until [`Purse::drop_grant`].
    pub(crate) fn put(&mut self, grant: GrantId, at: Arc<Registration>, tokens: Tokens) {
        self.grants.insert(grant, (at, tokens));
    }

    /// Holds what a refresh of `from` brought. Without a refresh token the one before stays in force (RFC 6749,
    /// section 6), and whose it is never changes: only how they are called.
    pub(crate) fn renew(&mut self, from: GrantId, grant: GrantId, mut tokens: Tokens) {
        let Some((at, before)) = self.grants.get(&from) else { return };
        tokens.refresh = tokens.refresh.or_else(|| before.refresh.clone());
        if let Some(owner) = &before.account {
            let is_same = |new: &Account| (&new.oid, &new.tenant) == (&owner.oid, &owner.tenant);
            tokens.account = tokens.account.filter(is_same).or_else(|| Some(owner.clone()));
        }
        self.put(grant, at.clone(), tokens);
    }

    /// The core needs these tokens no more.
    pub(crate) fn drop_grant(&mut self, grant: GrantId) {
        self.grants.remove(&grant);
    }

    pub(crate) fn access(&self, grant: GrantId) -> Option<AccessToken> {
        self.grants.get(&grant)?.1.access.clone()
    }

    pub(crate) fn refresh(&self, grant: GrantId) -> Option<RefreshToken> {
        self.grants.get(&grant)?.1.refresh.clone()
    }

    pub(crate) fn account(&self, grant: GrantId) -> Option<Account> {
        self.grants.get(&grant)?.1.account.clone()
    }

    pub(crate) fn begin(&mut self, attempt: AttemptId, at: Arc<Registration>, how: Attempt) {
        self.attempts.clear();
        self.attempts.insert(attempt, (at, how));
    }

    pub(crate) fn code_came(&mut self, came: AttemptId, with: AuthorizationCode) {
        if let Some((_, Attempt::Browser { code, .. })) = self.attempts.get_mut(&came) {
            *code = Some(with);
        }
    }

    pub(crate) fn attempt(&self, attempt: AttemptId) -> Option<&Attempt> {
        self.attempts.get(&attempt).map(|(_, how)| how)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Cloud;
    use presence_core::GraphRequest;

    fn registration(graph: &str) -> Arc<Registration> {
        let cloud = Cloud { authority: "https://login".to_owned(), graph: graph.to_owned() };
        let (client_id, tenant) = ("client".to_owned(), "contoso".to_owned());
        Arc::new(Registration { client_id, tenant, cloud })
    }

    fn tokens(refresh: Option<&str>) -> Tokens {
        let refresh = refresh.map(|token| RefreshToken::new(token.to_owned()));
        Tokens { account: None, access: None, refresh }
    }

    #[test]
    fn only_a_refresh_inherits_and_only_from_its_own_grant() {
        let mut purse = Purse::default();
        let at = registration("https://graph");
        purse.put(GrantId(1), at.clone(), tokens(Some("megan's")));
        purse.put(GrantId(2), at, tokens(None));
        assert!(purse.refresh(GrantId(2)).is_none(), "a sign-in inherits nothing");
        purse.renew(GrantId(1), GrantId(3), tokens(None));
        assert_eq!(purse.refresh(GrantId(3)).unwrap().secret(), "megan's");
        purse.renew(GrantId(9), GrantId(4), tokens(Some("nobody's")));
        assert!(purse.refresh(GrantId(4)).is_none(), "a refresh of nothing brings nothing");
    }

    #[test]
    fn a_token_stays_with_the_roots_it_was_issued_for() {
        let mut purse = Purse::default();
        purse.put(GrantId(1), registration("https://old"), tokens(Some("r")));
        purse.put(GrantId(2), registration("https://new"), tokens(Some("r")));
        purse.renew(GrantId(1), GrantId(3), tokens(None));
        let graph = |grant| {
            let call = Call::Graph { grant, request: GraphRequest::ReadPresence };
            purse.registration(&call).map(|at| at.cloud.graph.clone())
        };
        assert_eq!(graph(GrantId(3)).as_deref(), Some("https://old"));
        assert_eq!(graph(GrantId(2)).as_deref(), Some("https://new"));
        assert_eq!(graph(GrantId(4)), None);
    }
}
