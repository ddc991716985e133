//! Owns the parts and brings them together; refuses to know what a part knows.

mod answers;
mod events;

use crate::context::Context;
use crate::credentials::Credentials;
use crate::flight::Purpose;
use crate::formers::Formers;
use crate::grant::Grant;
use crate::left::Left;
use crate::message::Message;
use crate::notices::Notices;
use crate::outbox::Outbox;
use crate::pin::Pin;
use crate::replies::{Replies, WaitFor};
use crate::saved::keep;
use crate::session::Session;
use crate::shutdown::Shutdown;
use crate::sign_in::SignIn;
use crate::state::State;
use crate::trouble::TroubleKind;
use crate::troubles::Troubles;
use crate::wishes::{Want, Wishes};
use crate::{
    Account, Call, Effect, GrantId, Ids, Notifications, OnStart, Outcome, Problem, Rules, Saved,
    Setup, Time, View, words,
};

/// Keeps one person's presence session: a pure state machine.
///
/// The host feeds it what happened and does what it asks for. Between events it is called again at
/// [`Core::deadline`].
#[derive(Clone, Debug)]
pub struct Core {
    cx: Context,
    wishes: Wishes,
    session: Session,
    message: Message,
    credentials: Credentials,
    sign_in: SignIn,
    formers: Formers,
    outbox: Outbox,
    troubles: Troubles,
    shutdown: Shutdown,
    notices: Notices,
    replies: Replies,
}

impl Core {
    /// A core that wants what `saved` and the settings say. Its jitter follows from `seed`.
    pub fn new(setup: Setup, saved: Saved, seed: [u8; 32]) -> Core {
        Core::with_rules(setup, saved, seed, Rules::default())
    }

    /// As [`Core::new`], with other numbers.
    pub fn with_rules(setup: Setup, saved: Saved, seed: [u8; 32], rules: Rules) -> Core {
        let (held, owner) = (saved.identity.clone(), saved.owner.clone());
        let previous = saved.previous;
        let mut core = Core {
            cx: Context::new(setup, saved, seed, rules),
            wishes: Wishes::new(previous),
            session: Session::new(),
            message: Message::new(),
            credentials: Credentials::new(held, owner),
            sign_in: SignIn::new(),
            formers: Formers::default(),
            outbox: Outbox::default(),
            troubles: Troubles::default(),
            shutdown: Shutdown::new(),
            notices: Notices::default(),
            replies: Replies::default(),
        };
        core.resume();
        core
    }

    /// When to call [`Core::handle`] with [`crate::Event::Tick`] if nothing else happens, which before the first event
    /// is at once; `None`: no need to.
    pub fn deadline(&self) -> Option<Time> {
        self.cx.deadline()
    }

    /// What a face may show at `now`.
    pub fn view(&self, now: Time) -> View {
        self.state().view(now)
    }

