//! Owns what is said of each thing that the doctor looks at; refuses to look, and what the other subjects say already.

use std::time::Duration;

use crate::{Problem, ProblemKind};

/// The configuration at `file` is valid; the organisation set the keys `managed`.
pub fn configuration_valid(file: &str, managed: &[String]) -> String {
    match managed {
        [] => file.to_owned(),
        keys => format!("{file}; set by your organisation: {}", keys.join(", ")),
    }
}

/// The keyring can be read; whether a sign-in is in it.
pub fn keyring_available(has_sign_in: bool) -> String {
    let found =
        if has_sign_in { "your sign-in is stored in it" } else { "no sign-in is stored in it" };
    format!("available; {found}")
}

/// Both services answer.
pub fn network_reached(graph: &str, authority: &str) -> String {
    format!("{graph} and {authority} can be reached")
}

/// `host` cannot be used, for the reason `why`.
pub fn network_unreachable(host: &str, why: &str) -> Problem {
    Problem::new(
        ProblemKind::Offline,
        "Microsoft's service cannot be reached",
        format!("{host}: {why}."),
        "Check your network connection, whether the network wants you to sign in, and the proxy settings of this computer.",
    )
}

/// Why a service cannot be used: it fails by itself.
pub fn service_busy() -> String {
    "it reported an internal error".to_owned()
}

/// Why a service cannot be used: it throttles.
pub fn service_throttles() -> String {
    "it is limiting requests".to_owned()
}

/// Why a service cannot be used: its answer makes no sense.
pub fn service_odd() -> String {
    "it sent an unexpected response".to_owned()
}

/// The clock agrees with the service's.
pub fn clock_right() -> String {
    "agrees with the clock of Microsoft's service".to_owned()
}

/// The service sent no date.
pub fn clock_unknown() -> String {
    "not checked: the service sent no date".to_owned()
}

/// The clock differs `by` more than Entra allows.
pub fn clock_wrong(by: Duration, is_ahead: bool) -> Problem {
    let side = if is_ahead { "ahead of" } else { "behind" };
    Problem::new(
        ProblemKind::ClockWrong,
        "The clock of this computer is wrong",
        format!("It is {} minutes {side} Microsoft's.", by.as_secs() / 60),
        "Set the clock of this computer automatically from the network.",
    )
}

/// Entra has the registration.
pub fn registration_found(client_id: &str, tenant: &str) -> String {
    format!("{client_id} is registered in {tenant}")
}

/// What to do when Entra refuses the registration.
pub fn registration_remedy() -> String {
    "Check client_id and tenant in config.toml.".to_owned()
}

/// Entra's answer about the registration makes no sense.
pub fn registration_unchecked() -> Problem {
    Problem::new(
        ProblemKind::SignInFailed,
        "The registration cannot be checked",
        "Microsoft's sign-in service sent a response that the program does not understand.",
        "Check tenant and cloud in config.toml.",
    )
}
