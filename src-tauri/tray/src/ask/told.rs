//! Owns what commands print and exit with; refuses to find out what happened.

use std::process::ExitCode;

use presence_core::{Outcome, Problem, ProblemKind};
use presence_host::printable;

use crate::words;

/// Exit codes beside 0 (done); 2 (wrong usage) is the parser's too.
const FAILED: u8 = 1;
const WRONG_USAGE: u8 = 2;
const SIGN_IN_NEEDED: u8 = 3;
const NOT_CONFIGURED: u8 = 4;
const NOT_REACHED: u8 = 5;

/// Prints an outcome: results on stdout, messages on stderr.
pub(super) fn told(outcome: &Outcome) -> ExitCode {
    match outcome {
        Outcome::Done => ExitCode::SUCCESS,
        Outcome::Partly(problem) | Outcome::Failed(problem) => failed(problem),
        Outcome::ShowCode { user_code, verification_uri } => {
            let line = words::command::enter_code(verification_uri, &user_code.0);
            println!("{}", printable(&line));
            ExitCode::SUCCESS
        }
    }
}

/// Prints a problem. What a terminal would obey is left out once more, wherever the problem comes from.
pub(super) fn failed(problem: &Problem) -> ExitCode {
    eprintln!("presence-tray: {}", printable(&problem.to_string()));
    ExitCode::from(exit_code(problem))
}

/// Whether a problem passes by itself, so that a resident goes on trying.
pub(super) fn is_passing(problem: &Problem) -> bool {
    exit_code(problem) == NOT_REACHED
}

fn exit_code(problem: &Problem) -> u8 {
    match problem.kind {
        ProblemKind::WrongUsage => WRONG_USAGE,
        ProblemKind::SignInNeeded => SIGN_IN_NEEDED,
        ProblemKind::NotConfigured => NOT_CONFIGURED,
        ProblemKind::Offline
        | ProblemKind::ServiceBusy
        | ProblemKind::Throttled
        | ProblemKind::TooManyChanges => NOT_REACHED,
        ProblemKind::SignInCancelled
        | ProblemKind::SignInExpired
        | ProblemKind::SignInFailed
        | ProblemKind::ConsentNeeded
        | ProblemKind::NotPublicClient
        | ProblemKind::NotAllowed
        | ProblemKind::NoPresence
        | ProblemKind::Rejected
        | ProblemKind::MessageKept
        | ProblemKind::MessageRefused
        | ProblemKind::TokenRefused
        | ProblemKind::KeyringUnavailable
        | ProblemKind::NotRemembered
        | ProblemKind::NotForgotten
        | ProblemKind::BrowserUnavailable
        | ProblemKind::Shortcut
        | ProblemKind::Autostart
        | ProblemKind::WindowUnavailable
        | ProblemKind::NoTray
        | ProblemKind::HistoryUnreadable
        | ProblemKind::ClockWrong
        | ProblemKind::Leaving
        | ProblemKind::NotRunning
        | ProblemKind::PolicyIgnored
        | ProblemKind::NotSaved
        | ProblemKind::Replaced => FAILED,
    }
}
