//! Whether each call is made with a grant of who is signed in, and nobody's session is left when another person comes;
//! it refuses to know tokens.

use std::collections::BTreeSet;

use presence_core::{Account, Answer, Call, GrantId, GraphRequest};

use super::answers::{asked_until, is_judged};
use super::excuses::{self, AT_ONCE, REACTION};
use super::wishes::Wanted;
use super::{Flight, Leaving, Machine, Oracle, Promise};
use crate::cloud::{Millis, Sight};
use crate::world::{Person, Place, Subject};

/// Who was signed in, and since when they are not.
#[derive(Clone, Copy, Debug)]
struct Former {
    subject: Subject,
    since: Millis,
    /// Whether we set their session.
    leaves: bool,
    /// Until when something explains that their session is left.
    excused: Millis,
}

/// Whose a grant is, and whether it is one of before.
#[derive(Clone, Copy, Debug)]
struct Owner {
    subject: Subject,
    is_former: bool,
}

/// Who is signed in, and whose grants there are.
#[derive(Debug, Default)]
pub(super) struct Persons {
    /// Whether the program knows who is signed in.
    pub(super) is_known: bool,
    /// By grant, the newest last: nearly every call is made with that.
    owners: Vec<(GrantId, Owner)>,
    /// Whether anybody was signed in before.
    has_met: bool,
    formers: Vec<Former>,
    /// Until when the access tokens of those of before live.
    tokens: Vec<(GrantId, Subject, Millis)>,
    /// Whose session another machine of theirs changed last.
    pub(super) strangers: BTreeSet<Subject>,
}

impl Persons {
    /// What was in memory is gone: nobody of before can be reached.
    pub(super) fn stopped(&mut self) {
        let (strangers, has_met) = (std::mem::take(&mut self.strangers), self.has_met);
        *self = Persons { strangers, has_met, ..Persons::default() };
    }

    /// Until when something explains what is left of a person who was signed in before.
    pub(super) fn excuse(&self, person: Person) -> Millis {
        let theirs = self.formers.iter().filter(|former| former.subject.person == person);
        theirs.map(|former| former.excused).max().unwrap_or(0)
    }

    /// Nobody is signed in any more, but those of before may still be ended.
    pub(super) fn signed_out(&mut self) {
        self.is_known = false;
        self.owners.iter_mut().for_each(|(_, owner)| owner.is_former = true);
    }

    /// A person's tokens are worthless, or another machine has the session.
    pub(super) fn lets_go(&mut self, of: impl Fn(Subject) -> bool) {
        self.formers.retain(|former| !of(former.subject));
    }

    /// Whether a call is made for somebody of before.
    pub(super) fn is_former(&self, call: &Call) -> bool {
        self.former(call).is_some()
    }

    /// The person of before for whom a call is made.
    pub(super) fn former(&self, call: &Call) -> Option<Subject> {
        self.owner(call).filter(|owner| owner.is_former).map(|owner| owner.subject)
    }

    /// At which registration the grant of a call was given.
    pub(super) fn place(&self, call: &Call) -> Option<Place> {
        self.owner(call).map(|owner| owner.subject.place)
    }

    fn take_token(&mut self, of: Subject) -> Option<Millis> {
        let at = self.tokens.iter().position(|(_, subject, _)| *subject == of)?;
        Some(self.tokens.swap_remove(at).2)
    }

    /// Nobody goes on with a grant any more.
    pub(super) fn drops(&mut self, dropped: GrantId) {
        self.tokens.retain(|(grant, ..)| *grant != dropped);
    }

    fn owner(&self, call: &Call) -> Option<Owner> {
        let grant = call.grant()?;
        self.owners.iter().rev().find(|(of, _)| *of == grant).map(|(_, owner)| *owner)
    }
}

impl Oracle {
    pub(super) fn sight(&self) -> Sight {
        self.sights.of(self.subject)
    }

