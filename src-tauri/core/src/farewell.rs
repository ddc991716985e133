//! Owns the last things done before a quit or a sign-out, and their time limit; refuses to start anything new.

use crate::agenda::{AT_ONCE, Action, Due};
use crate::facts::{Farewell, Leaving, Pin, Rest, Shown, Vault, WaitFor, Want};
use crate::keeper::Core;
use crate::{Command, Effect, OnQuit, Outcome, ReplyTo, Setup, Time, words};

impl Core {
    /// A command that comes while leaving, or after it.
    pub(crate) fn command_while_leaving(&mut self, command: &Command, reply: Option<ReplyTo>) {
        match command {
            Command::Quit if self.gone => self.reply(reply, Outcome::Done),
            Command::Quit => self.quit_too(reply),
            Command::Set { .. }
            | Command::Last { .. }
            | Command::Toggle { .. }
            | Command::Clear
            | Command::SignIn { .. }
            | Command::CancelSignIn
            | Command::SignOut
            | Command::Look
            | Command::Reload
            | Command::Open => {
                let signs_out = self.farewell.as_ref().is_some_and(Farewell::only_signs_out);
                let problem = if signs_out { words::signing_out() } else { words::leaving() };
                self.reply(reply, Outcome::Failed(problem));
            }
        }
    }

    pub(crate) fn sign_out(&mut self, reply: Option<ReplyTo>) {
        if let Setup::Missing(problem) = &self.setup {
            // Whose sign-in to forget, only the configuration says.
            let outcome = Outcome::Failed(problem.clone());
            return self.reply(reply, outcome);
        }
        self.cancel_sign_in();
        self.want = Want::Nothing;
        self.before = None;
        self.replace_waiting();
        self.farewell(Leaving::SignOut, true, reply);
    }

    pub(crate) fn quit(&mut self, reply: Option<ReplyTo>) {
        self.cancel_sign_in();
        self.farewell(Leaving::Quit, self.clears_at_end(), reply);
    }

    /// Whether an end, or a sleep, clears the session. A clear that was asked for and has not happened yet is
    /// not forgotten by it.
    pub(crate) fn clears_at_end(&self) -> bool {
        let on_quit = match &self.setup {
            Setup::Ready(settings) => settings.on_quit,
            Setup::Missing(_) => OnQuit::Keep,
        };
        on_quit == OnQuit::Clear || self.want == Want::Cleared
    }

    fn quit_too(&mut self, reply: Option<ReplyTo>) {
        self.wait(reply, WaitFor::Farewell);
        if let Some(farewell) = &mut self.farewell {
            farewell.leaving = match farewell.leaving {
                Leaving::Quit => Leaving::Quit,
                Leaving::SignOut | Leaving::SignOutAndQuit => Leaving::SignOutAndQuit,
            };
        }
    }

    fn farewell(&mut self, leaving: Leaving, clears: bool, reply: Option<ReplyTo>) {
        self.wait(reply, WaitFor::Farewell);
        if let Rest::Asleep { .. } = self.rest {
            // Whoever commands it is awake.
            self.rest = Rest::Awake;
        }
        self.farewell =
            Some(Farewell { leaving, clears, until: self.now + self.rules.farewell_limit });
        self.pace.wished(self.now, &self.rules);
        self.retry_now();
        self.hasten_keyring();
        let patience = self.now + self.rules.farewell_patience;
        self.lose_patience(patience);
    }

    pub(crate) fn farewell_end(&self) -> Option<Due> {
        let Farewell { until, .. } = self.farewell.as_ref()?;
        let at = if self.has_last_things(*until) { *until } else { AT_ONCE };
        Some((at, Action::EndFarewell))
    }

    /// What the keyring has not stored or deleted yet is tried once more: afterwards it may be too late.
    pub(crate) fn hasten_keyring(&mut self) {
        if let Some(grant) = &mut self.grant {
            grant.hasten_store();
        }
        self.hasten_deletions();
    }

    /// Whether something is under way, or due before `until`, that an end or a sleep waits for.
    pub(crate) fn has_last_things(&self, until: Time) -> bool {
        self.flight.is_some()
            || self.grant.as_ref().is_some_and(|grant| grant.is_storing())
            || self.is_forgetting()
            || self.keeping_call().is_some_and(|planned| planned.at < until)
    }

    /// Whether the session, and a pin beside it, are left as they are.
    pub(crate) fn leaves_alone(&self) -> bool {
        match (&self.farewell, self.rest) {
            (Some(farewell), _) => !farewell.clears,
            (None, Rest::Awake | Rest::Falling { clears: true, .. }) => false,
            (None, Rest::Falling { clears: false, .. } | Rest::Asleep { .. }) => true,
        }
    }

    /// Whether only last things are done, before an end or a sleep.
    pub(crate) fn is_busy_leaving(&self) -> bool {
        self.farewell.is_some() || self.rest != Rest::Awake
    }

    pub(crate) fn end_farewell(&mut self) {
        let Some(farewell) = self.farewell.take() else {
            return;
        };
        if self.flight.is_some() {
            self.abandon();
        }
        match farewell.leaving {
            Leaving::SignOut => {
                if let Some(number) = self.signed_out() {
                    self.wait_on(WaitFor::Farewell, WaitFor::Forgotten(number));
                }
            }
            Leaving::Quit => {
                self.gone = true;
                self.resolve(|wait| wait == WaitFor::Farewell, &Outcome::Done);
            }
            // The keyring forgets before the program ends.
            Leaving::SignOutAndQuit => {
                self.signed_out();
                self.farewell = Some(Farewell { leaving: Leaving::Quit, ..farewell });
            }
        }
        // Nothing that any other face waits for will happen any more.
        let waits_on = |wait| matches!(wait, WaitFor::Farewell | WaitFor::Forgotten(_));
        let gone = self.gone;
        self.resolve(|wait| gone || !waits_on(wait), &Outcome::Failed(words::leaving()));
    }

    /// Nobody is signed in any more; the number is that of the keyring's deletion.
    fn signed_out(&mut self) -> Option<u64> {
        if let Some(grant) = self.grant.take() {
            self.emit(Effect::Drop(grant.id));
        }
        self.trouble = None;
        self.effective = None;
        self.look_wanted = false;
        self.pin = Pin::Free;
        // What could not be ended in time expires at the service, unseen from here.
        if self.shown != Shown::Nothing {
            self.shown = Shown::Unknown;
        }
        self.vault = Vault::SignedOut;
        let identity = self.identity()?.to_owned();
        Some(self.forget(identity))
    }

    /// The registration that somebody signs out of, or that the program quits with, is not configured any more.
    pub(crate) fn farewell_moves_on(&mut self, identity: String) {
        let Some(farewell) = &mut self.farewell else { return };
        match farewell.leaving {
            Leaving::Quit => {}
            Leaving::SignOutAndQuit => {
                farewell.leaving = Leaving::Quit;
                self.forget(identity);
            }
            Leaving::SignOut => {
                self.farewell = None;
                let deletion = self.forget(identity);
                self.wait_on(WaitFor::Farewell, WaitFor::Forgotten(deletion));
            }
        }
    }
}

impl Farewell {
    pub(crate) fn signs_out(&self) -> bool {
        match self.leaving {
            Leaving::SignOut | Leaving::SignOutAndQuit => true,
            Leaving::Quit => false,
        }
    }

    fn only_signs_out(&self) -> bool {
        match self.leaving {
            Leaving::SignOut => true,
            Leaving::Quit | Leaving::SignOutAndQuit => false,
        }
    }
}
