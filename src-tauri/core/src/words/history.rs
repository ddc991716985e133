//! Owns what is said of the history as a file; refuses what stands in it.

use std::fmt::Display;

use crate::{Problem, ProblemKind, t};

/// The file of the history cannot be read, for the reason `why`.
pub fn history_unreadable(why: &dyn Display) -> Problem {
    Problem::new(
        ProblemKind::HistoryUnreadable,
        t!("The history cannot be read"),
        t!("{why}. Your status does not depend on it.", why),
        t!("Make history.jsonl in the program's state folder readable, or delete it."),
    )
}
