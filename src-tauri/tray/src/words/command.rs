//! Owns what commands say beside their outcome; refuses to print it.

use presence_core::{Problem, ProblemKind, Status};

use super::report::clock;

/// `quit` without a resident.
pub(crate) const NOT_RUNNING: &str = "Presence Tray is not running.";

/// `reload` without a resident.
pub(crate) const READ_AT_START: &str =
    "Presence Tray is not running; it reads the configuration when it starts.";

/// Below the failure of a choice without a resident.
pub(crate) const SET_AT_START: &str =
    "  Presence Tray is not running; your choice is set when it starts.";

/// Above the address of a sign-in.
pub(crate) const OPEN_ADDRESS: &str =
    "Sign in with the browser that opens, or open this address on this computer:";

/// Below the code of a sign-in.
pub(crate) const WAITING_FOR_CODE: &str = "Waiting for the code to be entered…";

/// Where to enter the code of a sign-in.
pub(crate) fn enter_code(uri: &str, code: &str) -> String {
    format!("Open {uri} on any device and enter the code {code}")
}

/// What must be known to whoever chose `status` and has no resident; its session expires at `utc` (RFC 3339).
pub(crate) fn not_renewed(status: Status, utc: &str) -> String {
    let ends = match status {
        Status::Available => "fades after 5 minutes, at",
        Status::InACall | Status::InAConferenceCall | Status::Away | Status::Presenting => {
            "ends at"
        }
    };
    format!(
        "Presence Tray is not running, so this status is not renewed: {} {ends} {}.\n  To keep it, start: presence-tray",
        status.label(),
        clock(utc)
    )
}

/// The door, the lock or the state folder is in the way, for the reason `why`.
pub(crate) fn cannot_act(why: &str) -> Problem {
    Problem::new(
        ProblemKind::NotRunning,
        "Nothing was changed",
        format!("The command failed: {why}."),
        "If this continues, quit Presence Tray and start it again with: presence-tray",
    )
}
