//! Owns the commands of the command line: what each asks of the resident, or does itself where there is none.
//! Refuses to decide what a status needs.

use std::process::ExitCode;

use presence_core::{Command, Outcome, Problem, SignInMethod, Status};
use presence_host::{Config, Errand, Facade, Place, Purpose};

use crate::cli::Verb;
use crate::window;

mod doctor;
mod doer;
mod sign_in;
mod status;
mod words;

use doer::{Again, Answer, Doer};
use words::{clock, failed, told};

/// Does what the command line says.
pub(crate) async fn ask(place: &Place, verb: Verb) -> ExitCode {
    let done = match verb {
        Verb::Set { status, lasts } => {
            let set = Command::Set { status, seconds: lasts.seconds() };
            act(place, Purpose::Choose, set, choose_alone).await
        }
        Verb::Toggle { status } => {
            act(place, Purpose::Choose, Command::Toggle { status }, choose_alone).await
        }
        Verb::Clear => act(place, Purpose::End, Command::Clear, end_alone).await,
        Verb::SignOut => act(place, Purpose::End, Command::SignOut, end_alone).await,
        Verb::Status { json, watch: false } => status::once(place, json).await,
        Verb::Status { json, watch: true } => status::at_every_change(place, json).await,
        Verb::SignIn { device_code: false } => sign_in::by(place, SignInMethod::Browser).await,
        Verb::SignIn { device_code: true } => sign_in::by(place, SignInMethod::DeviceCode).await,
        Verb::Open | Verb::Run { .. } => open(place).await,
        Verb::Doctor { json } => doctor::examine_all(place, json).await,
        Verb::Reload => reload(place).await,
        Verb::Quit => quit(place).await,
    };
    done.unwrap_or_else(|problem| failed(&problem))
}

/// Lets the resident do `command`, or does it `alone` where there is none.
async fn act(
    place: &Place,
    purpose: Purpose,
    command: Command,
    alone: impl AsyncFnOnce(Errand, Command) -> Result<ExitCode, Problem>,
) -> Result<ExitCode, Problem> {
    let mut again = Again::default();
    loop {
        match doer::find(place, purpose).await? {
            Doer::Resident(mut client) => match doer::ask(&mut client, command.clone()).await? {
                Answer::Came(outcome) => return Ok(told(&outcome)),
                Answer::Leaving => {}
            },
            Doer::Errand(errand) => return alone(errand, command).await,
        }
        again.pause().await?;
    }
}

async fn choose_alone(errand: Errand, command: Command) -> Result<ExitCode, Problem> {
    let work = doer::run(errand, async |commands, mut facades| {
        let outcome = commands.outcome(command).await;
        (outcome.unwrap_or_else(doer::broken_off), facades.wait_for(|_| true).await)
    });
    let (outcome, facade) = work.await?;
    let code = told(&outcome);
    say_that_nobody_renews(&outcome, facade.as_ref());
    Ok(code)
}

/// What must be known to whoever chose a status and has no resident.
fn say_that_nobody_renews(outcome: &Outcome, facade: Option<&Facade>) {
    if let Outcome::Failed(problem) = outcome {
        if words::is_passing(problem) {
            eprintln!("  Presence Tray is not running: your choice is set when it starts.");
        }
        return;
    }
    let Some(session) = facade.and_then(|facade| facade.report.session.as_ref()) else { return };
    let ends = match session.status {
        Status::Available => "fades after 5 minutes, at",
        Status::InACall | Status::InAConferenceCall | Status::Away | Status::Presenting => {
            "ends at"
        }
    };
    eprintln!(
        "Presence Tray is not running, so nobody renews this: {} {ends} {}.",
        session.status.label(),
        clock(&session.expires_at)
    );
    eprintln!("  To keep it, start: presence-tray");
}

async fn end_alone(errand: Errand, command: Command) -> Result<ExitCode, Problem> {
    let work = doer::run(errand, async |commands, mut facades| {
        // Without the stored sign-in no session can be ended.
        facades.wait_for(doer::keyring_has_answered).await;
        commands.outcome(command).await.unwrap_or_else(doer::broken_off)
    });
    Ok(told(&work.await?))
}

async fn open(place: &Place) -> Result<ExitCode, Problem> {
    match doer::ask_resident(place, Command::Open).await? {
        Some(Answer::Came(outcome)) => Ok(told(&outcome)),
        Some(Answer::Leaving) => Err(words::leaving()),
        // The window starts the resident.
        None => window::start().map(|()| ExitCode::SUCCESS),
    }
}

async fn reload(place: &Place) -> Result<ExitCode, Problem> {
    match doer::ask_resident(place, Command::Reload).await? {
        Some(Answer::Came(outcome)) => Ok(told(&outcome)),
        Some(Answer::Leaving) => Err(words::leaving()),
        None => {
            Config::read(place).map_err(|error| error.problem())?;
            eprintln!("Presence Tray is not running; it reads the configuration when it starts.");
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn quit(place: &Place) -> Result<ExitCode, Problem> {
    match doer::ask_resident(place, Command::Quit).await? {
        Some(Answer::Came(outcome)) => Ok(told(&outcome)),
        Some(Answer::Leaving) => doer::wait_for_end(place).await.map(|()| ExitCode::SUCCESS),
        None => {
            eprintln!("Presence Tray is not running.");
            Ok(ExitCode::SUCCESS)
        }
    }
}
