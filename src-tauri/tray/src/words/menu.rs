//! Owns the labels of the tray menu and the sentences of its first row, which are the tooltip too; refuses to choose
//! among them.

use presence_core::Status;

pub(crate) const SET_UP: &str = "Set up…";
pub(crate) const SIGN_IN: &str = "Sign in…";
pub(crate) const CANCEL_SIGN_IN: &str = "Cancel sign-in";
pub(crate) const SIGN_OUT: &str = "Sign out";
pub(crate) const FOR: &str = "For";
pub(crate) const CLEAR: &str = "Clear my status";
pub(crate) const RESET: &str = "Remove the status set in Teams";
/// Asks once more, and says what it does.
pub(crate) const RESET_NOW: &str = "Remove it, so that this one shows";
pub(crate) const OPEN: &str = "Open Presence Tray…";
pub(crate) const QUIT: &str = "Quit";

pub(crate) const WAITING_FOR_SIGN_IN: &str = "Waiting for your sign-in…";
pub(crate) const WAITING_FOR_KEYRING: &str = "Waiting for the keyring…";
pub(crate) const NOT_SIGNED_IN: &str = "Not signed in";
pub(crate) const SETTING: &str = "Setting…";
pub(crate) const CLEARING: &str = "Clearing…";
pub(crate) const NO_STATUS: &str = "No status set";

/// The account, above its own rows.
pub(crate) fn signed_in_as(name: &str) -> String {
    format!("Signed in as {name}")
}

/// How long a status lasts, in whole minutes or whole hours.
pub(crate) fn lasting(seconds: Option<u64>) -> String {
    match seconds {
        None => "Until I change it".to_owned(),
        Some(seconds) if seconds < 3_600 => format!("{} minutes", seconds / 60),
        Some(3_600) => "1 hour".to_owned(),
        Some(seconds) => format!("{} hours", seconds / 3_600),
    }
}

/// Where to enter the code of a sign-in.
pub(crate) fn enter_code(code: &str, uri: &str) -> String {
    format!("Enter the code {code} at {uri}")
}

/// What holds, perhaps until a time, and what colleagues see if they see something else.
pub(crate) fn holds(status: Status, until: Option<&str>, seen: Option<&str>) -> String {
    let until = until.map(|until| format!(" until {until}")).unwrap_or_default();
    let seen = seen.map(|seen| format!(" (colleagues see {seen})")).unwrap_or_default();
    format!("{}{until}{seen}", status.label())
}
