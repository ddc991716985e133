//! Owns who is signed in, with which grant, and what the OS keyring holds of it; refuses to take "unavailable" for
//! "absent".

use std::sync::Arc;

use crate::context::Context;
use crate::deletions::Deletions;
use crate::grant::Grant;
use crate::retrying::Retrying;
use crate::trouble::Pause;
use crate::{Account, Claims, Effect, GrantId, Granted, Private, Problem, Time};

/// What is known of the OS keyring.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Keyring {
    /// To be asked, or asked again while a problem stands.
    Loading(Retrying),
    Absent,
    Present,
    /// Signed out here: what a slow keyring still brings is no sign-in.
    SignedOut,
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Credentials {
    keyring: Keyring,
    grant: Option<Grant>,
    /// Whose sign-in the keyring holds, by its identity.
    held: Option<Arc<str>>,
    /// Whose what is known of a session is: who is signed in, or was last.
    owner: Option<Private<Arc<str>>>,
    /// When this run took up its first registration, or another one; absent before.
    configured_at: Option<Time>,
    deletions: Deletions,
}

impl Credentials {
    /// Nobody yet; the keyring holds the sign-in of the identity `held`, and `owner` was signed in last.
    pub(crate) fn new(held: Option<Arc<str>>, owner: Option<Private<Arc<str>>>) -> Credentials {
        Credentials {
            keyring: Keyring::Loading(Retrying::new()),
            grant: None,
            held,
            owner,
            configured_at: None,
            deletions: Deletions::default(),
        }
    }

    pub(crate) fn grant(&self) -> Option<&Grant> {
        self.grant.as_ref()
    }

    /// Whether somebody is signed in, and Entra wants nobody.
    pub(crate) fn is_signed_in(&self) -> bool {
        self.grant.as_ref().is_some_and(|grant| grant.refused().is_none())
    }

    /// Whether it is known that nobody is signed in.
    pub(crate) fn is_nobody(&self) -> bool {
        self.grant.is_none()
            && match self.keyring {
                Keyring::Absent | Keyring::SignedOut => true,
                Keyring::Loading(_) | Keyring::Present => false,
            }
    }

    /// Whether it is not known yet whom the keyring holds.
    pub(crate) fn is_loading(&self) -> bool {
        matches!(self.keyring, Keyring::Loading(_))
    }

    /// Why the keyring does not answer, and since when.
    pub(crate) fn keyring_problem(&self) -> Option<(Time, &Problem)> {
        match &self.keyring {
            Keyring::Loading(retrying) => retrying.problem(),
            Keyring::Absent | Keyring::Present | Keyring::SignedOut => None,
        }
    }

    /// Why the keyring does not do as it was told, and since when.
    pub(crate) fn storing_problem(&self) -> Option<(Time, &Problem)> {
        let storing = self.grant.as_ref().and_then(|grant| grant.storing()?.problem());
        storing.or_else(|| self.deletions.problem())
    }

    /// When the keyring is asked for a sign-in.
    pub(crate) fn load_at(&self) -> Option<Time> {
        match &self.keyring {
            Keyring::Loading(retrying) if self.grant.is_none() => retrying.due(),
            Keyring::Loading(_) | Keyring::Absent | Keyring::Present | Keyring::SignedOut => None,
        }
    }

    /// Asks the keyring; returns whether that is the first time.
    pub(crate) fn load(&mut self, cx: &mut Context) -> bool {
        cx.emit(Effect::Load);
        let Keyring::Loading(retrying) = &mut self.keyring else { return false };
        retrying.begin();
        retrying.tries() == 1
    }

    /// The keyring holds nothing; returns whether that was not known.
    pub(crate) fn absent(&mut self) -> bool {
        if self.grant.is_some() || self.keyring == Keyring::SignedOut {
            return false;
        }
        self.keyring = Keyring::Absent;
        true
    }

    /// The keyring does not answer; returns whether that matters.
    pub(crate) fn unavailable(&mut self, problem: Problem, cx: &mut Context) -> bool {
        if self.grant.is_some() {
            return false;
        }
        let mut retrying = match &self.keyring {
            Keyring::Loading(retrying) => retrying.clone(),
            Keyring::Absent | Keyring::Present => Retrying::new(),
            Keyring::SignedOut => return false,
        };
        retrying.failed(problem, 0, cx);
        self.keyring = Keyring::Loading(retrying);
        true
    }

