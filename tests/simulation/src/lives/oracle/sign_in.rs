//! Whether the sign-in was lost, and whose fault that is; it refuses to see a token.

use std::collections::BTreeMap;

use presence_core::{Effect, GrantId, ProblemKind};

use super::{Flight, Leaving, Oracle, Promise};
use crate::cloud::{Kind, Millis, Rotation};
use crate::world::Place;

/// Who is signed in, and whether their tokens can still be good.
#[derive(Debug)]
pub(super) struct SignIn {
    rotation: Rotation,
    /// Whether nobody is signed in, so that a person has to.
    pub(super) is_nobody: bool,
    /// What there is to know of the other registrations' sign-ins.
    shelf: BTreeMap<Place, SignIn>,
    /// The grant that is newest.
    pub(super) newest: Option<GrantId>,
    /// Whether the program knows that nobody is: it takes no choice.
    pub(super) is_out: bool,
    /// Whether a fault took the refresh token away.
    is_lost: bool,
    /// When the newest refresh token was issued, while the keyring does not hold it.
    unstored_since: Option<Millis>,
    issued_at: Millis,
    /// When the refresh token that the program holds was issued.
    held_from: Millis,
    /// When the service last took a refresh token for a new one, where it takes none twice.
    spent_at: Millis,
    revoked_at: Millis,
    voided_at: Millis,
    /// Whether the keyring holds a sign-in that nobody asked to forget.
    pub(super) is_kept: bool,
    pub(super) may_forget: bool,
    pub(super) is_challenged: bool,
    /// Whether the access token was made worthless before its time.
    pub(super) is_access_void: bool,
    /// Whether the program holds a refresh token that the keyring does not.
    pub(super) is_unstored: bool,
    /// Whether Entra gives no refresh tokens.
    pub(super) is_withheld: bool,
    /// Whether none came with the newest tokens that were issued.
    comes_without: bool,
    /// Whether the program holds no refresh token.
    is_meagre: bool,
    /// Until when Entra asked for patience, with what those wait beyond it who spread, and why.
    pub(super) patience: Option<(Millis, ProblemKind)>,
    /// Whether Entra refused the newest refresh.
    pub(super) is_refused: bool,
    /// Since when the keyring does not answer.
    pub(super) silent_since: Option<Millis>,
}

impl SignIn {
    pub(super) fn new(rotation: Rotation) -> SignIn {
        SignIn {
            rotation,
            is_nobody: true,
            shelf: BTreeMap::new(),
            newest: None,
            is_out: false,
            is_lost: false,
            unstored_since: None,
            issued_at: 0,
            held_from: 0,
            spent_at: 0,
            revoked_at: 0,
            voided_at: 0,
            is_kept: false,
            may_forget: false,
            is_challenged: false,
            is_access_void: false,
            is_unstored: false,
            is_withheld: false,
            comes_without: false,
            is_meagre: false,
            patience: None,
            is_refused: false,
            silent_since: None,
        }
    }

    /// Whether the service takes no refresh token twice.
    pub(super) fn rotates(&self) -> bool {
        self.rotation != Rotation::Keep
    }

    /// Whether nothing but a person can help.
    pub(super) fn wants_a_person(&self) -> bool {
        self.is_nobody || self.is_lost
    }

    pub(super) fn has_worthless_tokens(&self) -> bool {
        self.is_lost || self.is_meagre
    }

    pub(super) fn revoked(&mut self, now: Millis) {
        (self.is_lost, self.revoked_at) = (true, now);
        self.access_revoked(now);
    }

    pub(super) fn access_revoked(&mut self, now: Millis) {
        (self.is_access_void, self.voided_at) = (true, now);
    }

    /// The token endpoint issued tokens; the service may have spent the one before.
    pub(super) fn issued(&mut self, now: Millis, kind: Kind, arrives: bool) {
        self.issued_at = now;
        self.unstored_since = Some(now);
        self.comes_without = self.is_withheld;
        if kind == Kind::Refresh && self.rotates() {
            self.spent_at = now;
            self.is_lost |= !arrives;
        }
    }

    /// A refresh lands that nobody waits for: its token is spent, and perhaps all that came from it.
    pub(super) fn reused(&mut self, now: Millis) {
        if self.rotates() {
            (self.is_lost, self.revoked_at) = (true, now);
        }
    }

    /// What was in memory is gone: a token that only memory held, too.
    pub(super) fn forgets_memory(&mut self) {
        if self.unstored_since.is_some() && self.rotates() {
            self.is_lost = true;
        }
        (self.unstored_since, self.is_unstored) = (None, false);
        self.shelf.values_mut().for_each(SignIn::forgets_memory);
    }

