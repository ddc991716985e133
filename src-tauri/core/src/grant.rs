//! Owns what is known of a set of tokens in the host: whose they are, how long they live, and whether they are stored.
//! Refuses to see a token.

use std::sync::Arc;
use std::time::Duration;

use crate::context::Context;
use crate::retrying::Retrying;
use crate::trouble::Pause;
use crate::{Account, Call, Claims, EntraRequest, GrantId, Granted, Problem, Rules, Time};

/// A set of tokens in the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    id: GrantId,
    account: Arc<Account>,
    /// Until when there is an access token.
    access_until: Option<Time>,
    /// Whether the granted scope holds `Presence.ReadWrite`, as far as is known.
    may_set_presence: bool,
    /// How the refresh token gets into the OS keyring; absent when it is there.
    storing: Option<Retrying>,
    /// A claims challenge that the next token must answer.
    claims: Option<Claims>,
    /// Renewing ahead of time is not tried before this.
    refresh_after: Time,
    /// Entra asked for no refresh before its end.
    pause: Option<Pause>,
    refused: Option<Refused>,
}

/// Entra wants a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) problem: Problem,
    pub(crate) since: Time,
    pub(crate) retry_at: Time,
}

/// Whether two accounts are one person in one tenant.
pub(crate) fn is_same(one: &Account, other: &Account) -> bool {
    (&one.oid, &one.tenant) == (&other.oid, &other.tenant)
}

/// How long new tokens are used. One that is said to be worthless at birth is still tried once: asking again would be a
/// loop.
fn life_of(granted: &Granted, rules: &Rules) -> Duration {
    granted.access_for.max(rules.refresh_ahead / 5)
}

impl Grant {
    /// Tokens that Entra gave. As their answer may be late, their life is counted from the question.
    pub(crate) fn new(
        id: GrantId,
        account: Account,
        granted: &Granted,
        asked_at: Time,
        storing: Retrying,
        rules: &Rules,
    ) -> Grant {
        let life = life_of(granted, rules);
        Grant {
            id,
            account: Arc::new(account),
            access_until: Some(asked_at + life),
            may_set_presence: granted.may_set_presence,
            storing: Some(storing),
            claims: None,
            refresh_after: asked_at + life / 2,
            pause: None,
            refused: None,
        }
    }

    /// A refresh token from the OS keyring.
    pub(crate) fn stored(id: GrantId, account: Account) -> Grant {
        Grant {
            id,
            account: Arc::new(account),
            access_until: None,
            may_set_presence: true,
            storing: None,
            claims: None,
            refresh_after: Time::AT_ONCE,
            pause: None,
            refused: None,
        }
    }

    pub(crate) fn id(&self) -> GrantId {
        self.id
    }

    pub(crate) fn account(&self) -> &Arc<Account> {
        &self.account
    }

    pub(crate) fn claims(&self) -> Option<&Claims> {
        self.claims.as_ref()
    }

    pub(crate) fn may_set_presence(&self) -> bool {
        self.may_set_presence
    }

    /// Why Entra wants a person.
    pub(crate) fn refused(&self) -> Option<&Refused> {
        self.refused.as_ref()
    }

    /// For how long Entra asked for patience.
    pub(crate) fn pause(&self) -> Option<&Pause> {
        self.pause.as_ref()
    }

    /// Whether no token was refused since the last refresh.
    pub(crate) fn has_access(&self) -> bool {
        self.access_until.is_some()
    }

    /// The call that renews it.
    pub(crate) fn refresh(&self) -> Call {
        Call::Entra(EntraRequest::Refresh { grant: self.id, claims: self.claims.clone() })
    }

    /// The first moment from `at` on at which Entra has not asked for patience.
    pub(crate) fn after_pause(&self, at: Time) -> Time {
        self.pause.as_ref().map_or(at, |pause| at.max(pause.until))
    }

    /// The first moment from `at` on at which what was refused is tried again.
    pub(crate) fn after_refusal(&self, at: Time) -> Time {
        self.refused.as_ref().map_or(at, |refused| at.max(refused.retry_at))
    }

    /// Whether its access token can be used at `at`.
    pub(crate) fn serves(&self, at: Time, rules: &Rules) -> bool {
        self.access_until.is_some_and(|until| until - rules.access_margin > at)
    }

    /// Whether a call at `at` needs another access token first, or had better have one.
    pub(crate) fn needs_refresh(&self, at: Time, rules: &Rules) -> bool {
        let ends_soon = self.access_until.is_none_or(|until| until - rules.refresh_ahead <= at);
        !self.serves(at, rules) || ends_soon && self.refresh_after <= at
    }

