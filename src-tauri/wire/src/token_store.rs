//! Owns the tokens, codes and verifiers in memory, by the names the core knows them; refuses to show them, and to
//! forget which registration and roots they are for.

use std::collections::BTreeMap;
use std::sync::Arc;

use oauth2::{
    AccessToken, AuthorizationCode, DeviceCode, PkceCodeVerifier, RedirectUrl, RefreshToken,
};
use presence_core::{Account, AttemptId, GrantId};

use crate::registration::Registration;
use crate::vault::Kept;

/// The tokens of a grant, and whose they are.
#[derive(Debug)]
pub(crate) struct Tokens {
    pub(crate) account: Option<Account>,
    pub(crate) access: Option<AccessToken>,
    pub(crate) refresh: Option<RefreshToken>,
}

/// What a sign-in under way needs to remember.
#[derive(Debug)]
pub enum Attempt {
    /// The browser is out.
    Browser {
        /// Proves that the code is for this program (RFC 7636).
        verifier: PkceCodeVerifier,
        /// Where the browser comes back to.
        redirect: RedirectUrl,
        /// What it brought, once it has.
        code: Option<AuthorizationCode>,
    },
    /// The device code is shown.
    Device(DeviceCode),
}

/// Everything secret that the process holds.
#[derive(Debug, Default)]
pub struct TokenStore {
    grants: BTreeMap<GrantId, (Arc<Registration>, Tokens)>,
    attempts: BTreeMap<AttemptId, (Arc<Registration>, Attempt)>,
    /// The newest attempt that is over: what still comes of it, or of one before it, is not held.
    over: Option<AttemptId>,
}

impl TokenStore {
    /// Holds what the keyring of `at` kept, until [`TokenStore::drop_grant`].
    pub fn put_kept(&mut self, grant: GrantId, at: Arc<Registration>, kept: Kept) {
        let Kept { account, refresh_token } = kept;
        let tokens = Tokens { account: Some(account), access: None, refresh: Some(refresh_token) };
        self.put(grant, at, tokens);
    }

    /// What the keyring is to keep of a grant, and for which registration; `None` without a refresh token.
    #[must_use]
    pub fn kept(&self, grant: GrantId) -> Option<(&Registration, Kept)> {
        let (at, Tokens { account, refresh, .. }) = self.grants.get(&grant)?;
        Some((at, Kept { account: account.clone()?, refresh_token: refresh.clone()? }))
    }

    /// Holds the tokens of a sign-in under way until [`TokenStore::drop_grant`]; its codes are used up.
    pub(crate) fn put_new(
        &mut self,
        attempt: AttemptId,
        grant: GrantId,
        at: Arc<Registration>,
        tokens: Tokens,
    ) {
        if self.attempts.remove(&attempt).is_some() {
            self.put(grant, at, tokens);
        }
    }

    fn put(&mut self, grant: GrantId, at: Arc<Registration>, tokens: Tokens) {
        self.grants.insert(grant, (at, tokens));
    }

    /// Holds what a refresh of `from` brought. Without a refresh token the previous one stays in force (RFC 6749,
    /// section 6), and whose it is never changes: only how they are called.
    pub(crate) fn renew(&mut self, from: GrantId, grant: GrantId, mut tokens: Tokens) {
        let Some((at, previous)) = self.grants.get(&from) else { return };
        tokens.refresh = tokens.refresh.or_else(|| previous.refresh.clone());
        if let Some(owner) = &previous.account {
            let is_same = |new: &Account| (&new.oid, &new.tenant) == (&owner.oid, &owner.tenant);
            tokens.account = tokens.account.filter(is_same).or_else(|| Some(owner.clone()));
        }
        self.put(grant, at.clone(), tokens);
    }

    /// The core needs these tokens no more.
    pub fn drop_grant(&mut self, grant: GrantId) {
        self.grants.remove(&grant);
    }

    /// Whose a grant is.
    #[must_use]
    pub fn account(&self, grant: GrantId) -> Option<&Account> {
        self.grants.get(&grant)?.1.account.as_ref()
    }

    /// A sign-in begins at `at`; every other one is over.
    pub fn begin(&mut self, attempt: AttemptId, at: Arc<Registration>, how: Attempt) {
        self.attempts.clear();
        if Some(attempt) > self.over {
            self.attempts.insert(attempt, (at, how));
        }
    }

    /// A sign-in is over.
    pub fn close(&mut self, attempt: AttemptId) {
        self.attempts.remove(&attempt);
        self.over = self.over.max(Some(attempt));
    }