    /// Another registration's sign-in comes after it; this one's may come back.
    pub(super) fn moves(&mut self, from: Place, to: Place) {
        let mut shelf = std::mem::take(&mut self.shelf);
        let there = shelf.remove(&to).unwrap_or_else(|| SignIn::new(self.rotation));
        let here = std::mem::replace(self, there);
        (self.is_nobody, self.is_out) = (true, false);
        self.silent_since = None;
        (self.is_challenged, self.is_withheld) = (here.is_challenged, here.is_withheld);
        if here.is_kept {
            shelf.insert(from, here);
        }
        self.shelf = shelf;
    }

    /// Until when Entra asked for patience.
    pub(super) fn patient_until(&self) -> Millis {
        self.patience.map_or(0, |(until, _)| until)
    }

    /// A former grant's refresh token was spent for one that no keyring gets.
    pub(super) fn former_issued(&mut self, now: Millis, is_awaited: bool, arrives: bool) {
        if is_awaited {
            self.issued(now, Kind::Refresh, arrives);
        } else {
            self.reused(now);
        }
    }

    /// This one, or that at another registration, if it may come back.
    pub(super) fn at(&mut self, elsewhere: Option<Place>) -> Option<&mut SignIn> {
        match elsewhere {
            None => Some(self),
            Some(place) => self.shelf.get_mut(&place),
        }
    }

    /// What was in the keyring is gone.
    pub(super) fn forgotten(&mut self, place: Place) {
        self.shelf.remove(&place);
    }

    pub(super) fn signs_out(&mut self) {
        (self.is_nobody, self.is_out, self.is_unstored) = (true, true, false);
        (self.may_forget, self.is_kept) = (true, false);
    }

    /// Whether the end of a loss gives the program something to do.
    pub(super) fn stored(&mut self, grant: GrantId) -> bool {
        if self.newest != Some(grant) {
            self.is_kept = true;
            return false;
        }
        // A newer one may have been issued meanwhile.
        self.unstored_since = self.unstored_since.filter(|issued| *issued > self.held_from);
        self.is_unstored = false;
        (self.is_kept, self.may_forget) = (true, false);
        let was_lost = self.is_lost;
        // What the keyring took late may be an older token than the one that a fault took away.
        if self.held_from > self.revoked_at && self.held_from >= self.spent_at {
            self.is_lost = false;
        }
        was_lost && !self.is_lost
    }
}

impl Oracle {
    pub(super) fn granted(&mut self, now: Millis, flight: &Flight, effects: &[Effect]) {
        let signs_in = flight.call.signs_in();
        self.sign_in.newest = Some(GrantId(flight.id.0));
        self.sign_in.is_meagre = self.sign_in.comes_without && (signs_in || self.sign_in.is_meagre);
        (self.sign_in.is_refused, self.sign_in.is_unstored) = (false, true);
        self.sign_in.held_from = self.sign_in.issued_at;
        self.sign_in.is_access_void &= self.sign_in.voided_at >= self.sign_in.issued_at;
        if self.leaving == Leaving::No {
            self.sign_in.is_nobody = false;
        }
        let waits = self.deletion.is_asked(&self.settings.identity);
        if !waits && !effects.iter().any(|effect| matches!(effect, Effect::Store(_))) {
            let what = "a new refresh token is not stored at once".to_owned();
            self.broken(Promise::SignIn, now, None, what);
        }
    }

    pub(super) fn refused(&mut self, now: Millis, struck: bool) {
        self.sign_in.is_refused = true;
        self.alarms.serves_until = 0;
        self.sign_in.is_lost |= self.sign_in.is_meagre;
        if !struck && !self.sign_in.is_lost {
            let what = "the service refuses a refresh token that no fault took away".to_owned();
            self.broken(Promise::SignIn, now, None, what);
            self.sign_in.is_lost = true;
        }
    }

    pub(super) fn keyring_is_empty(&mut self, now: Millis) {
        if self.sign_in.is_kept {
            let what = "the stored sign-in is gone, and nobody signed out".to_owned();
            self.broken(Promise::SignIn, now, None, what);
        }
        self.sign_in.is_nobody = true;
        self.sign_in.is_kept = false;
    }

    pub(super) fn forgets(&mut self, now: Millis, identity: &str) {
        let is_owed = self.sign_in.may_forget || self.deletion.is_asked(identity);
        if !is_owed && identity == self.settings.identity {
            let what = "the sign-in is deleted, and nobody signed out".to_owned();
            self.broken(Promise::SignIn, now, None, what);
        }
    }
}
