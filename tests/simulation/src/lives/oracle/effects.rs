//! What the program does, and what the keyring answers, mean to the judge; it refuses to judge.

use presence_core::{Effect, SavedWish, VaultEvent};

use super::excuses::{self, REACTION};
use super::{Flight, Leaving, Oracle};
use crate::cloud::Millis;
use crate::world::Place;

const SECOND: Millis = 1_000;
/// How soon after a start the wish is sent; the service's answers come on top.
pub(super) const RESUME: Millis = 3 * SECOND;
/// A machine that was let asleep and still runs after this has stayed awake.
pub(super) const STAYS: Millis = 33 * SECOND;

impl Oracle {
    pub(super) fn keyring_said(&mut self, now: Millis, event: &VaultEvent) {
        match event {
            VaultEvent::Present { grant, account } => {
                if self.leaving == Leaving::No && !self.sign_in.is_out && !self.persons.is_known {
                    self.sign_in.is_nobody = false;
                    self.wishes.provisional = None;
                    self.comes(now, *grant, account);
                }
                self.sign_in.silent_since = None;
                self.excuses.allow(now + RESUME);
                self.manners.disturbed(now);
            }
            VaultEvent::Absent => {
                if !self.persons.is_known {
                    self.keyring_is_empty(now);
                    self.sign_in.is_out = true;
                    self.wishes.nobody(now, &self.settings);
                }
            }
            VaultEvent::Unavailable(_) if self.persons.is_known => {}
            VaultEvent::Unavailable(_) => {
                let since = *self.sign_in.silent_since.get_or_insert(now);
                self.excuses.keyring_failed(now, since);
                self.wishes.provisional = None;
                // A choice stands until the keyring says that there is nobody.
                self.sign_in.is_nobody &= self.leaving != Leaving::No || self.sign_in.is_out;
            }
            VaultEvent::Stored(grant) => {
                let identity = self.settings.identity.clone();
                if self.leaving != Leaving::SigningOut {
                    self.deletion.is_over(&identity);
                }
                let is_ours = self.leaving != Leaving::SigningOut && !self.sign_in.is_nobody;
                if is_ours && self.sign_in.stored(*grant) {
                    self.excuses.allow(now + REACTION);
                }
            }
            VaultEvent::Forgotten(identity) => {
                self.sign_in.is_kept &= *identity != self.settings.identity;
                self.sign_in.forgotten(Place::of(identity));
                self.deletion.is_over(identity);
            }
            VaultEvent::ForgetFailed(identity, _) => self.deletion.tried(identity, now),
            VaultEvent::StoreFailed(..) => {}
        }
    }

    /// A sign-out, if one is under way, is done but for the keyring.
    pub(super) fn signed_out(&mut self, now: Millis) {
        if self.leaving == Leaving::SigningOut {
            self.end_ends(now);
            self.leaving = Leaving::No;
            self.persons.signed_out();
            self.pins.keep_only(None);
            self.messages.keep_only(None);
            self.alarms.another();
            self.views.another();
        }
    }

    pub(super) fn does(&mut self, now: Millis, effect: &Effect) {
        match effect {
            Effect::Call { id, call } => {
                self.order_sent(now, call);
                self.manners_sent(now, call);
                self.timed_sent(now, call);
                self.person_called(now, call);
                self.claims(now, effect);
                self.calls(now);
                if call.writes_message() {
                    self.messages.sent();
                }
                let (id, call) = (*id, call.clone());
                let is_former = self.persons.is_former(&call);
                self.flight = Some(Flight {
                    id,
                    call,
                    sent: now,
                    wish: self.wishes.number,
                    is_former,
                    struck: false,
                    landed: false,
                    is_void: false,
                });
            }
            Effect::Abandon(id) => {
                if let Some(flight) = self.flight.take_if(|flight| flight.id == *id) {
                    let limit = flight.sent + excuses::limit(&flight.call);
                    let is_overtaken = self.order.is_overtaken(*id, limit);
                    self.order_landed(now, *id);
                    self.order.abandoned(&flight.call, flight.sent);
                    if flight.call.writes_message() {
                        self.message_may_land(flight.sent);
                    }
                    if now >= limit && !is_overtaken {
                        self.gave_up(now, &flight);
                    } else if !flight.is_former {
                        self.alarms.doubts(&flight.call);
                    }
                    self.excuses.trouble_since.get_or_insert(now);
                }
            }
            Effect::Forget { identity } => {
                self.forgets(now, identity);
                self.ends.changes_keyring(now);
                self.deletion.asked(identity, now);
                if *identity == self.settings.identity {
                    self.signed_out(now);
                }
            }
            Effect::LetSleep => {
                self.sleep_is_let(now);
                self.end_ends(now);
                // What failed before it was for its last things.
                self.manners.may_try_at_once(now + STAYS);
            }
            Effect::Exit { .. } => {
                self.exits(now);
                self.sign_in.forgets_memory();
                self.stopped();
            }
            Effect::Save(saved) => {
                self.order.is_saved = saved.wish == SavedWish::Cleared;
                self.wishes.written();
                for identity in &saved.forgets {
                    self.deletion.written(identity, now);
                }
            }
            Effect::Reply { to, outcome } => self.replied(now, *to, outcome),
            Effect::OpenSignIn { .. } => self.claims(now, effect),
            Effect::Store(_) => {
                self.ends.changes_keyring(now);
                // What is stored comes in its place.
                let identity = self.settings.identity.clone();
                self.deletion.tried(&identity, now);
            }
            Effect::Load => {
                // It is given up after 8 seconds.
                let takes = self.ends.keyring_takes.min(8 * SECOND);
                if takes > SECOND {
                    self.excuses.allow(now + takes + RESUME);
                }
            }
            Effect::Drop(grant) => self.persons.drops(*grant),
            Effect::CloseSignIn(_)
            | Effect::Notify(_)
            | Effect::OpenWindow
            | Effect::ReadConfiguration => {}
        }
    }
}
