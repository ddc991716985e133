//! Owns the labels of the tray menu and the sentences of its first row, which are the tooltip too; refuses to choose
//! among them.

use presence_core::words::seen_as;
use presence_core::{Sentence, Status, sentence, t};

pub(crate) const SET_UP: Sentence = sentence!("Set up…");
pub(crate) const SIGN_IN: Sentence = sentence!("Sign in…");
pub(crate) const CANCEL_SIGN_IN: Sentence = sentence!("Cancel sign-in");
pub(crate) const SIGN_OUT: Sentence = sentence!("Sign out");
pub(crate) const FOR: Sentence = sentence!("For");
pub(crate) const CLEAR: Sentence = sentence!("Clear my status");
pub(crate) const RESET: Sentence = sentence!("Remove the status set in Teams");
/// Asks once more, and says what it does.
pub(crate) const RESET_NOW: Sentence = sentence!("Remove it, so that this one shows");
pub(crate) const OPEN: Sentence = sentence!("Open Presence Tray…");
pub(crate) const QUIT: Sentence = sentence!("Quit");

pub(crate) const WAITING_FOR_SIGN_IN: Sentence = sentence!("Waiting for your sign-in…");
pub(crate) const WAITING_FOR_KEYRING: Sentence = sentence!("Waiting for the keyring…");
pub(crate) const NOT_SIGNED_IN: Sentence = sentence!("Not signed in");
pub(crate) const SETTING: Sentence = sentence!("Setting…");
pub(crate) const CLEARING: Sentence = sentence!("Clearing…");
pub(crate) const NO_STATUS: Sentence = sentence!("No status set");

/// The account, above its own rows.
pub(crate) fn signed_in_as(name: &str) -> String {
    t!("Signed in as {name}", name)
}

/// How long a status lasts, in whole minutes or whole hours.
pub(crate) fn lasting(seconds: Option<u64>) -> String {
    match seconds {
        None => t!("Until I change it").to_owned(),
        Some(seconds) if seconds < 3_600 => t!("{minutes} minutes", minutes = seconds / 60),
        Some(3_600) => t!("1 hour").to_owned(),
        Some(seconds) => t!("{hours} hours", hours = seconds / 3_600),
    }
}

/// Where to enter the code of a sign-in.
pub(crate) fn enter_code(code: &str, uri: &str) -> String {
    t!("Enter the code {code} at {uri}", code, uri)
}

/// What holds, perhaps until a time, and what colleagues see if they see something else.
pub(crate) fn holds(status: Status, until: Option<&str>, seen: Option<&str>) -> String {
    let status = status.label();
    match (until, seen.map(seen_as)) {
        (None, None) => status.to_owned(),
        (Some(time), None) => t!("{status} until {time}", status, time),
        (None, Some(seen)) => t!("{status} (colleagues see {seen})", status, seen),
        (Some(time), Some(seen)) => {
            t!("{status} until {time} (colleagues see {seen})", status, time, seen)
        }
    }
}
