//! Owns the commands that talk to the running program through its door: what they ask, print and exit with.
//! Refuses to do the program's work itself.

use std::process::ExitCode;

use presence_core::{Command, Outcome, Problem, ProblemKind, SignInMethod};
use presence_host::{Client, DoorError, Facade, Place, Report, SignInReport};

use crate::cli::Verb;

/// Exit codes beside 0 (done) and 1 (failed); 2 (wrong usage) is the parser's too.
const WRONG_USAGE: u8 = 2;
const SIGN_IN_NEEDED: u8 = 3;
const NOT_CONFIGURED: u8 = 4;
const NOT_REACHED: u8 = 5;

pub(crate) async fn ask(place: &Place, verb: Verb) -> ExitCode {
    let done = match verb {
        Verb::Set { status, lasts } => {
            let seconds = lasts.map(|lasts| lasts.as_secs());
            command(place, Command::Set { status, seconds }).await
        }
        Verb::Toggle { status } => command(place, Command::Toggle { status }).await,
        Verb::Clear => command(place, Command::Clear).await,
        Verb::Status { json, watch } => status(place, json, watch).await,
        Verb::SignIn { device_code: false } => sign_in(place).await,
        Verb::SignIn { device_code: true } => {
            command(place, Command::SignIn { method: SignInMethod::DeviceCode }).await
        }
        Verb::SignOut => command(place, Command::SignOut).await,
        Verb::Open | Verb::Run { .. } => command(place, Command::Open).await,
        Verb::Quit => command(place, Command::Quit).await,
    };
    done.unwrap_or_else(|error| {
        eprintln!("presence-tray: {error}");
        if let DoorError::NobodyHome = error {
            eprintln!("  Start it with: presence-tray");
        }
        ExitCode::FAILURE
    })
}

async fn command(place: &Place, command: Command) -> Result<ExitCode, DoorError> {
    let outcome = Client::connect(place).await?.ask(command).await?;
    Ok(told(&outcome))
}

fn told(outcome: &Outcome) -> ExitCode {
    match outcome {
        Outcome::Done => ExitCode::SUCCESS,
        Outcome::Failed(problem) => {
            eprintln!("presence-tray: {problem}");
            exit_code(problem)
        }
        Outcome::ShowCode { user_code, verification_uri } => {
            println!("Open {verification_uri} on any device and enter the code {}", user_code.0);
            ExitCode::SUCCESS
        }
    }
}

fn exit_code(problem: &Problem) -> ExitCode {
    match problem.kind {
        ProblemKind::WrongUsage => ExitCode::from(WRONG_USAGE),
        ProblemKind::SignInNeeded => ExitCode::from(SIGN_IN_NEEDED),
        ProblemKind::NotConfigured => ExitCode::from(NOT_CONFIGURED),
        ProblemKind::Offline | ProblemKind::ServiceBusy | ProblemKind::Throttled => {
            ExitCode::from(NOT_REACHED)
        }
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
        | ProblemKind::Leaving
        | ProblemKind::NotRunning
        | ProblemKind::Replaced => ExitCode::FAILURE,
    }
}

/// Signs in, and shows the address for a browser that did not open by itself.
async fn sign_in(place: &Place) -> Result<ExitCode, DoorError> {
    let mut watch = Client::connect(place).await?.watch().await?;
    let mut client = Client::connect(place).await?;
    let mut outcome = std::pin::pin!(client.ask(Command::SignIn { method: SignInMethod::Browser }));
    let mut shown = None;
    loop {
        tokio::select! {
            outcome = &mut outcome => return Ok(told(&outcome?)),
            facade = watch.next() => {
                let url = match facade? {
                    Some(Facade { sign_in: SignInReport::SigningIn { url, .. }, .. }) => url,
                    Some(_) => None,
                    None => return Err(DoorError::NobodyHome),
                };
                if url.is_some() && url != shown {
                    shown = url;
                    eprintln!("Sign in with the browser that opens, or open this address on this computer:");
                    eprintln!("{}", shown.as_deref().unwrap_or_default());
                }
            }
        }
    }
}

async fn status(place: &Place, json: bool, again: bool) -> Result<ExitCode, DoorError> {
    Client::connect(place).await?.ask(Command::Look).await?;
    let mut watch = Client::connect(place).await?.watch().await?;
    while let Some(facade) = watch.next().await? {
        if json {
            println!("{}", serde_json::to_string(&facade.report).unwrap_or_default());
        } else {
            print!("{}", in_words(&facade.report));
        }
        if !again {
            break;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn in_words(report: &Report) -> String {
    let nothing = || "nothing".to_owned();
    let local = |utc: &String| {
        chrono::DateTime::parse_from_rfc3339(utc).map_or_else(
            |_| utc.clone(),
            |time| time.with_timezone(&chrono::Local).format("%a %H:%M:%S").to_string(),
        )
    };
    let wanted = report.wanted.map_or_else(nothing, |status| status.label().to_owned());
    let until =
        report.until.as_ref().map(|until| format!(" until {}", local(until))).unwrap_or_default();
    let mut lines = vec![format!("Wanted          {wanted}{until}")];
    lines.push(match &report.session {
        Some(session) => {
            let renews = session.renews_at.as_ref().map(|at| format!(", renewed at {}", local(at)));
            let ends = format!(", ends at {} unless renewed", local(&session.expires_at));
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
    lines.join("\n")
}
