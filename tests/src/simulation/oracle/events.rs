//! What each entry of the record means to the judge; it refuses to judge.

use presence_core::{Call, Command, Effect, Event, OnQuit, SavedWish, Setup, VaultEvent};

use super::excuses::REACTION;
use super::wishes::Wanted;
use super::{Flight, Leaving, Machine, Oracle, Promise};
use crate::cloud::Millis;
use crate::world::{Deed, Entry, What};

const SECOND: Millis = 1_000;
/// How soon after a start the wish is sent; the service's answers come on top.
const RESUME: Millis = 2 * SECOND;
const ANSWERS: Millis = SECOND;
/// A machine that was let asleep and still runs after this has stayed awake.
const STAYS: Millis = 33 * SECOND;

impl Oracle {
    pub(super) fn take(&mut self, entry: &Entry) {
        let now = entry.at;
        match &entry.what {
            What::Started(setup) => {
                if let Setup::Ready(settings) = &**setup {
                    self.settings = settings.clone();
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
                if self.machine == Machine::On {
                    self.machine = Machine::Asleep;
                }
            }
            What::Awake => self.awoke(now),
            What::Landed { kind, of, status, delivery, struck } => {
                self.landed(now, (*kind, *of), *status, *delivery, *struck);
            }
            What::Deed(deed) => self.deed(now, deed),
            What::Step { event, effects, view, until, deadline } => {
                self.stepped(now, event, effects);
                self.shows(now, view, *until);
                self.shown(now, view, effects);
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
        let is_cleared = !self.order.is_saved;
        self.wishes.start(now, &self.settings, is_cleared);
        if self.wishes.wanted == Wanted::Untouched {
            // What an earlier run set is left alone, and is nobody's any more.
            self.excuses.foreign();
        }
        self.order.start(now);
        self.manners.start(now);
        self.telling.start();
        self.excuses.start(now, now + RESUME + ANSWERS);
    }

    fn stopped(&mut self) {
        self.machine = Machine::Off;
        self.flight = None;
        self.steps.falls_since = None;
    }

    fn awoke(&mut self, now: Millis) {
        if self.machine == Machine::Asleep {
            self.machine = Machine::On;
        }
        if let Some(flight) = &self.flight
            && matches!(flight.call, Call::Refresh { .. } | Call::Redeem { .. })
        {
            // Its answer broke off in the sleep.
            self.sign_in.forgets_memory();
        }
        self.falling_until = 0;
        self.notices(now);
    }

    /// The program can know that an obstacle may have ended.
    fn notices(&mut self, now: Millis) {
        self.noticed = now;
        self.excuses.noticed(now);
        self.excuses.allow(self.manners.free_at(now) + REACTION);
        self.manners.may_try_at_once(now);
    }

    fn deed(&mut self, now: Millis, deed: &Deed) {
        match deed {
            Deed::Elsewhere(_) => self.excuses.foreign(),
            Deed::Revokes => self.sign_in.revoked(now),
            Deed::RevokesAccess => self.sign_in.access_revoked(now),
            Deed::Challenges(is_challenged) => self.sign_in.is_challenged = *is_challenged,
            Deed::StepsClock(by) => self.wishes.wall_ahead += by,
            Deed::Plans(..) | Deed::Keyring(_) | Deed::Pins(_) => {}
        }
        self.manners.disturbed(now);
    }

    fn stepped(&mut self, now: Millis, event: &Event, effects: &[Effect]) {
        match event {
            Event::Command { command, .. } => self.commanded(now, command),
            Event::Answered { id, answer } => {
                if let Some(flight) = self.flight.take_if(|flight| flight.id == *id) {
                    self.order_landed(now, *id);
                    self.answered(now, &flight, answer, effects);
                }
            }
            Event::Vault(event) => self.keyring_said(now, event),
            Event::Configured(Setup::Ready(settings)) => {
                self.settings = settings.clone();
                self.manners.disturbed(now);
                self.telling.reloaded();
            }
            Event::Woke(_) => self.notices(now),
            Event::Sleeping => {
                self.falling_until = now + STAYS;
                self.excuses.allow(now + STAYS + REACTION);
                self.steps.falls_since = Some(now);
                self.manners.wish(now);
                self.manners.disturbed(now + STAYS);
            }
            Event::Tick => self.ticked(now),
            Event::Configured(Setup::Missing(_))
            | Event::SignInOpened { .. }
            | Event::SignInImpossible { .. }
            | Event::Redirected { .. }
            | Event::Desktop { .. } => {}
        }
        for effect in effects {
            self.does(now, effect);
        }
    }

    fn commanded(&mut self, now: Millis, command: &Command) {
        if self.leaving != Leaving::No {
            return;
        }
        match command {
            Command::Quit => {
                let clears =
                    self.settings.on_quit == OnQuit::Clear || self.wishes.wanted == Wanted::Gone;
                self.leaving = Leaving::Quitting { clears };
                self.manners.wish(now);
            }
            Command::SignOut => {
                self.leaving = Leaving::SigningOut;
                self.sign_in.signs_out();
                self.wishes.command(now, command);
                self.manners.wish(now);
            }
            Command::Look => self.manners.look(now),
            Command::Set { .. }
            | Command::Last { .. }
            | Command::Toggle { .. }
            | Command::Clear => {
                let before = self.wishes.wanted;
                if !self.sign_in.is_nobody && self.wishes.command(now, command) {
                    let overtakes = self.wishes.wanted != before;
                    self.wished(now, overtakes);
                }
            }
            Command::SignIn { .. } | Command::CancelSignIn | Command::Open | Command::Reload => {
                self.manners.disturbed(now);
            }
        }
    }

    pub(super) fn wished(&mut self, now: Millis, overtakes: bool) {
        self.excuses.wish(now);
        self.keeping.lapsed_since = None;
        self.order.is_gone = false;
        if overtakes {
            self.order_wish(now);
        }
        self.manners.wish(now);
        if overtakes {
            self.keeping.outlasts_until = None;
        }
    }

    fn keyring_said(&mut self, now: Millis, event: &VaultEvent) {
        match event {
            VaultEvent::Present { .. } => {
                if self.leaving == Leaving::No {
                    self.sign_in.is_nobody = false;
                }
                self.sign_in.silent_since = None;
                self.excuses.allow(now + RESUME + ANSWERS);
            }
            VaultEvent::Absent => {
                self.keyring_is_empty(now);
                self.wishes.nobody(now);
            }
            VaultEvent::Unavailable(_) => {
                let since = *self.sign_in.silent_since.get_or_insert(now);
                self.excuses.keyring_failed(now, since);
                // A choice stands until the keyring says that there is nobody.
                self.sign_in.is_nobody &= self.leaving != Leaving::No;
            }
            VaultEvent::Stored(_) => {
                let is_ours = self.leaving == Leaving::No && !self.sign_in.is_nobody;
                if is_ours && self.sign_in.stored() {
                    self.excuses.allow(now + REACTION);
                }
            }
            VaultEvent::Forgotten(_) => self.sign_in.is_kept = false,
            VaultEvent::StoreFailed(..) | VaultEvent::ForgetFailed(..) => {}
        }
    }

    fn does(&mut self, now: Millis, effect: &Effect) {
        match effect {
            Effect::Call { id, call } => {
                self.order_sent(now, call);
                self.manners_sent(now, call);
                let (id, call) = (*id, call.clone());
                self.flight = Some(Flight {
                    id,
                    call,
                    sent: now,
                    struck: false,
                    landed: false,
                    is_void: false,
                });
            }
            Effect::Abandon(id) => {
                if let Some(flight) = self.flight.take_if(|flight| flight.id == *id) {
                    self.order_landed(now, *id);
                    self.order.abandoned(&flight.call, flight.sent);
                    self.excuses.trouble_since.get_or_insert(now);
                }
            }
            Effect::Forget { .. } => {
                self.forgets(now);
                if self.leaving == Leaving::SigningOut {
                    self.leaving = Leaving::No;
                }
            }
            Effect::LetSleep => {
                self.sleep_is_let(now);
                // What failed before it was for its last things.
                self.manners.may_try_at_once(now + STAYS);
            }
            Effect::Exit { .. } => {
                self.sign_in.forgets_memory();
                self.stopped();
            }
            Effect::Save(saved) => self.order.is_saved = saved.wish == SavedWish::Cleared,
            Effect::Load
            | Effect::Store(_)
            | Effect::Drop(_)
            | Effect::OpenSignIn { .. }
            | Effect::CloseSignIn(_)
            | Effect::Notify(_)
            | Effect::Reply { .. }
            | Effect::OpenWindow
            | Effect::ReadConfiguration => {}
        }
    }
}
