//! Whether no minute sees more calls than the ceiling, whoever asks; it refuses to ask what they are for.

use std::collections::VecDeque;

use super::{Oracle, Promise};
use crate::cloud::Millis;

const MINUTE: Millis = 60_000;
const CEILING: usize = 20;

/// The calls of the last minute.
#[derive(Debug, Default)]
pub(super) struct Ceiling(VecDeque<Millis>);

impl Ceiling {
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