    /// The keyring, or a sign-in, brought a person's grant.
    pub(super) fn comes(&mut self, now: Millis, grant: GrantId, account: &Account) {
        let Some(person) = Person::of(account) else { return };
        let place = Place::of(&self.settings.identity);
        let subject = Subject { person, place };
        self.persons.lets_go(|former| former == subject);
        self.deletion.is_needed(place.identity());
        if self.persons.is_known && person != self.subject.person {
            // Until theirs is stored, the keyring holds somebody else's.
            self.deletion.asked(place.identity(), now);
        }
        if subject != self.subject {
            self.changes(now, subject);
        }
        (self.persons.is_known, self.persons.has_met) = (true, true);
        // Whoever is back goes on with what there is of them.
        let back = self.persons.owners.iter_mut().filter(|(_, owner)| owner.subject == subject);
        back.for_each(|(_, owner)| owner.is_former = false);
        match self.persons.take_token(subject) {
            Some(serves_until) => {
                self.challenge.back(subject);
                self.alarms.back(now, serves_until, self.sign_in.patient_until());
            }
            None => self.sign_in.is_refused = false,
        }
        if let Some(flight) = &mut self.flight {
            flight.is_former = self.persons.is_former(&flight.call);
        }
        self.persons.owners.push((grant, Owner { subject, is_former: false }));
    }

    /// A refresh brought a grant of whoever asked for it.
    pub(super) fn renews(&mut self, flight: &Flight) {
        if let Some(owner) = self.persons.owner(&flight.call) {
            self.persons.owners.push((GrantId(flight.id.0), owner));
        }
    }

    /// The access token of a former person lives until then.
    pub(super) fn former_serves(&mut self, grant: GrantId, call: &Call, until: Millis) {
        if let Some(Owner { subject, .. }) = self.persons.owner(call) {
            self.persons.take_token(subject);
            self.persons.tokens.push((grant, subject, until));
        }
    }

    /// Another registration is configured: nobody is known to be signed in there.
    pub(super) fn moves(&mut self, now: Millis, from: &str) {
        if self.sign_in.is_kept {
            self.deletion.wanted(from, now);
        }
        let place = Place::of(&self.settings.identity);
        self.changes(now, Subject { place, ..self.subject });
        self.sign_in.moves(Place::of(from), place);
        self.deletion.is_needed(place.identity());
        self.sign_in.is_out = self.deletion.is_asked(place.identity());
        self.persons.is_known = false;
        self.reasons.start();
        self.manners.moves();
        let patient_until = self.sign_in.patient_until();
        let until = patient_until.max(self.free_at(now)).max(self.falling_until);
        self.excuses.start(now, until + REACTION);
        if let Some(flight) = &self.flight {
            self.excuses.waits(flight.sent, &flight.call);
        }
    }

    fn changes(&mut self, now: Millis, to: Subject) {
        let from = std::mem::replace(&mut self.subject, to);
        if let Some(grant) = self.sign_in.newest {
            self.persons.tokens.push((grant, from, self.alarms.serves_until));
        }
        let is_ours = !self.excuses.is_foreign() && self.wishes.wanted != Wanted::Untouched;
        let leaves = is_ours && self.sights.of(from).state.shown().is_some();
        let can_end = self.persons.is_known
            && !self.sign_in.has_worthless_tokens()
            && !self.sign_in.is_refused;
        let may_be_left =
            leaves || self.pins.is_ours(from.person) || self.messages.is_ours(from.person);
        if to.person != from.person && self.persons.has_met {
            self.wishes.has_message = false;
        }
        if may_be_left && can_end && self.leaving == Leaving::No {
            let excused = self.excuses.spans().max(self.sign_in.patient_until());
            self.persons.formers.push(Former { subject: from, since: now, leaves, excused });
        }
        if !can_end {
            self.out_of_reach(from.person);
        }
        self.persons.owners.iter_mut().for_each(|(_, owner)| owner.is_former = true);
        if let Some(flight) = &mut self.flight {
            flight.is_former |= !flight.call.signs_in();
        }
        self.challenge.changes(from);
        self.keeping.lapsed_since = None;
        self.alarms.another();
        self.views.another();
        self.excuses.ours();
        if self.persons.strangers.contains(&to) {
            self.excuses.foreign();
            if let Wanted::Held(_) = self.wishes.wanted {
                self.excuses.claim();
            }
        }
        let is_done = self.order.is_gone || !self.order.is_saved;
        if is_done {
            self.gone_for_another();
        }
        if self.wishes.wanted == Wanted::Untouched {
            self.excuses.foreign();
        }
        self.excuses.signed_in(now);
        self.manners.wish(now);
    }

