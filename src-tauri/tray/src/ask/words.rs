//! Owns what commands print and exit with; refuses to find out what happened.

use std::process::ExitCode;

use presence_core::{Outcome, Problem, ProblemKind};
use presence_host::{Report, printable};

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
        Outcome::Failed(problem) => failed(problem),
        Outcome::ShowCode { user_code, verification_uri } => {
            let code = &user_code.0;
            let line = format!("Open {verification_uri} on any device and enter the code {code}");
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

/// A time of a report on the wall of this computer: "Mon 15:42:07".
pub(super) fn clock(utc: &str) -> String {
    chrono::DateTime::parse_from_rfc3339(utc).map_or_else(
        |_| utc.to_owned(),
        |time| time.with_timezone(&chrono::Local).format("%a %H:%M:%S").to_string(),
    )
}

/// Whether a problem passes by itself, so that a resident goes on trying.
pub(super) fn is_passing(problem: &Problem) -> bool {
    exit_code(problem) == NOT_REACHED
}

/// The resident was ending.
pub(super) fn leaving() -> Problem {
    Problem::new(
        ProblemKind::Leaving,
        "Presence Tray is closing",
        "Nothing was changed.",
        "Start it again with: presence-tray",
    )
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
        | ProblemKind::TokenRefused
        | ProblemKind::KeyringUnavailable
        | ProblemKind::NotRemembered
        | ProblemKind::NotForgotten
        | ProblemKind::BrowserUnavailable
        | ProblemKind::Shortcut
        | ProblemKind::Autostart
        | ProblemKind::WindowUnavailable
        | ProblemKind::NoTray
        | ProblemKind::ClockWrong
        | ProblemKind::Leaving
        | ProblemKind::NotRunning
        | ProblemKind::Replaced => FAILED,
    }
}

/// A report as lines for people.
pub(super) fn in_words(report: &Report) -> String {
    let nothing = || "nothing".to_owned();
    let wanted = report.wanted.map_or_else(nothing, |status| status.label().to_owned());
    let until =
        report.until.as_ref().map(|until| format!(" until {}", clock(until))).unwrap_or_default();
    let mut lines = vec![format!("Wanted          {wanted}{until}")];
    lines.push(match &report.session {
        Some(session) => {
            let renews = session.renews_at.as_ref().map(|at| format!(", renewed at {}", clock(at)));
            let ends = format!(", ends at {} unless renewed", clock(&session.expires_at));
            format!(
                "Session         {}{}{ends}",
                session.status.label(),
                renews.unwrap_or_default()
            )
        }
        None => "Session         none".to_owned(),
    });
    lines.push(match &report.effective {
        Some(seen) => format!("Colleagues see  {} ({})", seen.availability, seen.activity),
        None => "Colleagues see  not known".to_owned(),
    });
    lines.push(match &report.account {
        Some(account) => format!("Account         {} (tenant {})", account.name, account.tenant),
        None => "Account         not signed in".to_owned(),
    });
    if let Some(difference) = &report.difference {
        lines.push(format!("Difference      {} {}", difference.text, difference.remedy));
    }
    if let Some(problem) = &report.problem {
        lines.push(format!("Problem         {problem}"));
    }
    lines.push(String::new());
    printable(&lines.join("\n"))
}
