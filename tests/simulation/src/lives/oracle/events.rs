//! What each entry of the record means to the judge; it refuses to judge.

use presence_core::{Call, Command, Effect, EntraRequest, Event, OnQuit, ReplyTo, Setup, Woke};

use super::effects::{RESUME, STAYS};
use super::excuses::REACTION;
use super::wishes::Wanted;
use super::{Leaving, Machine, Oracle, Promise};
use crate::cloud::Millis;
use crate::world::{Deed, Entry, Step, What};

impl Oracle {
    pub(super) fn take(&mut self, entry: &Entry) {
        let now = entry.at;
        match &entry.what {
            What::Started(setup) => {
                if let Setup::Ready(settings) = &**setup {
                    let former = std::mem::replace(&mut self.settings, settings.clone());
                    if former.identity != settings.identity {
                        self.moves(now, &former.identity);
                    }
                }
                self.started(now);
            }
            What::Crashed => {
                self.sign_in.forgets_memory();
                self.stopped();
            }
            What::Asleep => {
                if let Some(since) = self.steps.falls_since.take() {
                    let what = "the machine sleeps without being let".to_owned();
                    self.broken(Promise::Progress, now, Some(now - since), what);
                }
                self.order.rests();
                self.slept_since = now;
                if self.machine == Machine::On {
                    self.machine = Machine::Asleep;
                }
            }
            What::Awake => self.awoke(now),
            What::Landed { kind, of, whose, status, delivery, struck } => {
                self.landed(now, (*kind, *of, *whose), *status, *delivery, *struck);
            }
            What::Deed(deed) => self.deed(now, deed),
            What::Step(step) => {
                let Step { event, effects, view, booted, deadline } = &**step;
                self.stepped(now, event, effects);
                self.shows(now, view, *booted);
                self.shown(now, view, effects);
                self.explained(now, view);
                self.alarms(now, view, effects);
                self.viewed(now, view, *booted);
                if self.machine == Machine::On {
                    self.has_deadline(now, view, *deadline);
                }
            }
        }
    }

    fn started(&mut self, now: Millis) {
        self.machine = Machine::On;
        self.leaving = Leaving::No;
        self.flight = None;
        self.falling_until = 0;
        self.noticed = now;
        self.sign_in.silent_since = None;
        let identity = &self.settings.identity;
        self.deletion.is_needed(identity);
        self.sign_in.is_out = self.deletion.is_asked(identity);
        self.sign_in.is_nobody |= self.sign_in.is_out;
        self.sign_in.is_refused = false;
        let is_cleared = !self.order.is_saved;
        self.wishes.start(now, &self.settings, is_cleared);
        if self.wishes.wanted == Wanted::Untouched {
            // What an earlier run set is left alone, and is nobody's any more.
            self.excuses.foreign();
        }
        self.order.start(now);
        self.manners.start(now);
        self.telling.start();
        self.alarms.start();
        self.views.start();
        self.reasons.start();
        self.ceiling.start();
        self.challenge.start();
        self.deletion.rests(now);
        self.pins.rests();
        self.messages.rests();
        // What the run before it sent may still land.
        self.message_may_land(now);
        self.excuses.start(now, now + RESUME);
    }

    pub(super) fn stopped(&mut self) {
        self.machine = Machine::Off;
        self.flight = None;
        self.steps.falls_since = None;
        self.replies.ends();
        self.ends.stopped();
        self.persons.stopped();
        self.pins.keep_only(Some(self.subject.person));
        self.messages.keep_only(Some(self.subject.person));
    }

    fn awoke(&mut self, now: Millis) {
        if self.machine == Machine::Asleep {
            self.machine = Machine::On;
        }
        if let Some(flight) = &self.flight
            && matches!(
                flight.call,
                Call::Entra(EntraRequest::Refresh { .. } | EntraRequest::Redeem { .. })
            )
        {
            // Its answer broke off in the sleep.
            match self.persons.former(&flight.call) {
                Some(former) if self.sign_in.rotates() => {
                    self.persons.lets_go(|of| of == former);
                    self.out_of_reach(former.person);
                }
                Some(_) => {}
                None => self.sign_in.forgets_memory(),
            }
        }
        self.falling_until = 0;
        self.ends.woke(now);
        self.timed.woke(now);
        self.views.rests();
        self.replies.slept(now - self.slept_since);
        self.deletion.rests(now);
        self.pins.rests();
        self.messages.rests();
        self.notices(now);
    }

    /// The program can know that an obstacle may have ended.
    fn notices(&mut self, now: Millis) {
        self.noticed = now;
        self.excuses.noticed(now);
        self.excuses.allow(self.free_at(now) + REACTION);
        self.manners.may_try_at_once(now);
    }