    /// Whether a sign-in that the keyring brings is taken.
    pub(crate) fn takes_found(&self) -> bool {
        self.grant.is_none() && self.keyring != Keyring::SignedOut
    }

    /// The keyring brought a sign-in. `former` is that of the same person, which this run still has: its tokens are at
    /// least as new.
    pub(crate) fn found(
        &mut self,
        id: GrantId,
        account: Account,
        former: Option<Grant>,
        cx: &mut Context,
    ) {
        self.keyring = Keyring::Present;
        self.hold(cx.setup.identity());
        self.grant = Some(match former {
            Some(mut former) => {
                cx.emit(Effect::Drop(id));
                former.try_refused_again(cx.now);
                former.store_anew();
                former
            }
            None => Grant::stored(id, account),
        });
    }

    /// The keyring holds, or is about to hold, the sign-in of `identity`; one of another is left over.
    fn hold(&mut self, identity: Option<&str>) {
        if self.held.as_deref() != identity {
            self.forget_orphan();
            self.held = identity.map(Arc::from);
        }
    }

    /// When the refresh token is to be stored for `identity`.
    pub(crate) fn store_at(&self, identity: Option<&str>) -> Option<Time> {
        let at = self.grant.as_ref()?.storing()?.due()?;
        let is_deleting = identity.is_some_and(|identity| self.deletions.is_deleting(identity));
        (!is_deleting).then_some(at)
    }

    /// The grant's refresh token is about to be stored for `identity`.
    pub(crate) fn begin_storing(&mut self, identity: Option<&str>) -> Option<GrantId> {
        let grant = self.grant.as_mut()?;
        grant.begin_storing();
        let id = grant.id();
        self.hold(identity);
        Some(id)
    }

    /// The keyring has stored a grant's refresh token; returns whether that is the present one.
    pub(crate) fn stored(&mut self, id: GrantId, identity: Option<&str>) -> bool {
        let Some(grant) = self.grant.as_mut().filter(|grant| grant.id() == id) else {
            return false;
        };
        grant.is_stored();
        self.keyring = Keyring::Present;
        if let Some(identity) = identity {
            self.deletions.done(identity);
        }
        true
    }

    /// The keyring could not; returns whether that is the present grant.
    pub(crate) fn store_failed(&mut self, id: GrantId, problem: Problem, cx: &mut Context) -> bool {
        let present = self.grant.as_mut().filter(|grant| grant.id() == id);
        present.map(|grant| grant.store_failed(problem, cx)).is_some()
    }

    /// What the keyring has not stored or deleted yet is tried once more: afterwards it may be too late.
    pub(crate) fn hasten_keyring(&mut self) {
        if let Some(grant) = &mut self.grant {
            grant.hasten_storing();
        }
        self.deletions.hasten();
    }

    /// A keyring that did not answer is asked at `now`.
    pub(crate) fn load_now(&mut self, now: Time) {
        match &mut self.keyring {
            Keyring::Loading(retrying) if retrying.tries() > 0 => retrying.hasten(now),
            Keyring::Loading(_) | Keyring::Absent | Keyring::Present | Keyring::SignedOut => {}
        }
    }

    /// Whether the keyring is storing or deleting.
    pub(crate) fn is_keyring_busy(&self) -> bool {
        let storing = self.grant.as_ref().and_then(Grant::storing);
        storing.is_some_and(Retrying::is_under_way) || self.deletions.is_busy()
    }

    /// Goes on with other tokens.
    pub(crate) fn take(&mut self, grant: Grant) {
        self.grant = Some(grant);
        self.keyring = Keyring::Present;
    }

    /// Somebody is signed in; returns whether somebody else was last.
    pub(crate) fn meet(&mut self, account: &Account) -> bool {
        let before = self.owner.replace(Private(account.id().into()));
        before.is_some() && before != self.owner
    }

    /// Whose what is known of a session is.
    pub(crate) fn owner(&self) -> Option<&str> {
        self.owner.as_ref().map(|owner| &*owner.0)
    }

    /// The same as it survives a restart.
    pub(crate) fn owner_to_save(&self) -> &Option<Private<Arc<str>>> {
        &self.owner
    }

    /// Lets go of the grant.
    pub(crate) fn part(&mut self) -> Option<Grant> {
        self.grant.take()
    }

    /// Somebody signed in at `identity`: their entry takes the place of one that was to be deleted.
    pub(crate) fn overtake_deletion(&mut self, identity: Option<&str>) {
        if let Some(identity) = identity {
            self.deletions.overtake(identity);
        }
    }

