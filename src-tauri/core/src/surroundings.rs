//! Owns what a waking machine, a network or another configuration changes; refuses to notice them by itself.

use crate::facts::{Pin, Retry, Shown, Vault, WaitFor};
use crate::keeper::Core;
use crate::{Aspect, Outcome, Problem, Setup, Woke};

impl Core {
    pub(crate) fn woke(&mut self, woke: Woke) {
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
            (Woke::Machine, Shown::Nothing | Shown::Unknown) | (Woke::Network, _) => {}
        }
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
        self.unauthorized = 0;
        self.shown = Shown::Unknown;
        self.pin = Pin::Free;
        self.effective = None;
        self.look_wanted = false;
        self.resolve(|wait| wait == WaitFor::Look, &Outcome::Done);
        if let Setup::Missing(problem) = &self.setup {
            let problem = problem.clone();
            self.resolve_wish_failed(&problem);
        }
    }
}