    /// The service did not accept the access token.
    pub(crate) fn lose_access(&mut self, claims: Option<Claims>) {
        (self.access_until, self.claims) = (None, claims);
    }

    /// A refresh failed; returns whether the present access token still serves.
    pub(crate) fn refresh_failed(&mut self, pause: Option<Pause>, cx: &Context) -> bool {
        self.pause = pause.or(self.pause.take());
        self.refresh_after = self.after_pause(cx.now + cx.rules.backoff_cap);
        self.serves(cx.now, &cx.rules)
    }

    /// Entra asked for patience.
    pub(crate) fn wait(&mut self, pause: Pause) {
        self.pause = Some(pause);
    }

    /// A refresh was refused: the stored token stays, as the policy behind it may pass.
    pub(crate) fn refuse(&mut self, problem: Problem, cx: &Context) {
        let since = self.refused.as_ref().map_or(cx.now, |refused| refused.since);
        self.access_until = None;
        self.refused = Some(Refused { problem, since, retry_at: cx.now + cx.rules.slow_retry });
    }

    /// What Entra's policy refused it may take now.
    pub(crate) fn try_refused_again(&mut self, now: Time) {
        if let Some(refused) = &mut self.refused {
            refused.retry_at = now;
        }
    }

    /// A refresh brought other tokens for what is only to be ended.
    pub(crate) fn renew(&mut self, id: GrantId, granted: &Granted, asked_at: Time, rules: &Rules) {
        self.id = id;
        self.access_until = Some(asked_at + life_of(granted, rules));
        self.claims = None;
        self.storing = Some(Retrying::new());
    }

    /// How the refresh token gets into the keyring.
    pub(crate) fn storing(&self) -> Option<&Retrying> {
        self.storing.as_ref()
    }

    pub(crate) fn begin_storing(&mut self) {
        if let Some(storing) = &mut self.storing {
            storing.begin();
        }
    }

    pub(crate) fn is_stored(&mut self) {
        self.storing = None;
    }

    pub(crate) fn store_failed(&mut self, problem: Problem, cx: &mut Context) {
        self.storing.get_or_insert_with(Retrying::new).failed(problem, 3, cx);
    }

    /// What the keyring says of what it was storing comes to nobody: it is asked again.
    pub(crate) fn store_anew(&mut self) {
        self.storing = self.storing.take().map(|before| Retrying::in_place_of(Some(&before)));
    }

    /// Lets the keyring be asked at once.
    pub(crate) fn hasten_storing(&mut self) {
        if let Some(storing) = &mut self.storing {
            storing.hasten(Time::AT_ONCE);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::context::tests::context;

    pub(crate) fn account(name: &str) -> Account {
        Account { oid: name.to_owned(), tenant: "t".to_owned(), name: name.to_owned() }
    }

    pub(crate) fn granted(seconds: u64) -> Granted {
        let access_for = Duration::from_secs(seconds);
        Granted { account: Some(account("megan")), access_for, may_set_presence: true }
    }

    fn grant(seconds: u64) -> Grant {
        let rules = Rules::default();
        Grant::new(
            GrantId(1),
            account("megan"),
            &granted(seconds),
            Time::ZERO,
            Retrying::new(),
            &rules,
        )
    }

    #[test]
    fn a_token_is_renewed_ahead_of_its_end_and_not_used_after_it() {
        let (grant, rules) = (grant(3600), Rules::default());
        let at = |seconds| Time::ZERO + Duration::from_secs(seconds);
        assert!(grant.serves(at(3500), &rules) && !grant.needs_refresh(at(3000), &rules));
        assert!(grant.needs_refresh(at(3400), &rules));
        assert!(!grant.serves(at(3590), &rules));
    }

    #[test]
    fn a_refresh_that_fails_waits_while_the_token_serves() {
        let (mut grant, mut cx) = (grant(400), context());
        cx.advance(Time::ZERO + Duration::from_secs(250));
        assert!(grant.needs_refresh(cx.now, &cx.rules));
        assert!(grant.refresh_failed(None, &cx));
        assert!(!grant.needs_refresh(cx.now, &cx.rules));
        grant.lose_access(None);
        assert!(!grant.refresh_failed(None, &cx) && grant.needs_refresh(cx.now, &cx.rules));
    }

    #[test]
    fn a_token_that_is_worthless_at_birth_is_used_once() {
        assert!(grant(0).serves(Time::ZERO, &Rules::default()));
    }
}
