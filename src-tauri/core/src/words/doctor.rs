//! Owns what is said of each thing that the doctor looks at; refuses to look, and what the other subjects say already.

use std::time::Duration;

use crate::{NoAnswer, Problem, ProblemKind, t};

/// The configuration at `file` is valid; the organisation set the keys `managed`.
pub fn configuration_valid(file: &str, managed: &[String]) -> String {
    match managed {
        [] => file.to_owned(),
        keys => t!("{file}; set by your organisation: {keys}", file, keys = keys.join(", ")),
    }
}

/// The keyring can be read; whether a sign-in is in it.
pub fn keyring_available(has_sign_in: bool) -> String {
    if has_sign_in {
        t!("available; your sign-in is stored in it").to_owned()
    } else {
        t!("available; no sign-in is stored in it").to_owned()
    }
}

/// Both services answer.
pub fn network_reached(graph: &str, authority: &str) -> String {
    t!("{graph} and {authority} can be reached", graph, authority)
}

/// Graph answers, and Entra was not asked.
pub fn graph_reached(graph: &str) -> String {
    t!("{graph} can be reached", graph)
}

/// `host` cannot be used, for the reason `why`.
pub fn network_unreachable(host: &str, why: &str) -> Problem {
    Problem::new(
        ProblemKind::Offline,
        t!("Microsoft's service cannot be reached"),
        format!("{host}: {why}."),
        t!(
            "Check your network connection, whether the network wants you to sign in, and the proxy settings of this computer."
        ),
    )
}

/// `host` gave no answer.
pub fn network_unanswered(host: &str, cause: &NoAnswer) -> Problem {
    let mut problem = network_unreachable(host, &cause.to_string());
    if let Some(remedy) = cause.remedy() {
        problem.remedy = remedy.to_owned();
    }
    problem
}

/// Why a service cannot be used: it fails by itself.
pub fn service_busy() -> String {
    t!("it reported an internal error").to_owned()
}

/// Why a service cannot be used: it throttles.
pub fn service_throttles() -> String {
    t!("it is limiting requests").to_owned()
}

/// Why a service cannot be used: its answer makes no sense.
pub fn service_odd() -> String {
    t!("it sent an unexpected response").to_owned()
}

/// The clock agrees with the service's.
pub fn clock_right() -> String {
    t!("agrees with the clock of Microsoft's service").to_owned()
}

/// The service sent no date.
pub fn clock_unknown() -> String {
    t!("not checked: the service sent no date").to_owned()
}

/// The clock differs `by` more than Entra allows.
pub fn clock_wrong(by: Duration, is_ahead: bool) -> Problem {
    let minutes = by.as_secs() / 60;
    let detail = if is_ahead {
        t!("It is {minutes} minutes ahead of Microsoft's.", minutes)
    } else {
        t!("It is {minutes} minutes behind Microsoft's.", minutes)
    };
    Problem::new(
        ProblemKind::ClockWrong,
        t!("The clock of this computer is wrong"),
        detail,
        t!("Set the clock of this computer automatically from the network."),
    )
}

/// Entra has the registration.
pub fn registration_found(client_id: &str, tenant: &str) -> String {
    t!("{client_id} is registered in {tenant}", client_id, tenant)
}

/// What to do when Entra refuses the registration.
pub fn registration_remedy() -> String {
    t!("Check client_id and tenant in config.toml.").to_owned()
}

/// Entra's answer about the registration makes no sense.
pub fn registration_unchecked() -> Problem {
    Problem::new(
        ProblemKind::SignInFailed,
        t!("The registration cannot be checked"),
        t!("Microsoft's sign-in service sent a response that the program does not understand."),
        t!("Check tenant and cloud in config.toml."),
    )
}
