//! Owns what a waking machine, a network or another configuration changes; refuses to notice them by itself.

use std::time::Duration;

use crate::agenda::{AT_ONCE, Action, Due};
use crate::crowd::Crowd;
use crate::facts::{Rest, Retry, Shown, Vault, WaitFor};
use crate::keeper::Core;
use crate::{Aspect, Effect, Flaw, Outcome, Problem, Setup, Woke, words};

impl Core {
    pub(crate) fn woke(&mut self, woke: Woke) {
        if woke == Woke::Network && self.rules.has(Flaw::IgnoresNetwork) {
            return;
        }
        if let Some(flight) = &mut self.flight {
            flight.outdated |= flight.sent_at < self.now;
        }
        if let Some(trouble) = &mut self.trouble
            && trouble.kind.may_pass_with_network()
            && let Retry::Backoff(at) = &mut trouble.retry
        {
            *at = self.now;
        }
        self.try_refused_again();
        if let Vault::Unavailable { retry_at, .. } = &mut self.vault {
            *retry_at = self.now;
        }
        self.hasten_formers();
        match woke {
            Woke::Machine => self.wake_up(),
            Woke::Network => {}
        }
    }

    fn wake_up(&mut self) {
        if let Some(slept) = self.slept() {
            self.wait_longer(slept);
        }
        self.rest = Rest::Awake;
        let (now, fresh) = (self.now, self.rules.look_fresh);
        match &mut self.shown {
            // More than one part of a system tells of the same wake.
            Shown::Held(lease) if now.since(lease.sent_at) < fresh => {}
            Shown::Held(lease) if self.rules.has(Flaw::SleepIsNoTime) => {
                let slept = now.since(lease.sent_at);
                (lease.sent_at, lease.expires_at) = (now, lease.expires_at + slept);
                lease.renew_at = lease.renew_at.map(|at| at + slept);
            }
            Shown::Held(lease) => lease.renew_at = Some(now),
            Shown::Nothing | Shown::Unknown => {}
        }
    }

    /// How long the machine slept that was let asleep; absent when it stayed awake.
    fn slept(&self) -> Option<Duration> {
        let Rest::Asleep { until } = self.rest else { return None };
        let stayed = (until..=until + self.rules.answer_margin).contains(&self.now);
        let slept = self.now.since(until - self.rules.sleep_comes_within);
        (!stayed).then_some(slept)
    }

    /// The last things before a sleep are those before an end, but the wish stays.
    pub(crate) fn fall_asleep(&mut self) {
        let until = self.now + self.rules.farewell_limit;
        self.rest = Rest::Falling { clears: self.clears_at_end(), until };
        self.pace.wished(self.now, &self.rules);
        self.retry_now();
        self.hasten_keyring();
        self.lose_patience(self.now + self.rules.farewell_patience);
    }

    pub(crate) fn rest_end(&self) -> Option<Due> {
        match self.rest {
            Rest::Awake => None,
            Rest::Falling { until, .. } => {
                let at = if self.has_last_things(until) { until } else { AT_ONCE };
                Some((at, Action::LetSleep))
            }
            Rest::Asleep { until } => Some((until, Action::WakeUp)),
        }
    }

    pub(crate) fn let_sleep(&mut self) {
        // The answer to a refresh may still come; a rotated token is not thrown away.
        if self.flight.as_ref().is_some_and(|flight| !flight.call.goes_to_entra()) {
            self.abandon();
        }
        self.rest = Rest::Asleep { until: self.now + self.rules.sleep_comes_within };
        self.emit(Effect::LetSleep);
    }

    pub(crate) fn desktop_said(&mut self, aspect: Aspect, problems: Vec<Problem>) {
        let old = self.desktop.insert(aspect, problems.clone()).unwrap_or_default();
        for problem in problems.iter().filter(|problem| !old.contains(problem)) {
            self.tell_problem(problem);
        }
    }

    pub(crate) fn configured(&mut self, setup: Setup) {
        let identity = |setup: &Setup| match setup {
            Setup::Ready(settings) => Some(settings.identity.clone()),
            Setup::Missing(_) => None,
        };
        let works = matches!(self.setup, Setup::Ready(_));
        let outcome = match &setup {
            Setup::Ready(_) => {
                self.desktop_said(Aspect::Configuration, Vec::new());
                Outcome::Done
            }
            Setup::Missing(problem) if works => {
                let problem = words::goes_on_as_before(problem);
                self.desktop_said(Aspect::Configuration, vec![problem.clone()]);
                let outcome = Outcome::Failed(problem);
                return self.resolve(|wait| wait == WaitFor::Reload, &outcome);
            }
            Setup::Missing(problem) => Outcome::Failed(problem.clone()),
        };
        self.resolve(|wait| wait == WaitFor::Reload, &outcome);
        let former = identity(&self.setup);
        if former == identity(&setup) {
            self.setup = setup;
            return;
        }
        self.flight_of_former();
        self.cancel_sign_in();
        if let Some(former) = former {
            self.leave(former);
        }
        self.setup = setup;
        self.vault = Vault::NotAsked;
        self.trouble = None;
        self.pause = None;
        self.accepted();
        self.crowd = Crowd::default();
        self.resolve(|wait| wait == WaitFor::Remembered, &Outcome::Done);
        if works {
            self.configured_at = Some(self.now);
            self.take_up_deletions();
        } else {
            // The first configuration that works is the start.
            self.resume();
        }
    }

    /// Another registration comes after that of `identity`: what was set there is ended.
    fn leave(&mut self, identity: String) {
        match self.grant.take() {
            Some(grant) => {
                let stays_until = self.now + self.rules.orphan_grace;
                self.part_with(identity.clone(), grant, stays_until);
            }
            None => {
                // Nobody knows whose session it is that the run before this one may have left.
                let (is_left, pin) = (self.shown != Shown::Nothing, self.pin);
                self.forget_session();
                if is_left {
                    (self.shown, self.pin) = (Shown::Unknown, pin);
                }
            }
        }
        self.farewell_moves_on(identity);
    }
}
