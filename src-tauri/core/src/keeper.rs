//! Owns the facts of the state machine and the loop from event to effects; refuses to decide what is due.

use std::time::Duration;

use crate::agenda::Action;
use crate::grant::Grant;
use crate::random::Random;
use crate::sign_in::SignIn;
use crate::{
    Answer, Call, CallId, Effect, Effective, Event, Ids, OnStart, Outcome, Problem, ProblemKind,
    ReplyTo, Rules, Saved, SavedWish, Setup, Status, Time, Woke,
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
    pub(crate) sign_in: SignIn,
    pub(crate) want: Want,
    pub(crate) before: Option<Status>,
    pub(crate) wishes: u64,
    pub(crate) shown: Shown,
    /// Until when an abandoned call may still land at the service.
    pub(crate) ghost: Option<Time>,
    pub(crate) pin: Pin,
    pub(crate) effective: Option<(Time, Effective)>,
    pub(crate) look_wanted: bool,
    pub(crate) flight: Option<Flight>,
    pub(crate) trouble: Option<Trouble>,
    pub(crate) unauthorized: u32,
    pub(crate) announced: Option<ProblemKind>,
    pub(crate) farewell: Option<Farewell>,
    pub(crate) gone: bool,
    waiting: Vec<(ReplyTo, WaitFor)>,
    calls: u64,
    pub(crate) attempts: u64,
    saved: Saved,
    effects: Vec<Effect>,
}

/// What is known of the OS keyring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Vault {
    NotAsked,
    Asked { tries: u32, since: Time },
    Unavailable { problem: Problem, retry_at: Time, tries: u32, since: Time },
    Absent,
    Present,
}

/// What the person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// Nothing: the session is not ours to touch.
    Nothing,
    /// No session, and the service has not confirmed it.
    Cleared,
    Held(Wish),
}

/// A wanted status. Its number tells it from an equal wish before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) number: u64,
    pub(crate) status: Status,
    pub(crate) until: Option<Time>,
    pub(crate) lasts: Option<Duration>,
}

/// What the session should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    Alone,
    Gone,
    Hold(Wish),
}

/// What the session is, as far as the service confirmed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    Unknown,
    Nothing,
    Held(Lease),
}

/// A confirmed setPresence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lease {
    pub(crate) wish: u64,
    pub(crate) status: Status,
    pub(crate) sent_at: Time,
    pub(crate) expires_at: Time,
    pub(crate) renew_at: Option<Time>,
}

impl Lease {
    /// When the session stops saying the status, unless renewed.
    pub(crate) fn ends_at(&self, rules: &Rules) -> Time {
        match self.status {
            Status::Available => self.expires_at.min(self.sent_at + rules.fade),
            Status::InACall | Status::InAConferenceCall | Status::Away | Status::Presenting => {
                self.expires_at
            }
        }
    }
}

/// The preferred presence, where Away is pinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pin {
    Free,
    /// Pinned along with the lease sent then; a failed try waits until `again`.
    Held {
        lease: Time,
    },
    Failed {
        again: Time,
    },
}

/// The one call on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flight {
    pub(crate) id: CallId,
    pub(crate) call: Call,
    pub(crate) wish: u64,
    pub(crate) sent_at: Time,
    pub(crate) patience: Option<Time>,
    pub(crate) limit: Time,
}

/// Why the session cannot be kept right now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) kind: ProblemKind,
    pub(crate) detail: String,
    pub(crate) ids: Ids,
    pub(crate) since: Time,
    pub(crate) tries: u32,
    pub(crate) retry: Retry,
}

/// When a trouble is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// The service said when: nobody is quicker.
    NotBefore(Time),
    /// Then, or at once for a new wish.
    Backoff(Time),
    /// Only for a new wish.
    NewWish,
}

/// The last things done before a quit or a sign-out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Farewell {
    pub(crate) signs_out: bool,
    pub(crate) clears: bool,
    pub(crate) until: Time,
}

