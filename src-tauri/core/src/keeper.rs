//! Owns the facts of the state machine and the loop from event to effects; refuses to decide what is due.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::agenda::{AT_ONCE, Action};
use crate::crowd::Crowd;
use crate::deletion::Deletion;
use crate::facts::{
    Farewell, Flight, Pause, Pin, Planned, Purpose, Rest, Shown, SignIn, Trouble, Vault, Waiting,
    Want, Wish,
};
use crate::former::Former;
use crate::grant::Grant;
use crate::pace::Pace;
use crate::random::Random;
use crate::{
    Answer, Aspect, CallId, Claims, Effect, Effective, Event, Flaw, Problem, ProblemKind, Rules,
    Saved, Setup, Status, Time, Woke,
};

/// Keeps one person's presence session: a pure state machine.
///
/// The host feeds it what happened and does what it asks for. Between events it is called again at
/// [`Core::deadline`].
#[derive(Clone, Debug)]
pub struct Core {
    pub(crate) rules: Rules,
    pub(crate) random: Random,
    pub(crate) now: Time,
    pub(crate) setup: Setup,
    pub(crate) vault: Vault,
    pub(crate) grant: Option<Grant>,
    pub(crate) formers: Vec<Former>,
    /// Whose sign-in the keyring holds.
    pub(crate) held_in_keyring: Option<String>,
    /// When this run took up its first registration, or another one; absent before.
    pub(crate) configured_at: Option<Time>,
    pub(crate) deletions: Vec<Deletion>,
    pub(crate) deleted: u64,
    pub(crate) sign_in: SignIn,
    pub(crate) want: Want,
    pub(crate) before: Option<Status>,
    /// What was wanted before somebody chose without knowing whether anyone is signed in.
    pub(crate) unproven: Option<(Want, Option<Status>)>,
    pub(crate) wishes: u64,
    pub(crate) shown: Shown,
    /// When the service last confirmed that there is no session.
    pub(crate) cleared_at: Option<Time>,
    /// Until when an abandoned call may still land at the service.
    pub(crate) ghost: Option<Time>,
    pub(crate) pin: Pin,
    pub(crate) effective: Option<(Time, Effective)>,
    pub(crate) look_wanted: bool,
    /// The wish that a person made and the service has not confirmed.
    pub(crate) awaited: Option<u64>,
    /// When a person last chose a status, or chose none.
    pub(crate) chosen_at: Time,
    pub(crate) flight: Option<Flight>,
    pub(crate) trouble: Option<Trouble>,
    pub(crate) pause: Option<Pause>,
    pub(crate) unauthorized: u32,
    /// Whether one of them was a claims challenge.
    pub(crate) challenged: Option<Claims>,
    pub(crate) crowd: Crowd,
    pub(crate) pace: Pace,
    pub(crate) announced: Option<ProblemKind>,
    pub(crate) farewell: Option<Farewell>,
    pub(crate) gone: bool,
    pub(crate) rest: Rest,
    pub(crate) desktop: BTreeMap<Aspect, Vec<Problem>>,
    pub(crate) waiting: Vec<Waiting>,
    calls: u64,
    pub(crate) attempts: u64,
    pub(crate) saved: Saved,
    effects: Vec<Effect>,
}

impl Core {
    /// A keeper that wants what `saved` and the settings say. Its jitter follows from `seed`.
    pub fn new(setup: Setup, saved: Saved, seed: [u8; 32]) -> Core {
        Core::with_rules(setup, saved, seed, Rules::default())
    }

    /// As [`Core::new`], with other numbers.
    pub fn with_rules(setup: Setup, saved: Saved, seed: [u8; 32], rules: Rules) -> Core {
        let mut core = Core {
            rules,
            random: Random::new(seed),
            now: Time::ZERO,
            setup,
            vault: Vault::NotAsked,
            grant: None,
            formers: Vec::new(),
            held_in_keyring: saved.identity.clone(),
            configured_at: None,
            deletions: Vec::new(),
            deleted: 0,
            sign_in: SignIn::Idle,
            want: Want::Nothing,
            before: saved.before,
            unproven: None,
            wishes: 0,
            shown: Shown::Nothing,
            cleared_at: None,
            ghost: None,
            pin: Pin::Free,
            effective: None,
            look_wanted: false,
            awaited: None,
            chosen_at: AT_ONCE,
            flight: None,
            trouble: None,
            pause: None,
            unauthorized: 0,
            challenged: None,
            crowd: Crowd::default(),
            pace: Pace::default(),
            announced: None,
            farewell: None,
            gone: false,
            rest: Rest::Awake,
            desktop: BTreeMap::new(),
            waiting: Vec::new(),
            calls: 0,
            attempts: 0,
            saved,
            effects: Vec::new(),
        };
        core.resume();
        core
    }

    /// Makes `status` the newest wish.
    pub(crate) fn wish(&mut self, status: Status, until: Option<Time>, lasts: Option<Duration>) {
        self.wishes += 1;
        self.want = Want::Held(Wish { number: self.wishes, status, until, lasts });
    }