    /// The browser came back with a code.
    pub fn code_came(&mut self, came: AttemptId, with: AuthorizationCode) {
        if let Some((_, Attempt::Browser { code, .. })) = self.attempts.get_mut(&came) {
            *code = Some(with);
        }
    }

    /// What a call to Graph needs of a grant.
    pub(crate) fn access(
        &self,
        grant: GrantId,
    ) -> Option<(&Arc<Registration>, &AccessToken, &Account)> {
        let (at, tokens) = self.grants.get(&grant)?;
        Some((at, tokens.access.as_ref()?, tokens.account.as_ref()?))
    }

    /// What a refresh needs of a grant.
    pub(crate) fn refresh(&self, grant: GrantId) -> Option<(&Arc<Registration>, &RefreshToken)> {
        let (at, tokens) = self.grants.get(&grant)?;
        Some((at, tokens.refresh.as_ref()?))
    }

    pub(crate) fn attempt(&self, attempt: AttemptId) -> Option<(&Arc<Registration>, &Attempt)> {
        self.attempts.get(&attempt).map(|(at, how)| (at, how))
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::registration::Cloud;
    use presence_core::{Call, GraphRequest};

    fn registration(graph: &str) -> Arc<Registration> {
        let cloud = Cloud { authority: "https://login".to_owned(), graph: graph.to_owned() };
        let (client_id, tenant) = ("client".to_owned(), "contoso".to_owned());
        Arc::new(Registration { client_id, tenant, cloud })
    }

    fn tokens(refresh: Option<&str>) -> Tokens {
        let account = Account { oid: "a-1".into(), tenant: "t".into(), name: "Megan".into() };
        let refresh = refresh.map(|token| RefreshToken::new(token.to_owned()));
        let access = Some(AccessToken::new("access".to_owned()));
        Tokens { account: Some(account), access, refresh }
    }

    #[test]
    fn only_a_refresh_inherits_and_only_from_its_own_grant() {
        let mut store = TokenStore::default();
        let at = registration("https://graph");
        store.put(GrantId(1), at.clone(), tokens(Some("megan's")));
        store.put(GrantId(2), at, tokens(None));
        assert!(store.refresh(GrantId(2)).is_none(), "a sign-in inherits nothing");
        store.renew(GrantId(1), GrantId(3), tokens(None));
        assert_eq!(store.refresh(GrantId(3)).unwrap().1.secret(), "megan's");
        store.renew(GrantId(9), GrantId(4), tokens(Some("nobody's")));
        assert!(store.refresh(GrantId(4)).is_none(), "a refresh of nothing brings nothing");
    }

    #[test]
    fn nothing_is_held_of_a_sign_in_that_is_over_whatever_still_comes() {
        let mut store = TokenStore::default();
        let at = registration("https://graph");
        let device = || Attempt::Device(DeviceCode::new("device code".to_owned()));
        store.begin(AttemptId(1), at.clone(), device());
        assert!(store.attempt(AttemptId(1)).is_some());
        store.close(AttemptId(1));
        store.begin(AttemptId(1), at.clone(), device());
        store.put_new(AttemptId(1), GrantId(1), at.clone(), tokens(Some("late")));
        assert!(store.attempt(AttemptId(1)).is_none() && store.refresh(GrantId(1)).is_none());
        store.begin(AttemptId(2), at.clone(), device());
        store.put_new(AttemptId(2), GrantId(2), at, tokens(Some("megan's")));
        assert!(store.attempt(AttemptId(2)).is_none() && store.refresh(GrantId(2)).is_some());
    }

    #[test]
    fn a_token_stays_with_the_roots_it_was_issued_for() {
        let mut store = TokenStore::default();
        store.put(GrantId(1), registration("https://old"), tokens(Some("r")));
        store.put(GrantId(2), registration("https://new"), tokens(Some("r")));
        store.renew(GrantId(1), GrantId(3), tokens(None));
        let host = |grant| {
            let call = Call::Graph { grant, request: GraphRequest::ReadPresence };
            let (request, _) = store.request(&call, None, SystemTime::UNIX_EPOCH).ok()?;
            request.url.split('/').nth(2).map(str::to_owned)
        };
        assert_eq!(host(GrantId(3)).as_deref(), Some("old"));
        assert_eq!(host(GrantId(2)).as_deref(), Some("new"));
        assert_eq!(host(GrantId(4)), None);
    }
}
