//! Owns the commands of the command line: what each asks of the resident, or does itself where there is none.
//! Refuses to decide what a status needs.

use std::process::ExitCode;

use presence_core::{Command, Outcome, Problem, SignInMethod, Status};
use presence_host::{Client, Config, DoorError, Facade, Place, Purpose};

use crate::cli::Verb;
use crate::window;

mod doctor;
mod doer;
mod sign_in;
mod status;
mod words;

use doer::{Answer, Doer};
use words::{clock, failed, told};

/// Does what the command line says.
pub(crate) async fn ask(place: &Place, verb: Verb) -> ExitCode {
    let done = match verb {
        Verb::Set { status, lasts } => {
            choose(place, Command::Set { status, seconds: lasts.seconds() }).await
        }
        Verb::Toggle { status } => choose(place, Command::Toggle { status }).await,
        Verb::Clear => end(place, Command::Clear).await,
        Verb::SignOut => end(place, Command::SignOut).await,
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

async fn choose(place: &Place, command: Command) -> Result<ExitCode, Problem> {
    loop {
        match doer::find(place, Purpose::Choose).await? {
            Doer::Resident(mut client) => match doer::ask(&mut client, command.clone()).await? {
                Answer::Came(outcome) => return Ok(told(&outcome)),
                Answer::Leaving => {}
            },
            Doer::Errand(errand) => {
                let work = doer::run(errand, async |commands, mut facades| {
                    let outcome = commands.outcome(command).await;
                    (outcome.unwrap_or_else(doer::broken_off), facades.wait_for(|_| true).await)
                });
                let (outcome, facade) = work.await?;
                let code = told(&outcome);
                say_that_nobody_renews(&outcome, facade.as_ref());
                return Ok(code);
            }
        }
    }
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

async fn end(place: &Place, command: Command) -> Result<ExitCode, Problem> {
    loop {
        match doer::find(place, Purpose::End).await? {
            Doer::Resident(mut client) => match doer::ask(&mut client, command.clone()).await? {
                Answer::Came(outcome) => return Ok(told(&outcome)),
                Answer::Leaving => {}
            },
            Doer::Errand(errand) => {
                let work = doer::run(errand, async |commands, mut facades| {
                    // Without the stored sign-in no session can be ended.
                    facades.wait_for(doer::keyring_has_answered).await;
                    commands.outcome(command).await.unwrap_or_else(doer::broken_off)
                });
                return Ok(told(&work.await?));
            }
        }
    }
}

async fn open(place: &Place) -> Result<ExitCode, Problem> {
    match Client::connect(place).await {
        Ok(mut client) => match doer::ask(&mut client, Command::Open).await? {
            Answer::Came(outcome) => Ok(told(&outcome)),
            Answer::Leaving => Err(words::leaving()),
        },
        // The window starts the resident.
        Err(DoorError::NobodyHome) => window::start().map(|()| ExitCode::SUCCESS),
        Err(error) => Err(doer::cannot_act(&error)),
    }
}

async fn reload(place: &Place) -> Result<ExitCode, Problem> {
    match Client::connect(place).await {
        Ok(mut client) => match doer::ask(&mut client, Command::Reload).await? {
            Answer::Came(outcome) => Ok(told(&outcome)),
            Answer::Leaving => Err(words::leaving()),
        },
        Err(DoorError::NobodyHome) => match Config::read(place) {
            Ok(_) => {
                eprintln!(
                    "Presence Tray is not running; it reads the configuration when it starts."
                );
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => Err(error.problem()),
        },
        Err(error) => Err(doer::cannot_act(&error)),
    }
}

async fn quit(place: &Place) -> Result<ExitCode, Problem> {
    match Client::connect(place).await {
        Ok(mut client) => match doer::ask(&mut client, Command::Quit).await? {
            Answer::Came(outcome) => Ok(told(&outcome)),
            Answer::Leaving => Ok(ExitCode::SUCCESS),
        },
        Err(DoorError::NobodyHome) => {
            eprintln!("Presence Tray is not running.");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => Err(doer::cannot_act(&error)),
    }
}