    /// Takes in what happened at `now` and returns what is to be done, in order.
    pub fn handle(&mut self, now: Time, event: Event) -> Vec<Effect> {
        let was_gone = self.gone;
        self.now = self.now.max(now);
        self.note(event);
        self.begin();
        while let Some((at, action)) = self.due() {
            if at > self.now {
                break;
            }
            self.act(action);
        }
        if self.standing().is_none() {
            self.announced = None;
        }
        self.save();
        if self.gone && !was_gone {
            self.emit(Effect::Exit { settled: self.is_settled() });
        }
        std::mem::take(&mut self.effects)
    }

    /// When to call [`Core::handle`] with [`Event::Tick`] if nothing else happens; `None`: no need to.
    pub fn deadline(&self) -> Option<Time> {
        if self.trouble.is_some() && self.rules.has(Flaw::NoDeadlineInTrouble) {
            return None;
        }
        self.due().map(|(at, _)| at)
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Command { command, reply } => self.command(command, reply),
            Event::Answered { id, answer } => self.answered(id, answer),
            Event::Vault(event) => self.vault_answered(event),
            Event::Configured(setup) => self.configured(setup),
            Event::SignInOpened { attempt, url, trouble } => self.opened(attempt, url, trouble),
            Event::SignInImpossible { attempt, problem } => self.impossible(attempt, problem),
            Event::Redirected { attempt, redirect } => self.redirected(attempt, redirect),
            Event::Woke(woke) => self.woke(woke),
            Event::Sleeping => self.fall_asleep(),
            Event::Desktop { aspect, problems } => self.desktop_said(aspect, problems),
            Event::Tick => {}
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::EndWish => self.end_wish(),
            Action::Abandon => self.abandon(),
            Action::GiveUp => self.give_up(),
            Action::Lapse => self.shown = Shown::Unknown,
            Action::Load => self.load(),
            Action::Store => self.store(),
            Action::Forget(number) => self.ask_to_forget(number),
            Action::ForgetOrphan => self.forget_orphan(),
            Action::Call(planned) => self.send(planned),
            Action::DropFormer(grant) => self.drop_former(grant),
            Action::Stale => self.effective = None,
            Action::AnswerLate => self.answer_late(),
            Action::Cleared => self.cleared(),
            Action::Forgive => self.trouble = None,
            Action::Announce => self.announce(),
            Action::ExpireSignIn => self.expire_sign_in(),
            Action::EndFarewell => self.end_farewell(),
            Action::LetSleep => self.let_sleep(),
            Action::WakeUp => self.woke(Woke::Machine),
        }
    }

    fn send(&mut self, Planned { call, purpose, .. }: Planned) {
        self.calls += 1;
        self.pace.called(self.now, call.signs_in());
        if purpose == Purpose::Pin && call.writes_pin() {
            // Written down first: a crash leaves no pin that nobody knows of.
            self.pin = Pin::Doubtful;
            self.save();
        }
        let id = CallId(self.calls);
        let limit = if call.goes_to_entra() {
            self.rules.sign_in_call_limit
        } else {
            self.rules.call_limit
        };
        self.flight = Some(Flight {
            id,
            call: call.clone(),
            purpose,
            wish: self.wanted_number(),
            sent_at: self.now,
            patience: None,
            limit: self.now + limit + self.rules.answer_margin,
            outdated: false,
        });
        self.emit(Effect::Call { id, call });
    }

    /// The number of the newest wish, which need not be the last that was given.
    fn wanted_number(&self) -> u64 {
        match self.want {
            Want::Held(wish) => wish.number,
            Want::Nothing | Want::Cleared => self.wishes,
        }
    }

    pub(crate) fn abandon(&mut self) {
        let Some(flight) = self.flight.take() else {
            return;
        };
        self.emit(Effect::Abandon(flight.id));
        if let Purpose::Former(grant) = flight.purpose {
            return self.former_abandoned(grant, &flight);
        }
        if flight.call.writes_session() && !self.rules.has(Flaw::ForgetsGhost) {
            self.ghost = self.ghost.max(Some(flight.sent_at + self.rules.call_limit));
            self.shown = Shown::Unknown;
        }
        if flight.call.writes_pin() {
            self.pin = Pin::Doubtful;
        }
    }

    fn give_up(&mut self) {
        let Some(flight) = &self.flight else { return };
        let id = flight.id;
        self.emit(Effect::Abandon(id));
        self.answered(id, Answer::Offline { detail: "there was no answer in time".to_owned() });
    }

    fn is_settled(&self) -> bool {
        let writes = self.flight.as_ref().is_some_and(|flight| {
            flight.purpose == Purpose::Session && flight.call.writes_session()
        });
        !writes && self.ghost.is_none_or(|ghost| ghost <= self.now)
    }

    pub(crate) fn emit(&mut self, effect: Effect) {
        self.effects.push(effect);
    }
}
