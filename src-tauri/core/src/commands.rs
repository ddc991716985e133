//! Owns what a command of a face changes; refuses to know which face it came from.

use std::time::Duration;

use crate::keeper::{Core, Farewell, Retry, Shown, Vault, WaitFor, Want, Wish};
use crate::{
    Call, Command, Effect, Notifications, OnQuit, Outcome, Problem, ReplyTo, Setup, Status, words,
};

impl Core {
    pub(crate) fn command(&mut self, command: Command, reply: Option<ReplyTo>) {
        if self.farewell.is_some() || self.gone {
            match command {
                Command::Quit => self.wait(reply, WaitFor::Farewell),
                Command::Open => {}
                _ => self.reply(reply, Outcome::Failed(words::leaving())),
            }
            return;
        }
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
            Command::Quit => self.quit(reply),
        }
    }

    fn reply(&mut self, to: Option<ReplyTo>, outcome: Outcome) {
        if let Some(to) = to {
            self.emit(Effect::Reply { to, outcome });
        }
    }

    /// Why no wish can be taken now.
    fn obstacle(&self) -> Option<Problem> {
        match (&self.setup, &self.grant, &self.vault) {
            (Setup::Missing(problem), _, _) => Some(problem.clone()),
            (Setup::Ready(_), None, Vault::Absent) => Some(words::sign_in_needed()),
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
        if !same {
            self.remember_before(status);
            self.new_wish(status, lasts);
        }
        self.await_wish(reply);
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
        self.want_cleared();
        if self.shown == Shown::Nothing && self.flight.is_none() {
            self.want = Want::Nothing;
            return self.reply(reply, Outcome::Done);
        }
        self.wait(reply, WaitFor::Clear);
    }

    fn want_cleared(&mut self) {
        self.want = Want::Cleared;
        self.replace_waiting();
        self.hasten();
    }

    fn new_wish(&mut self, status: Status, lasts: Option<Duration>) {
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
            Want::Held(_) => {}
            Want::Nothing | Want::Cleared => self.before = None,
        }
    }

    fn await_wish(&mut self, reply: Option<ReplyTo>) {
        match (&self.shown, self.want) {
            (Shown::Held(lease), Want::Held(wish)) if lease.wish == wish.number => {
                self.reply(reply, Outcome::Done);
            }
            _ => match self.grant.as_ref().and_then(|grant| grant.refused.as_ref()) {
                Some(refused) => {
                    let problem = refused.problem.clone();
                    self.reply(reply, Outcome::Failed(problem));
                }
                None => self.wait(reply, WaitFor::Wish(self.wishes)),
            },
        }
    }

    fn replace_waiting(&mut self) {
        let newest = self.wishes;
        let cleared = self.want == Want::Cleared;
        let outcome = Outcome::Failed(words::replaced());
        self.resolve(
            |wait| match wait {
                WaitFor::Wish(number) => cleared || number != newest,
                WaitFor::Clear => !cleared,
                WaitFor::SignIn | WaitFor::Look | WaitFor::Farewell => false,
            },
            &outcome,
        );
    }

    /// A newer wish does not queue behind an older one's backoff, nor long behind its call.
    fn hasten(&mut self) {
        if let Some(trouble) = &mut self.trouble {
            match trouble.retry {
                Retry::NotBefore(_) => {}
                Retry::Backoff(_) | Retry::NewWish => trouble.retry = Retry::Backoff(self.now),
            }
        }
        let patience = self.now + self.rules.patience;
        self.lose_patience(patience);
    }

    /// Lets the call on its way delay what comes next until `patience` at most. A refresh is always
    /// waited for: giving it up could lose a rotated refresh token.
    fn lose_patience(&mut self, patience: crate::Time) {
        let Some(flight) = &mut self.flight else {
            return;
        };
        let until = match flight.call {
            Call::SetPresence { .. }
            | Call::ClearPresence { .. }
            | Call::PinAway { .. }
            | Call::Unpin { .. } => patience,
            Call::ReadPresence { .. } => self.now,
            Call::Redeem { .. }
            | Call::Refresh { .. }
            | Call::StartDevice { .. }
            | Call::PollDevice { .. } => return,
        };
        flight.patience = Some(flight.patience.map_or(until, |old| old.min(until)));
    }

    pub(crate) fn end_wish(&mut self) {
        let Want::Held(ended) = self.want else { return };
        match self.before.take() {
            Some(before) => self.new_wish(before, None),
            None => self.want_cleared(),
        }
        self.tell_all(words::timed_ended(ended.status, &self.want));
    }

    fn look(&mut self, reply: Option<ReplyTo>) {
        let fresh = self
            .effective
            .as_ref()
            .is_some_and(|(at, _)| self.now.since(*at) < self.rules.look_fresh);
        let can = self.grant.as_ref().is_some_and(|grant| grant.refused.is_none());
        if fresh || !can || self.trouble.is_some() {
            return self.reply(reply, Outcome::Done);
        }
        self.look_wanted = true;
        self.wait(reply, WaitFor::Look);
    }

    fn sign_out(&mut self, reply: Option<ReplyTo>) {
        self.cancel_sign_in();
        self.want = Want::Nothing;
        self.before = None;
        self.replace_waiting();
        self.farewell(true, true, reply);
    }

    fn quit(&mut self, reply: Option<ReplyTo>) {
        self.cancel_sign_in();
        let clears = match &self.setup {
            Setup::Ready(settings) => settings.on_quit == OnQuit::Clear,
            Setup::Missing(_) => false,
        };
        self.farewell(false, clears, reply);
    }

    fn farewell(&mut self, signs_out: bool, clears: bool, reply: Option<ReplyTo>) {
        self.wait(reply, WaitFor::Farewell);
        let setting = self.flight.as_ref().is_some_and(|flight| flight.call.writes_session());
        let may_exist = setting || self.shown != Shown::Nothing;
        self.farewell = Some(Farewell {
            signs_out,
            clears: clears && may_exist,
            until: self.now + self.rules.farewell_limit,
        });
        if let Some(trouble) = &mut self.trouble
            && let Retry::Backoff(_) = trouble.retry
        {
            trouble.retry = Retry::Backoff(self.now);
        }
        let patience = self.now + self.rules.farewell_patience;
        self.lose_patience(patience);
    }

    pub(crate) fn tell_all(&mut self, notice: crate::Notice) {
        let Setup::Ready(settings) = &self.setup else {
            return;
        };
        match settings.notifications {
            Notifications::All => self.emit(Effect::Notify(notice)),
            Notifications::Problems | Notifications::None => {}
        }
    }
}