    /// The service did not accept the access token.
    pub(crate) fn lose_access(&mut self, claims: Option<Claims>) {
        if let Some(grant) = &mut self.grant {
            grant.lose_access(claims);
        }
    }

    /// A refresh failed; returns whether the present access token still serves.
    pub(crate) fn refresh_failed(&mut self, pause: Option<Pause>, cx: &Context) -> bool {
        self.grant.as_mut().is_some_and(|grant| grant.refresh_failed(pause, cx))
    }

    /// A refresh was refused.
    pub(crate) fn refuse(&mut self, problem: Problem, cx: &Context) {
        if let Some(grant) = &mut self.grant {
            grant.refuse(problem, cx);
        }
    }

    /// What Entra's policy refused it may take now.
    pub(crate) fn try_refused_again(&mut self, now: Time) {
        if let Some(grant) = &mut self.grant {
            grant.try_refused_again(now);
        }
    }

    /// Whether the granted scope lacks `Presence.ReadWrite`.
    pub(crate) fn lacks_permission(&self) -> bool {
        self.grant.as_ref().is_some_and(|grant| !grant.may_set_presence())
    }

    /// Nobody is signed in any more; the number is that of the keyring's deletion.
    pub(crate) fn sign_out(&mut self, cx: &mut Context) -> Option<u64> {
        if let Some(grant) = self.grant.take() {
            cx.emit(Effect::Drop(grant.id()));
        }
        self.keyring = Keyring::SignedOut;
        cx.setup.identity().map(|identity| self.forget(identity.to_owned()))
    }

    /// Lets the keyring forget the sign-in of `identity`; the number is the deletion's.
    pub(crate) fn forget(&mut self, identity: String) -> u64 {
        self.deletions.forget(identity)
    }

    /// The next deletion that is due, by its number.
    pub(crate) fn deletion_due(&self) -> Option<(Time, u64)> {
        self.deletions.due()
    }

    /// Asks the keyring to delete an entry.
    pub(crate) fn begin_deletion(&mut self, number: u64, cx: &mut Context) {
        self.deletions.begin(number, cx);
    }

    /// An entry is gone; the number is the deletion's.
    pub(crate) fn forgotten(&mut self, identity: &str) -> Option<u64> {
        self.held.take_if(|held| &**held == identity);
        self.deletions.done(identity)
    }

    /// An entry could not be deleted; the number is the deletion's.
    pub(crate) fn forget_failed(
        &mut self,
        identity: &str,
        problem: Problem,
        cx: &mut Context,
    ) -> Option<u64> {
        let is_signed_in = self.grant.is_some() && cx.setup.identity() == Some(identity);
        self.deletions.failed(identity, problem, is_signed_in, cx)
    }

    /// When the keyring has held the sign-in of another registration for too long.
    pub(crate) fn orphan_end(&self, cx: &Context) -> Option<Time> {
        let is_other = self.held.as_deref()? != cx.setup.identity()?;
        let at = self.configured_at? + cx.rules.orphan_grace;
        is_other.then_some(at)
    }

    pub(crate) fn forget_orphan(&mut self) {
        if let Some(orphan) = self.held.take() {
            self.forget(orphan.to_string());
        }
    }

    pub(crate) fn is_configured(&self) -> bool {
        self.configured_at.is_some()
    }

    /// A registration is in force from now on.
    pub(crate) fn configured(&mut self, now: Time) {
        self.configured_at = Some(now);
    }

    /// Another registration is: its keyring entry is another one.
    pub(crate) fn ask_anew(&mut self) {
        self.keyring = Keyring::Loading(Retrying::new());
    }

    /// Takes up what the run before this one could not delete. At an identity whose entry is to be deleted nobody is
    /// signed in.
    pub(crate) fn take_up_deletions(&mut self, owed: Vec<String>, identity: Option<&str>) {
        for owed in owed {
            self.forget(owed);
        }
        if identity.is_some_and(|identity| self.deletions.has(identity)) {
            self.keyring = Keyring::SignedOut;
        }
    }

    /// Whose sign-in the keyring holds.
    pub(crate) fn held(&self) -> &Option<Arc<str>> {
        &self.held
    }

    /// Whose sign-ins are to be deleted; `leaving`, whose sign-out is under way, is one of them.
    pub(crate) fn to_forget(&self, leaving: Option<&str>) -> Vec<String> {
        let mut forgets: Vec<_> = self.deletions.identities().cloned().collect();
        let leaving = leaving.filter(|leaving| !self.deletions.has(leaving));
        forgets.extend(leaving.map(str::to_owned));
        forgets
    }
}

