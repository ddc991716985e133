//! Owns what a command of a face changes; refuses to know which face it came from.

use std::time::Duration;

use crate::facts::{Lease, Pin, Retry, Setting, Shown, Trouble, Vault, WaitFor, Want, Wish};
use crate::keeper::Core;
use crate::{
    Call, Command, Effect, Flaw, OnEnd, Outcome, Problem, ReplyTo, Setup, Status, Time, words,
};

impl Core {
    pub(crate) fn command(&mut self, command: Command, reply: Option<ReplyTo>) {
        if self.farewell.is_some() || self.gone {
            return self.command_while_leaving(&command, reply);
        }
        let prior = (self.want, self.before);
        self.obey(command, reply);
        if self.grant.is_none()
            && self.unproven.is_none()
            && self.want != prior.0
            && self.want != Want::Nothing
        {
            self.unproven = Some(prior);
        }
    }

    fn obey(&mut self, command: Command, reply: Option<ReplyTo>) {
        match command {
            Command::Set { status, seconds } => self.set(status, seconds, reply),
            Command::Last { seconds } => self.last(seconds, reply),
            Command::Toggle { status } => self.toggle(status, reply),
            Command::Clear => self.clear(reply),
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

    pub(crate) fn reply(&mut self, to: Option<ReplyTo>, outcome: Outcome) {
        if let Some(to) = to {
            self.emit(Effect::Reply { to, outcome });
        }
    }

    /// Why no wish can be taken now.
    fn obstacle(&self) -> Option<Problem> {
        match (&self.setup, &self.grant, &self.vault) {
            (Setup::Missing(problem), _, _) => Some(problem.clone()),
            (Setup::Ready(_), None, Vault::Absent | Vault::SignedOut) => {
                Some(words::sign_in_needed())
            }
            (Setup::Ready(_), _, _) => None,
        }
    }

    fn set(&mut self, status: Status, seconds: Option<u64>, reply: Option<ReplyTo>) {
        let lasts = seconds.map(Duration::from_secs);
        let allowed = self.rules.shortest_timed..=self.rules.longest_timed;
        if lasts.is_some_and(|lasts| !allowed.contains(&lasts)) {
            return self.reply(reply, Outcome::Failed(words::wrong_span()));
        }
        if let Some(problem) = self.obstacle() {
            return self.reply(reply, Outcome::Failed(problem));
        }
        let same = match self.want {
            Want::Held(wish) => wish.status == status && wish.lasts.is_none() && lasts.is_none(),
            Want::Nothing | Want::Cleared => false,
        };
        match (same, self.confirmed()) {
            (true, Some(_)) if self.now.since(self.chosen_at) < self.rules.look_fresh => {
                return self.reply(reply, Outcome::Done);
            }
            // Whoever asks for what is already held doubts it: another machine may have changed the session.
            (true, Some(_)) | (false, _) => {
                self.remember_before(status);
                self.new_wish(status, lasts);
            }
            (true, None) => self.begin_anew(),
        }
        self.await_wish(reply);
    }

    /// The lease by which the newest wish is held.
    pub(crate) fn confirmed(&self) -> Option<&Lease> {
        match (&self.shown, self.goal()) {
            (Shown::Held(lease), Setting::Hold(wish)) if lease.wish == wish.number => Some(lease),
            (Shown::Held(_) | Shown::Nothing | Shown::Unknown, _) => None,
        }
    }

    fn last(&mut self, seconds: Option<u64>, reply: Option<ReplyTo>) {
        match self.want {
            Want::Held(wish) => self.set(wish.status, seconds, reply),
            Want::Nothing | Want::Cleared => {
                self.reply(reply, Outcome::Failed(words::nothing_wanted()));
            }
        }
    }

    fn toggle(&mut self, status: Status, reply: Option<ReplyTo>) {
        if let Some(problem) = self.obstacle() {
            return self.reply(reply, Outcome::Failed(problem));
        }
        match (self.want, self.before) {
            (Want::Held(wish), Some(before)) if wish.status == status => {
                self.before = None;
                self.new_wish(before, None);
                self.await_wish(reply);
            }
            (Want::Held(wish), None) if wish.status == status => self.clear(reply),
            (Want::Held(_) | Want::Nothing | Want::Cleared, _) => self.set(status, None, reply),
        }
    }

    fn clear(&mut self, reply: Option<ReplyTo>) {
        if let Some(problem) = self.obstacle() {
            return self.reply(reply, Outcome::Failed(problem));
        }
        self.before = None;
        let fresh = |at| self.now.since(at) < self.rules.look_fresh;
        let fresh = self.cleared_at.is_some_and(fresh) && fresh(self.chosen_at);
        self.want_cleared();
        self.chosen_at = self.now;
        match self.shown {
            Shown::Nothing if fresh && self.flight.is_none() => {
                return self.reply(reply, Outcome::Done);
            }
            // Whoever ends what is not there knows better: another machine may have set the session.
            Shown::Nothing if !fresh => self.shown = Shown::Unknown,
            Shown::Nothing | Shown::Unknown | Shown::Held(_) => {}
        }
        self.wait_unless_told(reply, WaitFor::Clear);
    }

    fn want_cleared(&mut self) {
        self.want = Want::Cleared;
        self.replace_waiting();
        self.hasten();
    }

    fn new_wish(&mut self, status: Status, lasts: Option<Duration>) {
        if self.rules.has(Flaw::KeepsOldWish) && self.trouble.is_some() {
            return;
        }
        let until = lasts.map(|lasts| self.now + lasts);
        self.wish(status, until, lasts);
        self.replace_waiting();
        self.hasten();
    }

    /// What an untimed wish was is what a toggle, or the end of a timed wish, goes back to.
    fn remember_before(&mut self, next: Status) {
        match self.want {
            Want::Held(Wish { status, until: None, .. }) if status != next => {
                self.before = Some(status);
            }
            // Nobody goes back to what is chosen now.
            Want::Held(_) => self.before = self.before.filter(|before| *before != next),
            Want::Nothing | Want::Cleared => self.before = None,
        }
    }

    /// A person chose the newest wish.
    fn await_wish(&mut self, reply: Option<ReplyTo>) {
        self.awaited = Some(self.wishes);
        self.chosen_at = self.now;
        self.wait_unless_told(reply, WaitFor::Wish(self.wishes));
    }

    /// Waits, unless it is known already that nothing can happen soon.
    fn wait_unless_told(&mut self, reply: Option<ReplyTo>, what: WaitFor) {
        let refused = self.grant.as_ref().and_then(|grant| grant.refused.as_ref());
        let is_held_back = match &self.trouble {
            Some(Trouble { retry: Retry::NotBefore { from, .. }, .. }) => *from > self.now,
            Some(_) | None => false,
        };
        let problem = match refused {
            Some(refused) => Some(words::with_wish(&refused.problem, &self.want)),
            None if is_held_back => self.keeping_problem().map(|(_, problem)| problem),
            None => self.patience().map(|patience| words::trouble(&patience, &self.want)),
        };
        match problem {
            Some(problem) => self.reply(reply, Outcome::Failed(problem)),
            None => self.wait(reply, what),
        }
    }

    pub(crate) fn replace_waiting(&mut self) {
        let want = self.want;
        let outcome = Outcome::Failed(words::replaced());
        self.resolve(
            |wait| match wait {
                WaitFor::Wish(number) => match want {
                    Want::Held(wish) => wish.number != number,
                    Want::Nothing | Want::Cleared => true,
                },
                WaitFor::Clear => want != Want::Cleared,
                WaitFor::SignIn
                | WaitFor::Look
                | WaitFor::Farewell
                | WaitFor::Forgotten(_)
                | WaitFor::Remembered
                | WaitFor::Reload => false,
            },
            &outcome,
        );
    }

    /// A newer wish does not queue behind an older one's backoff, nor long behind its call.
    fn hasten(&mut self) {
        self.begin_anew();
        let patience = self.now + self.rules.patience;
        self.lose_patience(patience);
    }

    /// A person's choice ends the pauses, and meets trouble as if it were new.
    fn begin_anew(&mut self) {
        self.pace.wished(self.now, &self.rules);
        self.retry_now();
        if let Some(trouble) = &mut self.trouble {
            (trouble.since, trouble.tries) = (self.now, 0);
        }
    }

    /// Ends every pause that the service did not ask for.
    pub(crate) fn retry_now(&mut self) {
        if let Some(trouble) = &mut self.trouble {
            match &mut trouble.retry {
                Retry::NotBefore { from, then } => *then = *from,
                Retry::Backoff(_) | Retry::NewWish => trouble.retry = Retry::Backoff(self.now),
            }
        }
        if let Pin::Failed { again } = &mut self.pin {
            *again = self.now;
        }
        if let Vault::Unavailable { retry_at, .. } = &mut self.vault {
            *retry_at = self.now;
        }
    }

    /// Lets the call on its way delay what comes next until `patience` at most. A refresh is always
    /// waited for: giving it up could lose a rotated refresh token.
    pub(crate) fn lose_patience(&mut self, patience: Time) {
        if self.rules.has(Flaw::NeverAbandons) {
            return;
        }
        let gives_up = self.rules.has(Flaw::AbandonsRefresh);
        let Some(flight) = &mut self.flight else {
            return;
        };
        let until = match flight.call {
            Call::SetPresence { .. }
            | Call::ClearPresence { .. }
            | Call::PinAway { .. }
            | Call::Unpin { .. } => patience,
            Call::ReadPresence { .. } => self.now,
            Call::Refresh { .. } if gives_up => self.now,
            Call::Redeem { .. }
            | Call::Refresh { .. }
            | Call::StartDevice { .. }
            | Call::PollDevice { .. } => return,
        };
        flight.patience = Some(flight.patience.map_or(until, |old| old.min(until)));
    }

    pub(crate) fn end_wish(&mut self) {
        let Want::Held(ended) = self.want else { return };
        let on_end = match &self.setup {
            Setup::Ready(settings) => settings.on_end,
            Setup::Missing(_) => OnEnd::Resume,
        };
        match (on_end, self.before.take()) {
            (OnEnd::Resume, Some(before)) => self.new_wish(before, None),
            (OnEnd::Resume, None) | (OnEnd::Clear, _) => self.want_cleared(),
        }
        self.tell_all(words::timed_ended(ended.status, &self.want));
    }

    fn look(&mut self, reply: Option<ReplyTo>) {
        let fresh = self
            .effective
            .as_ref()
            .is_some_and(|(at, _)| self.now.since(*at) < self.rules.look_fresh);
        let can = self.grant.as_ref().is_some_and(|grant| grant.refused.is_none());
        let troubled = self.gate().is_none_or(|at| self.after_pause(at) > self.now);
        let has_room = self.pace.below_ceiling(self.now, false, &self.rules) <= self.now;
        if fresh || !can || troubled || !has_room {
            return self.reply(reply, Outcome::Done);
        }
        self.look_wanted = true;
        self.pace.wished(self.now, &self.rules);
        self.wait(reply, WaitFor::Look);
    }
}
