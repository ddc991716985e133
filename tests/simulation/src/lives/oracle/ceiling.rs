//! Whether no minute sees more calls than the ceiling, whoever asks; it refuses to ask what they are for.

use std::collections::VecDeque;

use super::{Oracle, Promise};
use crate::cloud::Millis;

const MINUTE: Millis = 60_000;
const CEILING: usize = 20;
/// Some are kept for an end or a sleep, and a wish may take some: a refresh, the call, and both again for a challenge.
const ROOM: usize = 12;
/// What an end may take.
const LAST_THINGS: usize = 5;

/// The calls of the last minute.
#[derive(Debug, Default)]
pub(super) struct Ceiling(VecDeque<Millis>);

impl Ceiling {
    /// When the minute has room for some calls again.
    pub(super) fn free_at(&self, now: Millis) -> Millis {
        let mut recent = self.0.iter().rev().take_while(|at| **at + MINUTE > now);
        recent.nth(ROOM - 1).map_or(now, |nth| nth + MINUTE)
    }

    /// Whether the last calls of the minute, which are kept for last things, may not be enough.
    pub(super) fn is_reached(&self, now: Millis) -> bool {
        self.0.iter().filter(|at| **at + MINUTE > now).count() + LAST_THINGS > CEILING
    }

    /// A program that starts knows nothing of the one before it.
    pub(super) fn start(&mut self) {
        self.0.clear();
    }
}

impl Oracle {
    pub(super) fn calls(&mut self, now: Millis) {
        let calls = &mut self.ceiling.0;
        calls.push_back(now);
        while calls.front().is_some_and(|first| first + MINUTE <= now) {
            calls.pop_front();
        }
        if calls.len() > CEILING {
            let what = format!("{} calls in a minute", calls.len());
            calls.clear();
            self.broken(Promise::Ceiling, now, None, what);
        }
    }
}