    fn deed(&mut self, now: Millis, deed: &Deed) {
        match deed {
            Deed::Elsewhere(subject, _) => {
                self.timed.is_over(*subject);
                self.persons.lets_go(|former| former == *subject);
                self.persons.strangers.insert(*subject);
                if *subject == self.subject {
                    self.excuses.foreign();
                }
            }
            Deed::Revokes => {
                self.sign_in.revoked(now);
                self.ends.hindered();
                self.persons.lets_go(|_| true);
                self.alarms.serves_until = 0;
            }
            Deed::RevokesAccess => {
                self.sign_in.access_revoked(now);
                self.ends.hindered();
                self.alarms.serves_until = 0;
            }
            Deed::Challenges(is_challenged) => self.sign_in.is_challenged = *is_challenged,
            Deed::Keyring(mood) => self.ends.mood = *mood,
            Deed::KeyringTakes(millis) => self.ends.keyring_takes = *millis,
            Deed::Withholds(withholds) => self.sign_in.is_withheld = *withholds,
            Deed::Pins(person, _) => self.pins.touched(*person),
            Deed::StepsClock(by) => {
                self.wishes.wall_ahead += by;
                self.messages.settles(self.wishes.number);
            }
            Deed::Writes(person, _) => {
                self.messages.person_writes(now, *person, self.wishes.number);
            }
            Deed::Plans(..) => {}
        }
        self.manners.disturbed(now);
    }

    fn stepped(&mut self, now: Millis, event: &Event, effects: &[Effect]) {
        match event {
            Event::Command { command, reply } => self.commanded(now, command, *reply),
            Event::Pressed(command) => self.commanded(now, command, None),
            Event::Answered { id, answer } => {
                if let Some(flight) = self.flight.take_if(|flight| flight.id == *id) {
                    self.order_landed(now, *id);
                    self.views.confirmed(*id);
                    self.answered(now, &flight, answer, effects);
                }
            }
            Event::Vault(event) => self.keyring_said(now, event),
            Event::Configured(Setup::Ready(settings)) => {
                let former = std::mem::replace(&mut self.settings, settings.clone());
                if former.identity != settings.identity {
                    self.moves(now, &former.identity);
                }
                self.manners.disturbed(now);
                self.telling.reloaded();
            }
            Event::Woke(woke) => {
                self.notices(now);
                if *woke == Woke::Machine {
                    self.timed.woke(now);
                }
            }
            Event::Sleeping => {
                self.falling_until = now + STAYS;
                self.excuses.allow(now + STAYS + REACTION);
                self.steps.falls_since = Some(now);
                let clears =
                    self.settings.on_quit == OnQuit::Clear || self.wishes.wanted == Wanted::Gone;
                self.end_begins(now, clears && self.wishes.wanted != Wanted::Untouched);
                self.pays(now);
                self.manners.disturbed(now + STAYS);
            }
            Event::Tick => self.ticked(now),
            Event::Configured(Setup::Invalid(_))
            | Event::SignInOpened { .. }
            | Event::SignInImpossible { .. }
            | Event::Redirected { .. }
            | Event::Desktop { .. }
            | Event::Failed(_) => {}
        }
        for effect in effects {
            self.does(now, effect);
        }
    }

    fn commanded(&mut self, now: Millis, command: &Command, reply: Option<ReplyTo>) {
        let is_taken = self.leaving == Leaving::No && self.obeyed(now, command);
        if let Some(reply) = reply {
            let wanted = is_taken.then_some(self.wishes.wanted);
            self.asked(now, command, reply, wanted);
        }
    }

    /// What a command changes; whether it is a wish that was taken.
    fn obeyed(&mut self, now: Millis, command: &Command) -> bool {
        match command {
            Command::Quit => {
                let clears =
                    self.settings.on_quit == OnQuit::Clear || self.wishes.wanted == Wanted::Gone;
                self.end_begins(now, clears && self.wishes.wanted != Wanted::Untouched);
                self.leaving = Leaving::Quitting { clears };
                self.pays(now);
            }
            Command::SignOut => {
                self.end_begins(now, self.wishes.wanted != Wanted::Untouched);
                self.leaving = Leaving::SigningOut;
                self.sign_in.signs_out();
                self.wishes.command(now, command);
                self.pays(now);
            }
            Command::Look => self.manners.look(now),
            Command::Set { .. }
            | Command::SetDuration { .. }
            | Command::Toggle { .. }
            | Command::Clear => {
                let before = self.wishes.clone();
                if !self.sign_in.is_out && self.wishes.command(now, command) {
                    if let Command::SetDuration { .. } = command {
                        self.messages.goes_on(before.number, self.wishes.number);
                    }
                    let overtakes = self.wishes.wanted != before.wanted;
                    let is_new = overtakes || self.wishes.has_message != before.has_message;
                    if is_new && !self.persons.is_known {
                        self.wishes.provides_for(&before);
                    }
                    self.wished(now, overtakes);
                    return true;
                }
            }
            Command::SignIn { .. }
            | Command::CancelSignIn
            | Command::Reset
            | Command::Open
            | Command::Reload => {
                self.manners.disturbed(now);
            }
        }
        false
    }

    /// When the minute has room for a call again.
    pub(super) fn free_at(&self, now: Millis) -> Millis {
        self.manners.free_at(now).max(self.ceiling.free_at(now))
    }

    pub(super) fn wished(&mut self, now: Millis, overtakes: bool) {
        self.excuses.wish(now, self.alarms.is_in_trouble());
        self.excuses.allow(self.free_at(now) + REACTION);
        self.keeping.lapsed_since = None;
        self.order.is_gone = false;
        if overtakes {
            self.order_wish(now);
        }
        self.pays(now);
    }

    fn pays(&mut self, now: Millis) {
        let (least, most) = self.messages.pays_for(self.wishes.has_message);
        self.manners.wish_for(now, least, most);
    }
}
