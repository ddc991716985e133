//! Owns what commands say beside their outcome; refuses to print it.

use presence_core::{Problem, ProblemKind, Sentence, Status, sentence, t};

use super::report::clock;

/// `quit` without a resident.
pub(crate) const NOT_RUNNING: Sentence = sentence!("Presence Tray is not running.");

/// `reload` without a resident.
pub(crate) const READ_AT_START: Sentence =
    sentence!("Presence Tray is not running; it reads the configuration when it starts.");

/// Below the failure of a choice without a resident.
pub(crate) const SET_AT_START: Sentence =
    sentence!("Presence Tray is not running; your choice is set when it starts.");

/// Above the address of a sign-in.
pub(crate) const OPEN_ADDRESS: Sentence =
    sentence!("Sign in with the browser that opens, or open this address on this computer:");

/// Below the code of a sign-in.
pub(crate) const WAITING_FOR_CODE: Sentence = sentence!("Waiting for the code to be entered…");

/// Where to enter the code of a sign-in.
pub(crate) fn enter_code(uri: &str, code: &str) -> String {
    t!("Open {uri} on any device and enter the code {code}", uri, code)
}

/// What must be known to whoever chose `status` and has no resident; its session expires at `utc` (RFC 3339).
pub(crate) fn not_renewed(status: Status, utc: &str) -> String {
    let (label, time) = (status.label(), clock(utc));
    let ends = match status {
        Status::Available => t!(
            "Presence Tray is not running, so this status is not renewed: {status} fades after 5 minutes, at {time}.",
            status = label,
            time
        ),
        Status::InACall | Status::InAConferenceCall | Status::Away | Status::Presenting => t!(
            "Presence Tray is not running, so this status is not renewed: {status} ends at {time}.",
            status = label,
            time
        ),
    };
    [ends.as_str(), "\n  ", t!("To keep it, start: presence-tray")].concat()
}

/// The door, the lock or the state folder is in the way, for the reason `why`.
pub(crate) fn cannot_act(why: &str) -> Problem {
    Problem::new(
        ProblemKind::NotRunning,
        t!("Nothing was changed"),
        t!("The command failed: {why}.", why),
        t!("If this continues, quit Presence Tray and start it again with: presence-tray"),
    )
}