    fn state(&self) -> State<'_> {
        State {
            cx: &self.cx,
            wishes: &self.wishes,
            session: &self.session,
            message: &self.message,
            credentials: &self.credentials,
            sign_in: &self.sign_in,
            formers: &self.formers,
            outbox: &self.outbox,
            troubles: &self.troubles,
            shutdown: &self.shutdown,
            notices: &self.notices,
            replies: &self.replies,
        }
    }

    fn notifications(&self) -> Notifications {
        self.cx.setup.settings().map_or(Notifications::None, |settings| settings.notifications)
    }

    /// Takes up what the run before this one left.
    fn resume(&mut self) {
        let on_start =
            self.cx.setup.settings().map_or(OnStart::Resume, |settings| settings.on_start);
        self.take_up_deletions();
        let saved = self.cx.saved();
        let is_of_another = match (saved.identity.as_deref(), self.cx.setup.identity()) {
            (Some(saved), Some(present)) => saved != present,
            (None, _) | (_, None) => false,
        };
        self.session = Session::new();
        self.session.resume(saved, is_of_another);
        self.wishes.resume(on_start, saved.wish);
        let resumed = self.wishes.wish().filter(|_| on_start == OnStart::Resume);
        self.message.resume(&saved.message, resumed.map(|wish| wish.number));
    }

    fn take_up_deletions(&mut self) {
        let owed = self.cx.saved().forgets.clone();
        self.credentials.take_up_deletions(owed, self.cx.setup.identity());
    }

    /// What survives a restart.
    fn save(&mut self) {
        let leaving = self.cx.setup.identity().filter(|_| self.shutdown.signs_out());
        let forgotten = self.credentials.to_forget(leaving);
        let (credentials, formers) = (&self.credentials, &self.formers);
        let whose = credentials.owner();
        let number = self.wishes.wish().map(|wish| wish.number);
        let left = if self.shutdown.is_over() { self.session.to_save() } else { None };
        let may_be_pinned = self.session.pin() != Pin::Free || formers.may_have_pinned(whose);
        self.cx.save(|saved| {
            let Saved {
                wish,
                previous,
                session,
                pinned,
                owner,
                identity,
                forgets,
                message,
                ended: _,
            } = saved;
            keep(wish, &self.wishes.to_save())
                | keep(previous, &self.wishes.previous())
                | keep(session, &left)
                | keep(pinned, &may_be_pinned)
                | keep(owner, credentials.owner_to_save())
                | keep(identity, credentials.held())
                | keep(forgets, &forgotten)
                | self.message.save(message, number, formers.messages(whose))
        });
    }

    fn emit(&mut self, effect: Effect) {
        self.cx.emit(effect);
    }

    /// Answers every face that waits for what `which` names.
    fn resolve(&mut self, which: impl Fn(WaitFor) -> bool, outcome: &Outcome) {
        self.replies.resolve(which, outcome, &mut self.cx);
    }

    /// What was wanted of the session did not happen.
    fn resolve_wish_failed(&mut self, problem: Problem) {
        self.resolve_reset_failed(problem.clone());
        let outcome = Outcome::Failed(problem);
        let is_wish =
            |wait| matches!(wait, WaitFor::Wish(_) | WaitFor::Message(_) | WaitFor::Clear);
        self.resolve(is_wish, &outcome);
    }

    /// Whoever waits for a status with its message is answered once both are known.
    fn resolve_message(&mut self) {
        let number = self.wishes.wanted_number();
        let wait = WaitFor::Message(number);
        if self.replies.is_awaited(wait)
            && self.state().confirmed().is_some()
            && let Some(outcome) = self.message.outcome(number)
        {
            self.resolve(|of| of == wait, &outcome);
        }
    }

    /// What was chosen in Teams was not removed.
    fn resolve_reset_failed(&mut self, problem: Problem) {
        self.resolve(|wait| wait == WaitFor::Reset, &Outcome::Failed(problem));
    }

    /// What somebody wanted to see was not read.
    fn resolve_look_failed(&mut self, problem: Problem) {
        self.session.want_look(false);
        self.resolve(|wait| wait == WaitFor::Look, &Outcome::Failed(problem));
    }

    /// Who waits is told of the trouble that stands.
    fn tell_trouble(&mut self) {
        let Some(trouble) = self.troubles.trouble() else { return };
        if self.replies.is_empty() {
            return self.session.want_look(false);
        }
        let (kind, ids) = (trouble.kind.clone(), trouble.ids.clone());
        self.resolve_reset_failed(words::trouble(&kind, Want::Nothing).with_ids(ids.clone()));
        let problem = words::trouble(&kind, self.wishes.want()).with_ids(ids);
        self.resolve_wish_failed(problem.clone());
        self.resolve_look_failed(problem);
    }

    /// Trouble that only a person or an administrator ends.
    fn stop(&mut self, kind: TroubleKind, ids: Ids) {
        let knows_why = kind == TroubleKind::NotAllowed && self.credentials.lacks_permission();
        let kind = if knows_why { TroubleKind::ConsentNeeded } else { kind };
        self.troubles.stop(kind, ids, &self.cx);
        self.tell_trouble();
    }

    /// Gives the call on its way up; what it writes may still land.
    fn abandon(&mut self) {
        let Some(flight) = self.outbox.abandon(&mut self.cx) else { return };
        if let Purpose::Former(grant) = flight.purpose {
            return self.formers.given_up(grant, &flight, &self.cx.rules);
        }
        if flight.call.writes_session() {
            self.session.given_up(flight.sent_at + self.cx.rules.call_limit);
        }
        if flight.call.writes_pin() && self.session.pin() != Pin::Free {
            self.session.set_pin(Pin::Doubtful);
        }
        if flight.call.writes_message() {
            self.message.given_up(flight.sent_at + self.cx.rules.call_limit);
        }
    }

    /// There is no session any more.
    fn cleared(&mut self) {
        self.session.end();
        if !self.session.awaits_late_write() {
            self.wishes.cleared();
        }
        self.session.want_look(self.replies.is_awaited(WaitFor::Look));
        self.resolve(|wait| wait == WaitFor::Clear, &Outcome::Done);
    }

    /// Ends every pause that the service did not ask for.
    fn retry_now(&mut self) {
        let now = self.cx.now;
        self.troubles.retry_now(now);
        self.session.hasten_pin(now);
        self.message.hasten(now);
        self.credentials.load_now(now);
    }

    /// The sign-in under way ends without a grant.
    fn end_sign_in(&mut self, problem: Problem) {
        self.sign_in.end(problem.clone(), &mut self.cx);
        if self.outbox.flight().is_some_and(|flight| flight.call.signs_in()) {
            self.abandon();
        }
        self.resolve(|wait| wait == WaitFor::SignIn, &Outcome::Failed(problem));
    }

    /// Another person, or nobody, comes after `grant` of `identity`: what was set with it is ended with it.
    fn part_with(&mut self, identity: String, grant: Grant, stays_until: Time) {
        let not_before = self.troubles.pause().map_or(Time::AT_ONCE, |pause| pause.until);
        let left = self.leave_session();
        self.formers.part_with(identity, grant, left, stays_until, not_before, &self.cx);
    }

    /// What is known of a session is about somebody else's.
    fn leave_session(&mut self) -> Left {
        let message = self.message.hand_over();
        let left = Left { message, ..self.session.hand_over(self.cx.now) };
        self.resolve(|wait| wait == WaitFor::Look, &Outcome::Done);
        let is_theirs = |wait| matches!(wait, WaitFor::Clear | WaitFor::Reset);
        self.resolve(is_theirs, &Outcome::Failed(words::replaced()));
        self.troubles.clear_trouble();
        self.troubles.accepted();
        left
    }

    /// Somebody is signed in. What an earlier run left is not theirs if it was somebody else's.
    fn meet(&mut self, account: &Account) {
        if self.credentials.meet(account) {
            self.session.hand_over(self.cx.now);
            self.message = Message::new();
            self.resolve_message();
            self.doubt_the_session();
        }
    }

    /// An earlier run may have left a session here. Where none was wanted, there is none of ours.
    fn doubt_the_session(&mut self) {
        if self.wishes.want() != Want::Nothing {
            self.session.doubt();
        }
    }

    /// The person is back before what they had set was ended: it is theirs again. Their grant comes with it.
    fn take_back(&mut self, account: &Account) -> Option<Grant> {
        if self.formers.take_pins(account) {
            self.session.set_pin(Pin::Doubtful);
        }
        self.message.take_back(self.formers.take_messages(account));
        let id = self.formers.find(self.cx.setup.identity(), account)?;
        match self.outbox.flight() {
            Some(flight) if flight.purpose == Purpose::Former(id) => match flight.call {
                Call::Entra(_) => self.outbox.repurpose(Purpose::Session),
                Call::Graph { .. } => self.abandon(),
            },
            Some(_) | None => {}
        }
        let (grant, left) = self.formers.take_back(id)?;
        self.session.take_back(&left);
        Some(grant)
    }

    /// Whether the core goes on with this grant.
    fn holds(&self, id: GrantId) -> bool {
        self.credentials.grant().is_some_and(|grant| grant.id() == id) || self.formers.has(id)
    }

    /// Who waits for a wish that is not wanted any more is told so.
    fn replace_waiting(&mut self) {
        let want = self.wishes.want();
        let outcome = Outcome::Failed(words::replaced());
        let is_replaced = |wait| match wait {
            WaitFor::Wish(number) | WaitFor::Message(number) => match want {
                Want::Held(wish) => wish.number != number,
                Want::Nothing | Want::Clearing => true,
            },
            WaitFor::Clear => want != Want::Clearing,
            WaitFor::SignIn
            | WaitFor::Look
            | WaitFor::Reset
            | WaitFor::Shutdown
            | WaitFor::Forgotten(_)
            | WaitFor::Remembered
            | WaitFor::Reload => false,
        };
        self.resolve(is_replaced, &outcome);
    }
}
