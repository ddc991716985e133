//! Whether the core always knows when to look again and never spins; it refuses to ask what it looks for.

use std::collections::VecDeque;

use presence_core::{AccountView, View};

use super::wishes::Wanted;
use super::{Leaving, Oracle, Promise};
use crate::cloud::Millis;

/// More deadlines than these in a minute are a busy loop.
const TICKS: usize = 60;
/// How long the machine waits for the last things before a sleep.
const LAST_THINGS: Millis = 3_000;

/// How often the core looked.
#[derive(Debug, Default)]
pub(super) struct Steps {
    ticks: VecDeque<Millis>,
    /// Since when the machine waits to fall asleep.
    pub(super) falls_since: Option<Millis>,
}

impl Oracle {
    pub(super) fn ticked(&mut self, now: Millis) {
        let ticks = &mut self.steps.ticks;
        ticks.push_back(now);
        while ticks.front().is_some_and(|first| first + 60_000 <= now) {
            ticks.pop_front();
        }
        if ticks.len() > TICKS {
            ticks.clear();
            let what = format!("more than {TICKS} deadlines in a minute");
            self.broken(Promise::Progress, now, None, what);
        }
    }

    pub(super) fn has_deadline(&mut self, now: Millis, view: &View, deadline: Option<Millis>) {
        let signed_in = match view.account {
            AccountView::SignedIn { .. } | AccountView::SignInNeeded { .. } => true,
            AccountView::NotConfigured
            | AccountView::Looking
            | AccountView::SignedOut
            | AccountView::SigningIn { .. } => false,
        };
        let wants = matches!(self.wishes.wanted, Wanted::Held(_));
        let acts = self.leaving == Leaving::No && !self.excuses.is_rejected();
        if deadline.is_none() && signed_in && wants && acts {
            let what = "a status is wanted, and the core never looks again".to_owned();
            self.broken(Promise::Progress, now, None, what);
        }
    }

    pub(super) fn sleep_is_let(&mut self, now: Millis) {
        let Some(since) = self.steps.falls_since.take() else { return };
        if now > since + LAST_THINGS {
            let what = "the machine waits to fall asleep".to_owned();
            self.broken(Promise::Progress, now, Some(now - since - LAST_THINGS), what);
        }
    }
}