/// What storing new tokens goes on from.
pub(crate) fn storing_after(before: &Grant) -> Retrying {
    Retrying::in_place_of(before.storing())
}

/// Tokens that a refresh brought: whose they are does not change by it; how they are called may.
pub(crate) fn account_after(before: &Grant, granted: &Granted) -> Account {
    let renamed = granted.account.as_ref();
    let renamed = renamed.filter(|account| crate::grant::is_same(account, before.account()));
    Account::clone(renamed.unwrap_or(before.account()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProblemKind;
    use crate::context::tests::context;
    use crate::grant::tests::{account, granted};
    use crate::{Settings, Setup};

    const HERE: Option<&str> = Some("contoso");

    fn silent() -> Problem {
        Problem::new(ProblemKind::KeyringUnavailable, "t", "d.", "")
    }

    #[test]
    fn a_keyring_that_does_not_answer_signs_nobody_out() {
        let (mut credentials, mut cx) = (Credentials::new(None, None), context());
        assert!(credentials.load(&mut cx));
        assert!(credentials.unavailable(silent(), &mut cx));
        assert!(credentials.is_loading() && !credentials.is_nobody());
        assert!(credentials.load_at() > Some(cx.now));
        credentials.load_now(cx.now);
        assert_eq!(credentials.load_at(), Some(cx.now));
        assert!(!credentials.load(&mut cx));
        assert!(credentials.absent() && credentials.is_nobody());
    }

    #[test]
    fn what_a_slow_keyring_brings_after_a_sign_out_is_no_sign_in() {
        let (mut credentials, mut cx) = (Credentials::new(None, None), context());
        credentials.load(&mut cx);
        assert!(credentials.sign_out(&mut cx).is_some());
        assert!(!credentials.takes_found() && !credentials.absent());
        assert!(!credentials.unavailable(silent(), &mut cx));
    }

    #[test]
    fn tokens_are_not_stored_while_their_entry_is_being_deleted() {
        let (mut credentials, mut cx) = (Credentials::new(None, None), context());
        let number = credentials.forget("contoso".to_owned());
        credentials.begin_deletion(number, &mut cx);
        let (id, account, storing) = (GrantId(1), account("megan"), Retrying::new());
        credentials.take(Grant::new(id, account, &granted(3600), cx.now, storing, &cx.rules));
        assert_eq!(credentials.store_at(HERE), None);
        assert_eq!(credentials.forgotten("contoso"), Some(number));
        assert_eq!(credentials.store_at(HERE), Some(Time::AT_ONCE));
        assert_eq!(credentials.begin_storing(HERE), Some(GrantId(1)));
        assert!(credentials.is_keyring_busy() && credentials.held().is_some());
        assert!(credentials.stored(GrantId(1), HERE) && !credentials.is_keyring_busy());
    }

    #[test]
    fn a_grant_that_was_being_stored_when_its_registration_left_is_stored_when_it_is_back() {
        let (mut credentials, mut cx) = (Credentials::new(None, None), context());
        let (id, megan, storing) = (GrantId(1), account("megan"), Retrying::new());
        credentials.take(Grant::new(id, megan.clone(), &granted(3600), cx.now, storing, &cx.rules));
        credentials.begin_storing(HERE);
        let former = credentials.part();
        assert!(!credentials.store_failed(id, silent(), &mut cx), "it is nobody's now");
        credentials.found(GrantId(2), megan, former, &mut cx);
        assert_eq!(credentials.store_at(HERE), Some(Time::AT_ONCE));
    }

    #[test]
    fn the_entry_of_another_registration_is_an_orphan_after_a_while() {
        let (mut credentials, mut cx) =
            (Credentials::new(Some("fabrikam".into()), None), context());
        assert_eq!(credentials.orphan_end(&cx), None);
        credentials.configured(cx.now);
        assert_eq!(credentials.orphan_end(&cx), Some(cx.now + cx.rules.orphan_grace));
        let settings = Settings { identity: "fabrikam".to_owned(), ..Settings::default() };
        cx.setup = Setup::Ready(settings);
        assert_eq!(credentials.orphan_end(&cx), None);
        credentials.forget_orphan();
        assert_eq!(credentials.to_forget(HERE), ["fabrikam", "contoso"]);
    }
}
