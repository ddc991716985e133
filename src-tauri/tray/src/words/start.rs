//! Owns what is said of a start that fails; refuses to decide who hears it.

use presence_core::{Notice, t};

/// The tray program does not start: `why` is part of a sentence.
pub(crate) fn failed(why: &str) -> Notice {
    Notice {
        title: t!("Presence Tray cannot start").to_owned(),
        body: t!("Nobody keeps your status until it does: {why}.", why),
    }
}
