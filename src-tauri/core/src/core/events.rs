//! Owns what an event, a command of a face or a moment that has come changes in the parts; refuses to know which face a
//! command came from.

use std::time::Duration;

use super::Core;
use crate::due::Action;
use crate::flight::{Planned, Purpose};
use crate::message::Message;
use crate::notices::Notices;
use crate::pin::Pin;
use crate::replies::{Asker, WaitFor};
use crate::shutdown::Ending;
use crate::troubles::Troubles;
use crate::wishes::Want;
use crate::{
    Aspect, AttemptId, Call, Command, Effect, Event, GraphRequest, OnEnd, OnQuit, Outcome, Problem,
    Redirect, Setup, SignInMethod, Status, StatusMessage, Time, Woke, words,
};

impl Core {
    /// Takes in what happened at `now` and returns what is to be done, in order.
    pub fn handle(&mut self, now: Time, event: Event) -> Vec<Effect> {
        let was_over = self.shutdown.is_over();
        self.cx.advance(now);
        self.note(event);
        self.begin();
        let later = loop {
            match self.state().due() {
                Some((at, action)) if at <= self.cx.now => self.act(action),
                later => break later.map(|(at, _)| at),
            }
        };
        self.cx.wait_until(later);
        if self.notices.is_open() && self.state().standing().is_none() {
            self.notices.forget();
        }
        for problem in self.replies.take_unseen() {
            self.notices.remind(&problem, self.notifications(), &mut self.cx);
        }
        self.save();
        if self.shutdown.is_over() && !was_over {
            self.emit(Effect::Exit { settled: self.is_settled() });
        }
        self.cx.take_effects()
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Command { command, reply } => self.command(command, reply.map(Asker::Face)),
            Event::Pressed(command) => self.command(command, Some(Asker::Shortcut)),
            Event::Failed(problem) => {
                self.notices.remind(&problem, self.notifications(), &mut self.cx);
            }
            Event::Answered { id, answer } => self.answered(id, answer),
            Event::Vault(event) => self.keyring_answered(event),
            Event::Configured(setup) => self.configured(setup),
            Event::SignInOpened { attempt, url, trouble } => {
                self.sign_in.opened(attempt, url, trouble);
            }
            Event::SignInImpossible { attempt, problem } => {
                if self.sign_in.attempt() == Some(attempt) {
                    self.end_sign_in(problem);
                }
            }
            Event::Redirected { attempt, redirect } => self.redirected(attempt, redirect),
            Event::Woke(woke) => self.woke(woke),
            Event::Sleeping => self.prepare_for_sleep(),
            Event::Desktop { aspect, problems } => self.desktop_said(aspect, problems),
            Event::Tick => {}
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::EndWish => self.end_wish(),
            Action::Abandon => self.abandon(),
            Action::GiveUp => self.give_up(),
            Action::Lapse => self.session.doubt(),
            Action::Load => {
                if self.credentials.load(&mut self.cx) {
                    self.outbox.wished(&self.cx);
                }
            }
            Action::Store => self.store(),
            Action::Forget(number) => self.credentials.begin_deletion(number, &mut self.cx),
            Action::ForgetOrphan => self.credentials.forget_orphan(),
            Action::Call(planned) => self.send(planned),
            Action::DropFormer(grant) => {
                let owner = self.credentials.owner();
                self.message.take_back(self.formers.drop(grant, owner, &mut self.cx));
            }
            Action::ForgetSeen => self.session.forget_seen(),
            Action::AnswerLate => self.answer_late(),
            Action::Cleared => self.cleared(),
            Action::ClearTrouble => self.troubles.clear_trouble(),
            Action::Announce => self.announce(),
            Action::EndSignIn => {
                if self.sign_in.attempt().is_some() {
                    self.end_sign_in(words::sign_in_expired());
                } else {
                    self.sign_in.finish();
                }
            }
            Action::EndShutdown => self.end_shutdown(),
            Action::LetSleep => self.let_sleep(),
            Action::WakeUp => self.woke(Woke::Machine),
        }
    }

    /// The first registration that works is in force from now on.
    fn begin(&mut self) {
        if self.credentials.is_configured() || self.cx.setup.identity().is_none() {
            return;
        }
        self.credentials.configured(self.cx.now);
        if !self.cx.saved().ended {
            let until = self.cx.now + self.cx.rules.call_limit;
            self.session.doubt_the_run_before(until);
            self.message.doubt_the_run_before(until);
        }
    }

    fn send(&mut self, planned: Planned) {
        // What is not ours is removed only for as long as the person waits for it.
        let removes_theirs =
            self.session.pin() == Pin::Free && planned.call.graph() == Some(&GraphRequest::Unpin);
        if planned.purpose == Purpose::Pin && planned.call.writes_pin() && !removes_theirs {
            // Written down first: a crash leaves no pin that nobody knows of.
            self.session.set_pin(Pin::Doubtful);
            self.save();
        }
        if let Some(GraphRequest::SetMessage { text, .. }) = planned.call.graph() {
            self.message.begins(text);
            self.save();
        }
        self.outbox.send(planned, self.wishes.wanted_number(), &mut self.cx);
    }

    fn store(&mut self) {
        if let Some(id) = self.credentials.begin_storing(self.cx.setup.identity()) {
            // Written down first, so that no entry is ever left that nobody knows of.
            self.save();
            self.emit(Effect::Store(id));
        }
    }

    fn is_settled(&self) -> bool {
        let writes = self.outbox.flight().is_some_and(|flight| {
            flight.purpose == Purpose::Session && flight.call.writes_session()
        });
        let now = self.cx.now;
        !writes && self.session.is_settled(now) && self.message.is_settled(now)
    }

    /// Says to whoever has waited long enough how things stand.
    fn answer_late(&mut self) {
        let for_keyring = Outcome::Failed(words::keyring_is_slow());
        let problem = self.state().current_problem().unwrap_or_else(words::not_in_time);
        self.replies.answer_late(&for_keyring, &Outcome::Failed(problem), &mut self.cx);
    }

    fn announce(&mut self) {
        if let Some(problem) = self.state().current_problem() {
            self.notices.announce(&problem, self.notifications(), &mut self.cx);
        }
    }

    fn reply(&mut self, to: Option<Asker>, outcome: Outcome) {
        self.replies.reply(to, outcome, &mut self.cx);
    }

    fn wait(&mut self, reply: Option<Asker>, what: WaitFor) {
        self.replies.wait(reply, what, &self.cx);
    }

    fn command(&mut self, command: Command, reply: Option<Asker>) {
        if self.shutdown.has_begun() {
            return self.command_while_leaving(&command, reply);
        }
        let (prior, message) = (self.wishes.clone(), self.message.wanted());
        self.obey(command, reply);
        if self.credentials.grant().is_none() && self.wishes.make_provisional(&prior) {
            self.message.make_provisional(message);
        }
    }

    fn obey(&mut self, command: Command, reply: Option<Asker>) {
        match command {
            Command::Set { status, seconds, message } => self.set(status, seconds, message, reply),
            Command::SetDuration { seconds } => match self.wishes.wish() {
                Some(wish) => {
                    let message = self.message.text(wish.number).cloned();
                    self.set(wish.status, seconds, message, reply);
                }
                None => self.reply(reply, Outcome::Failed(words::nothing_wanted())),
            },
            Command::Toggle { status, message } => self.toggle(status, message, reply),
            Command::Clear => self.clear(reply),
            Command::Reset => self.reset(reply),
            Command::SignIn { method } => self.start_sign_in(method, reply),
            Command::CancelSignIn => {
                self.cancel_sign_in();
                self.reply(reply, Outcome::Done);
            }
            Command::SignOut => self.sign_out(reply),
            Command::Look => self.look(reply),
            Command::Open => {
                self.emit(Effect::OpenWindow);
                self.reply(reply, Outcome::Done);
            }
            Command::Reload => {
                self.wait(reply, WaitFor::Reload);
                self.emit(Effect::ReadConfiguration);
            }
            Command::Quit => self.quit(reply),
        }
    }

    /// Why no wish can be taken now.
    fn obstacle(&self) -> Option<Problem> {
        match &self.cx.setup {
            Setup::Invalid(problem) => Some(problem.clone()),
            Setup::Ready(_) => self.credentials.is_nobody().then(words::sign_in_needed),
        }
    }

    fn set(
        &mut self,
        status: Status,
        seconds: Option<u64>,
        message: Option<StatusMessage>,
        reply: Option<Asker>,
    ) {
        let lasts = seconds.map(Duration::from_secs);
        let allowed = self.cx.rules.shortest_timed..=self.cx.rules.longest_timed;
        if lasts.is_some_and(|lasts| !allowed.contains(&lasts)) {
            return self.reply(reply, Outcome::Failed(words::wrong_span()));
        }
        if let Some(problem) = self.obstacle() {
            return self.reply(reply, Outcome::Failed(problem));
        }
        let is_same = self.wishes.wish().is_some_and(|wish| {
            let is_silent = message.is_none() && self.message.text(wish.number).is_none();
            wish.status == status && wish.lasts.is_none() && lasts.is_none() && is_silent
        });
        match (is_same, self.state().confirmed()) {
            (true, Some(_)) if self.is_just_chosen() => {
                return self.reply(reply, Outcome::Done);
            }
            // Whoever asks for what is already held doubts it: another machine may have changed the session.
            (true, Some(_)) | (false, _) => {
                self.wishes.remember_before(status);
                self.new_wish(status, lasts, message);
            }
            (true, None) => self.begin_anew(),
        }
        self.await_wish(reply);
    }

    fn is_just_chosen(&self) -> bool {
        self.wishes.is_just_chosen(self.cx.now, self.cx.rules.look_fresh)
    }

    fn toggle(&mut self, status: Status, message: Option<StatusMessage>, reply: Option<Asker>) {
        if let Some(problem) = self.obstacle() {
            return self.reply(reply, Outcome::Failed(problem));
        }
        let is_wanted = self.wishes.wish().is_some_and(|wish| wish.status == status);
        match (is_wanted, self.wishes.previous()) {
            (true, Some(previous)) => {
                self.wishes.take_previous();
                self.new_wish(previous, None, None);
                self.await_wish(reply);
            }
            (true, None) => self.clear(reply),
            (false, _) => self.set(status, None, message, reply),
        }
    }

    fn clear(&mut self, reply: Option<Asker>) {
        if let Some(problem) = self.obstacle() {
            return self.reply(reply, Outcome::Failed(problem));
        }
        self.wishes.take_previous();
        let is_fresh = |at| self.cx.now.since(at) < self.cx.rules.look_fresh;
        let is_fresh = self.session.cleared_at().is_some_and(is_fresh) && self.is_just_chosen();
        self.want_cleared();
        self.wishes.chosen(self.cx.now);
        match (self.session.is_none(), is_fresh) {
            (true, true) if self.outbox.flight().is_none() => {
                return self.reply(reply, Outcome::Done);
            }
            // Whoever ends what is not there knows better: another machine may have set the session.
            (true, false) => self.session.doubt(),
            (true, true) | (false, _) => {}
        }
        self.wait_unless_told(reply, WaitFor::Clear);
    }

    fn reset(&mut self, reply: Option<Asker>) {
        if let Some(problem) = self.obstacle() {
            return self.reply(reply, Outcome::Failed(problem));
        }
        self.begin_anew();
        self.wait_unless_told(reply, WaitFor::Reset);
    }

    fn want_cleared(&mut self) {
        self.wishes.clear();
        self.replace_waiting();
        self.hasten();
    }

    fn new_wish(
        &mut self,
        status: Status,
        lasts: Option<Duration>,
        message: Option<StatusMessage>,
    ) {
        let until = lasts.map(|lasts| self.cx.now + lasts);
        self.wishes.hold(status, until, lasts);
        self.message.choose(self.wishes.newest(), message);
        self.replace_waiting();
        self.hasten();
    }

    /// A person chose the newest wish.
    fn await_wish(&mut self, reply: Option<Asker>) {
        self.wishes.awaited();
        self.wishes.chosen(self.cx.now);
        let number = self.wishes.newest();
        let what = match self.message.text(number) {
            Some(_) => WaitFor::Message(number),
            None => WaitFor::Wish(number),
        };
        self.wait_unless_told(reply, what);
    }

    /// Waits, unless it is known already that nothing can happen soon.
    fn wait_unless_told(&mut self, reply: Option<Asker>, what: WaitFor) {
        let (state, want) = (self.state(), self.wishes.want());
        let refused = self.credentials.grant().and_then(|grant| grant.refused());
        let problem = match refused {
            Some(refused) => Some(words::with_wish(refused.problem.clone(), want)),
            None if self.troubles.holds_back(self.cx.now) => {
                state.keeping_problem().map(|standing| standing.problem(want))
            }
            None => state.patience().map(|standing| standing.problem(want)),
        };
        match problem {
            Some(problem) => self.reply(reply, Outcome::Failed(problem)),
            None => self.wait(reply, what),
        }
    }

    /// A newer wish does not queue behind an older one's backoff, nor long behind its call.
    fn hasten(&mut self) {
        self.begin_anew();
        self.outbox.lose_patience(self.cx.now + self.cx.rules.patience, self.cx.now);
    }

    /// A person's choice ends the pauses, and meets trouble as if it were new.
    fn begin_anew(&mut self) {
        self.pay();
        self.retry_now();
        self.troubles.begin_anew(self.cx.now);
    }

    /// What a person asks for pays for its call, and for the two of a status message.
    fn pay(&mut self) {
        let needs_calls = self.message.needs_calls(self.wishes.wish().map(|wish| wish.number));
        for _ in 0..if needs_calls { 3 } else { 1 } {
            self.outbox.wished(&self.cx);
        }
    }

    fn end_wish(&mut self) {
        let Some(ended) = self.wishes.wish() else { return };
        let on_end = self.cx.setup.settings().map_or(OnEnd::Resume, |settings| settings.on_end);
        match (on_end, self.wishes.take_previous()) {
            (OnEnd::Resume, Some(previous)) => self.new_wish(previous, None, None),
            (OnEnd::Resume, None) | (OnEnd::Clear, _) => self.want_cleared(),
        }
        let notice = words::timed_ended(ended.status, self.wishes.want());
        Notices::mention(notice, self.notifications(), &mut self.cx);
    }

    fn look(&mut self, reply: Option<Asker>) {
        let (now, rules) = (self.cx.now, &self.cx.rules);
        let is_fresh = self.session.seen().is_some_and(|(at, _)| now.since(*at) < rules.look_fresh);
        let gate = self.troubles.gate().map(|at| self.troubles.after_yield(at));
        let is_troubled = gate.is_none_or(|at| self.troubles.after_pause(at) > now);
        let has_room = self.outbox.rate().below_ceiling(now, false, rules) <= now;
        if is_fresh || !self.credentials.is_signed_in() || is_troubled || !has_room {
            return self.reply(reply, Outcome::Done);
        }
        self.session.want_look(true);
        self.outbox.wished(&self.cx);
        self.wait(reply, WaitFor::Look);
    }

    fn start_sign_in(&mut self, method: SignInMethod, reply: Option<Asker>) {
        let forbidden = match &self.cx.setup {
            Setup::Invalid(problem) => Some(problem.clone()),
            Setup::Ready(settings) => (method == SignInMethod::DeviceCode && !settings.device_code)
                .then(words::device_code_off),
        };
        if let Some(problem) = forbidden {
            return self.reply(reply, Outcome::Failed(problem));
        }
        self.cancel_sign_in();
        self.wait(reply, WaitFor::SignIn);
        let claims = self.credentials.grant().and_then(|grant| grant.claims().cloned());
        self.sign_in.start(method, claims, &mut self.cx);
    }

    fn cancel_sign_in(&mut self) {
        if self.sign_in.attempt().is_some() {
            self.end_sign_in(words::sign_in_cancelled());
        }
    }

    fn redirected(&mut self, attempt: AttemptId, redirect: Redirect) {
        if let Some(refusal) = self.sign_in.redirected(attempt, redirect) {
            self.end_sign_in(refusal.problem());
        }
    }

    /// A command that comes while leaving, or after it.
    fn command_while_leaving(&mut self, command: &Command, reply: Option<Asker>) {
        match command {
            Command::Quit if self.shutdown.is_over() => self.reply(reply, Outcome::Done),
            Command::Quit => {
                self.wait(reply, WaitFor::Shutdown);
                self.shutdown.quit_too();
            }
            Command::Set { .. }
            | Command::SetDuration { .. }
            | Command::Toggle { .. }
            | Command::Clear
            | Command::Reset
            | Command::SignIn { .. }
            | Command::CancelSignIn
            | Command::SignOut
            | Command::Look
            | Command::Reload
            | Command::Open => {
                let signs_out = self.shutdown.only_signs_out();
                let problem = if signs_out { words::signing_out() } else { words::leaving() };
                self.reply(reply, Outcome::Failed(problem));
            }
        }
    }

    fn sign_out(&mut self, reply: Option<Asker>) {
        if let Setup::Invalid(problem) = &self.cx.setup {
            // Whose sign-in to forget, only the configuration says.
            let outcome = Outcome::Failed(problem.clone());
            return self.reply(reply, outcome);
        }
        self.cancel_sign_in();
        self.wishes.forget();
        self.replace_waiting();
        self.shut_down(Ending::SignOut, true, reply);
    }

    fn quit(&mut self, reply: Option<Asker>) {
        self.cancel_sign_in();
        self.shut_down(Ending::Quit, self.clears_at_end(), reply);
    }

    /// Whether an end, or a sleep, clears the session. A clear that was asked for and has not happened yet is not
    /// forgotten by it.
    fn clears_at_end(&self) -> bool {
        let on_quit = self.cx.setup.settings().map_or(OnQuit::Keep, |settings| settings.on_quit);
        on_quit == OnQuit::Clear || self.wishes.want() == Want::Clearing
    }

    fn shut_down(&mut self, ending: Ending, clears: bool, reply: Option<Asker>) {
        self.wait(reply, WaitFor::Shutdown);
        self.shutdown.begin(ending, clears, &self.cx);
        self.hasten_last_things();
    }

    fn prepare_for_sleep(&mut self) {
        self.shutdown.prepare_for_sleep(self.clears_at_end(), &self.cx);
        self.hasten_last_things();
    }

    fn hasten_last_things(&mut self) {
        self.pay();
        self.retry_now();
        self.credentials.hasten_keyring();
        self.outbox.lose_patience(self.cx.now + self.cx.rules.shutdown_patience, self.cx.now);
    }

    fn end_shutdown(&mut self) {
        let Some(ending) = self.shutdown.end() else { return };
        self.abandon();
        match ending {
            Ending::SignOut => {
                if let Some(number) = self.signed_out() {
                    self.replies.wait_on(WaitFor::Shutdown, WaitFor::Forgotten(number), &self.cx);
                }
            }
            Ending::Quit => self.resolve(|wait| wait == WaitFor::Shutdown, &Outcome::Done),
            Ending::SignOutAndQuit => {
                self.signed_out();
            }
        }
        // Nothing that any other face waits for will happen any more.
        let waits_on = |wait| matches!(wait, WaitFor::Shutdown | WaitFor::Forgotten(_));
        let is_over = self.shutdown.is_over();
        self.resolve(|wait| is_over || !waits_on(wait), &Outcome::Failed(words::leaving()));
    }

    /// Nobody is signed in any more; the number is that of the keyring's deletion.
    fn signed_out(&mut self) -> Option<u64> {
        self.troubles.clear_trouble();
        self.session.signed_out();
        self.message = Message::new();
        self.credentials.sign_out(&mut self.cx)
    }

    fn let_sleep(&mut self) {
        // The answer to a refresh may still come; a rotated token is not thrown away.
        if self.outbox.flight().is_some_and(|flight| matches!(flight.call, Call::Graph { .. })) {
            self.abandon();
        }
        self.shutdown.let_sleep(&self.cx);
        self.emit(Effect::LetSleep);
    }

    fn woke(&mut self, woke: Woke) {
        let now = self.cx.now;
        self.outbox.woke(now);
        self.troubles.woke(now);
        self.credentials.try_refused_again(now);
        self.credentials.load_now(now);
        self.formers.hasten();
        self.message.woke(now);
        match woke {
            Woke::Machine => {
                if let Some(slept) = self.shutdown.wake(&self.cx) {
                    self.replies.wait_longer(slept);
                }
                self.session.woke(now, &self.cx.rules);
            }
            Woke::Network => {}
        }
    }

    fn desktop_said(&mut self, aspect: Aspect, problems: Vec<Problem>) {
        let which = self.notifications();
        self.notices.desktop_said(aspect, problems, which, &mut self.cx);
    }

    fn configured(&mut self, setup: Setup) {
        let works = self.cx.setup.settings().is_some();
        let outcome = match &setup {
            Setup::Ready(_) => {
                self.desktop_said(Aspect::Configuration, Vec::new());
                Outcome::Done
            }
            Setup::Invalid(problem) if works => {
                let problem = words::goes_on_as_before(problem);
                self.desktop_said(Aspect::Configuration, vec![problem.clone()]);
                let outcome = Outcome::Failed(problem);
                return self.resolve(|wait| wait == WaitFor::Reload, &outcome);
            }
            Setup::Invalid(problem) => Outcome::Failed(problem.clone()),
        };
        self.resolve(|wait| wait == WaitFor::Reload, &outcome);
        if self.cx.setup.identity() == setup.identity() {
            self.cx.setup = setup;
            return;
        }
        self.flight_is_of_former();
        self.cancel_sign_in();
        if let Some(former) = self.cx.setup.identity().map(str::to_owned) {
            self.leave(former);
        }
        self.cx.setup = setup;
        self.credentials.ask_anew();
        self.troubles = Troubles::default();
        self.resolve(|wait| wait == WaitFor::Remembered, &Outcome::Done);
        if works {
            self.credentials.configured(self.cx.now);
            self.take_up_deletions();
            if self.credentials.held().as_deref() == self.cx.setup.identity() {
                self.doubt_the_session();
            }
        } else {
            // The first configuration that works is the start.
            self.resume();
        }
    }

    /// The call on its way is for a registration that is not configured any more. A refresh is waited for, as a rotated
    /// token would be lost, and what ends a former person's session may go on.
    fn flight_is_of_former(&mut self) {
        let Some(flight) = self.outbox.flight() else { return };
        match (flight.purpose, &flight.call, flight.call.grant()) {
            (Purpose::Former(_), _, _) => {}
            (
                Purpose::Session | Purpose::Pin | Purpose::Message | Purpose::Look,
                Call::Entra(_),
                Some(grant),
            ) => self.outbox.repurpose(Purpose::Former(grant)),
            (
                Purpose::Session
                | Purpose::Pin
                | Purpose::Message
                | Purpose::Look
                | Purpose::SignIn,
                _,
                _,
            ) => self.abandon(),
        }
    }

    /// Another registration comes after that of `identity`: what was set there is ended.
    fn leave(&mut self, identity: String) {
        match self.credentials.part() {
            Some(grant) => {
                let stays_until = self.cx.now + self.cx.rules.orphan_grace;
                self.part_with(identity.clone(), grant, stays_until);
            }
            None => {
                // Nobody knows whose session it is that the run before this one may have left.
                let left = self.leave_session();
                self.session.take_back(&left);
                self.message.take_back(left.message);
            }
        }
        if !self.shutdown.signs_out() {
            return;
        }
        let only_signs_out = self.shutdown.only_signs_out();
        self.shutdown.signed_out_elsewhere();
        let number = self.credentials.forget(identity);
        if only_signs_out {
            self.replies.wait_on(WaitFor::Shutdown, WaitFor::Forgotten(number), &self.cx);
        }
    }
}