    /// That no session is wanted was for somebody else, or for nobody.
    pub(super) fn gone_for_another(&mut self) {
        if self.wishes.wanted == Wanted::Gone {
            self.wishes.wanted = Wanted::Untouched;
            self.excuses.foreign();
        }
    }

    pub(super) fn person_called(&mut self, now: Millis, call: &Call) {
        let Some(Owner { subject: owner, is_former }) = self.persons.owner(call) else { return };
        let only_for_the_present = match call.graph() {
            Some(
                GraphRequest::SetPresence { .. }
                | GraphRequest::PinAway { .. }
                | GraphRequest::ReadPresence
                | GraphRequest::SetMessage { .. },
            ) => true,
            Some(
                GraphRequest::ClearPresence
                | GraphRequest::Unpin
                | GraphRequest::ReadMessage { .. }
                | GraphRequest::ClearMessage,
            )
            | None => false,
        };
        if is_former && only_for_the_present {
            let what = format!("a call is made with a grant of {owner:?}");
            self.broken(Promise::Persons, now, None, what);
        }
    }

    /// A former person's call failed; their token may be worthless.
    pub(super) fn former_failed(&mut self, now: Millis, flight: &Flight, answer: &Answer) {
        let owner = self.persons.owner(&flight.call);
        if let Some(owner) = owner.filter(|_| flight.struck || flight.is_void) {
            let theirs = |former: &&mut Former| former.subject == owner.subject;
            for former in self.persons.formers.iter_mut().filter(theirs) {
                let pause = now + excuses::poll(now - former.since) + AT_ONCE;
                let asked = asked_until(now, answer).unwrap_or(0);
                former.excused = former.excused.max(asked).max(pause);
            }
        }
        let is_over = is_judged(answer) || matches!(answer, Answer::Refused(_));
        if let Some(owner) = owner
            && is_over
            && flight.struck
        {
            self.persons.lets_go(|former| former == owner.subject);
            self.out_of_reach(owner.subject.person);
        }
    }

    pub(super) fn persons_until(&mut self, now: Millis) {
        if self.persons.formers.is_empty() {
            return;
        }
        if self.machine != Machine::On || self.leaving != Leaving::No || now < self.falling_until {
            return;
        }
        let sights = self.sights.clone();
        let stands = |former: &Former| {
            let sight = sights.of(former.subject);
            former.leaves && sight.state.shown().is_some() && now < sight.until
        };
        let (pins, messages) = (&self.pins, &self.messages);
        let is_left = |of| pins.is_ours(of) || messages.is_ours(of);
        self.persons.formers.retain(|of| stands(of) || is_left(of.subject.person));
        let excused = self.excuses.spans();
        let due = |former: &&Former| former.since.max(former.excused).max(excused) + REACTION;
        let left = self.persons.formers.iter().find(|former| stands(former) && now > due(former));
        let Some(former) = left.copied() else { return };
        self.persons.formers.clear();
        let Subject { person, .. } = former.subject;
        let what = format!("a session of {person:?} is left, who is no longer signed in");
        self.broken(Promise::Persons, now, Some(now - former.since), what);
    }
}