/// What a face waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WaitFor {
    Wish(u64),
    Clear,
    SignIn,
    Look,
    Farewell,
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
            sign_in: SignIn::Idle,
            want: Want::Nothing,
            before: saved.before,
            wishes: 0,
            shown: Shown::Nothing,
            ghost: None,
            pin: Pin::Free,
            effective: None,
            look_wanted: false,
            flight: None,
            trouble: None,
            unauthorized: 0,
            announced: None,
            farewell: None,
            gone: false,
            waiting: Vec::new(),
            calls: 0,
            attempts: 0,
            saved,
            effects: Vec::new(),
        };
        core.resume();
        core
    }

    fn resume(&mut self) {
        let on_start = match &self.setup {
            Setup::Ready(settings) => settings.on_start,
            Setup::Missing(_) => OnStart::Resume,
        };
        if self.saved.wish != SavedWish::Nothing {
            self.shown = Shown::Unknown;
        }
        match (on_start, self.saved.wish) {
            (_, SavedWish::Cleared) => self.want = Want::Cleared,
            (OnStart::Nothing, _) | (OnStart::Resume, SavedWish::Nothing) => {}
            (OnStart::Want(status), _) => self.wish(status, None, None),
            (OnStart::Resume, SavedWish::Status { status, until, lasts }) => {
                self.wish(status, until, lasts);
            }
        }
    }

    /// Makes `status` the newest wish.
    pub(crate) fn wish(&mut self, status: Status, until: Option<Time>, lasts: Option<Duration>) {
        self.wishes += 1;
        self.want = Want::Held(Wish { number: self.wishes, status, until, lasts });
    }

    /// Takes in what happened at `now` and returns what is to be done, in order.
    pub fn handle(&mut self, now: Time, event: Event) -> Vec<Effect> {
        self.now = self.now.max(now);
        self.note(event);
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
        std::mem::take(&mut self.effects)
    }

    /// When to call [`Core::handle`] with [`Event::Tick`] if nothing else happens; `None`: no need to.
    pub fn deadline(&self) -> Option<Time> {
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
            Action::Call(call) => self.send(call),
            Action::Announce => self.announce(),
            Action::ExpireSignIn => self.expire_sign_in(),
            Action::EndFarewell => self.end_farewell(),
        }
    }

    fn send(&mut self, call: Call) {
        self.calls += 1;
        let id = CallId(self.calls);
        let limit = if call.goes_to_entra() {
            self.rules.sign_in_call_limit
        } else {
            self.rules.call_limit
        };
        self.flight = Some(Flight {
            id,
            call: call.clone(),
            wish: self.wishes,
            sent_at: self.now,
            patience: None,
            limit: self.now + limit + self.rules.answer_margin,
        });
        self.emit(Effect::Call { id, call });
    }

    fn abandon(&mut self) {
        let Some(flight) = self.flight.take() else {
            return;
        };
        if flight.call.writes_session() {
            self.ghost = self.ghost.max(Some(flight.sent_at + self.rules.call_limit));
            self.shown = Shown::Unknown;
        }
        self.emit(Effect::Abandon(flight.id));
    }

    fn give_up(&mut self) {
        let Some(flight) = &self.flight else { return };
        let id = flight.id;
        self.emit(Effect::Abandon(id));
        self.answered(id, Answer::Offline { detail: "there was no answer in time".to_owned() });
    }

    fn woke(&mut self, woke: Woke) {
        if let Some(trouble) = &mut self.trouble
            && trouble.kind.may_pass_with_network()
            && let Retry::Backoff(at) = &mut trouble.retry
        {
            *at = self.now;
        }
        if let Some(refused) = self.grant.as_mut().and_then(|grant| grant.refused.as_mut()) {
            refused.retry_at = self.now;
        }
        if let Vault::Unavailable { retry_at, .. } = &mut self.vault {
            *retry_at = self.now;
        }
        match (woke, &mut self.shown) {
            (Woke::Machine, Shown::Held(lease)) => lease.renew_at = Some(self.now),
            (Woke::Machine | Woke::Network, _) => {}
        }
    }

    fn configured(&mut self, setup: Setup) {
        let identity = |setup: &Setup| match setup {
            Setup::Ready(settings) => Some(settings.identity.clone()),
            Setup::Missing(_) => None,
        };
        let same = identity(&self.setup) == identity(&setup);
        self.setup = setup;
        if same {
            return;
        }
        if self.flight.is_some() {
            self.abandon();
        }
        self.cancel_sign_in();
        self.grant = None;
        self.vault = Vault::NotAsked;
        self.trouble = None;
        self.shown = Shown::Unknown;
        self.effective = None;
    }

    fn end_farewell(&mut self) {
        let Some(farewell) = self.farewell.take() else {
            return;
        };
        if self.flight.is_some() {
            self.abandon();
        }
        if farewell.signs_out {
            self.signed_out();
        } else {
            self.gone = true;
            self.emit(Effect::Exit);
        }
        self.resolve(|wait| wait == WaitFor::Farewell, &Outcome::Done);
    }

    pub(crate) fn emit(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub(crate) fn wait(&mut self, reply: Option<ReplyTo>, what: WaitFor) {
        self.waiting.extend(reply.map(|to| (to, what)));
    }

    /// Answers every face that waits for what `which` names.
    pub(crate) fn resolve(&mut self, which: impl Fn(WaitFor) -> bool, outcome: &Outcome) {
        let waiting = std::mem::take(&mut self.waiting);
        for (to, what) in waiting {
            if which(what) {
                self.emit(Effect::Reply { to, outcome: outcome.clone() });
            } else {
                self.waiting.push((to, what));
            }
        }
    }

    fn save(&mut self) {
        let wish = match &self.want {
            Want::Nothing => SavedWish::Nothing,
            Want::Cleared => SavedWish::Cleared,
            Want::Held(Wish { status, until, lasts, .. }) => {
                SavedWish::Status { status: *status, until: *until, lasts: *lasts }
            }
        };
        let saved = Saved { wish, before: self.before };
        if saved != self.saved {
            self.saved = saved.clone();
            self.emit(Effect::Save(saved));
        }
    }
}
