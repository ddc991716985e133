//! What happened, in lines that a person can read; it refuses to grow without end.

use std::collections::VecDeque;

use crate::cloud::{Millis, SessionState};

/// The newest lines that are kept.
const LINES: usize = 400;

/// The newest part of what happened.
#[derive(Debug, Default)]
pub(crate) struct Story {
    lines: VecDeque<String>,
}

impl Story {
    pub(crate) fn tell(&mut self, at: Millis, session: SessionState, what: &str) {
        if self.lines.len() == LINES {
            self.lines.pop_front();
        }
        let (seconds, millis) = (at / 1_000, at % 1_000);
        let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
        let clock = format!("{hours:>4}:{minutes:02}:{:02}.{millis:03}", seconds % 60);
        self.lines.push_back(format!("{clock}  {what}  [{session:?}]"));
    }

    pub(crate) fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }
}
