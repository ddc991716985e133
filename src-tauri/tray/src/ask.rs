//! Owns the commands of the command line: what each asks of the resident, or does itself where there is none.
//! Refuses to decide what a status needs.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the command line speaks on the terminal"
)]

use std::process::ExitCode;

use presence_core::words::leaving;
use presence_core::{Command, Outcome, Problem, SignInMethod};
use presence_host::{Config, OneShot, Profile, Purpose, Snapshot};

use crate::cli::Verb;
use crate::{window, words};

mod config;
mod doctor;
mod executor;
mod history;
mod sign_in;
mod status;
mod told;

pub(crate) use history::Mark;

use executor::{Again, Answer, Executor};
use told::{failed, told};

/// Does what the command line says.
pub(crate) async fn ask(profile: &Profile, verb: Verb) -> ExitCode {
    let done = match verb {
        Verb::Set { status, lasts, message } => {
            let message = message.flatten();
            let set = Command::Set { status, seconds: lasts.seconds(), message };
            act(profile, Purpose::Choose, set, choose_alone).await
        }
        Verb::Toggle { status, message } => {
            let toggle = Command::Toggle { status, message: message.flatten() };
            act(profile, Purpose::Choose, toggle, choose_alone).await
        }
        Verb::Clear => act(profile, Purpose::End, Command::Clear, end_alone).await,
        Verb::Reset => act(profile, Purpose::Choose, Command::Reset, reset_alone).await,
        Verb::SignOut => act(profile, Purpose::End, Command::SignOut, end_alone).await,
        Verb::Status { json, watch: false } => status::once(profile, json).await,
        Verb::Status { json, watch: true } => status::at_every_change(profile, json).await,
        Verb::SignIn { device_code: false } => sign_in::by(profile, SignInMethod::Browser).await,
        Verb::SignIn { device_code: true } => sign_in::by(profile, SignInMethod::DeviceCode).await,
        Verb::Open | Verb::Run { .. } => open(profile).await,
        Verb::History { since, json } => history::tell(profile, since, json).await,
        Verb::Doctor { json } => doctor::examine_all(profile, json).await,
        Verb::Config { json, change: None } => config::list(profile, json).await,
        Verb::Config { change: Some(change), .. } => config::change(profile, change).await,
        Verb::Reload => reload(profile).await,
        Verb::Quit => quit(profile).await,
    };
    done.unwrap_or_else(|problem| failed(&problem))
}

/// Lets the resident do `command`, or does it `alone` where there is none.
async fn act(
    profile: &Profile,
    purpose: Purpose,
    command: Command,
    alone: impl AsyncFnOnce(OneShot, Command) -> Result<ExitCode, Problem>,
) -> Result<ExitCode, Problem> {
    let mut again = Again::default();
    loop {
        match executor::find(profile, purpose).await? {
            Executor::Resident(mut client) => {
                match executor::ask(&mut client, command.clone()).await? {
                    Answer::Came(outcome) => return Ok(told(&outcome)),
                    Answer::Leaving => {}
                }
            }
            Executor::OneShot(one_shot) => return alone(one_shot, command).await,
        }
        again.pause().await?;
    }
}

async fn choose_alone(one_shot: OneShot, command: Command) -> Result<ExitCode, Problem> {
    let work = executor::run(one_shot, async |commands, mut snapshots| {
        let outcome = commands.outcome(command).await;
        (outcome.unwrap_or_else(executor::broken_off), snapshots.wait_for(|_| true).await)
    });
    let (outcome, snapshot) = work.await?;
    let code = told(&outcome);
    say_that_nobody_renews(&outcome, snapshot.as_ref());
    Ok(code)
}

/// What must be known to whoever chose a status and has no resident.
fn say_that_nobody_renews(outcome: &Outcome, snapshot: Option<&Snapshot>) {
    if let Outcome::Failed(problem) = outcome {
        if told::is_passing(problem) {
            eprintln!("  {}", words::command::SET_AT_START.said());
        }
        return;
    }
    let Some(session) = snapshot.and_then(|snapshot| snapshot.report.session.as_ref()) else {
        return;
    };
    eprintln!("{}", words::command::not_renewed(session.status, &session.expires_at));
}

async fn end_alone(one_shot: OneShot, command: Command) -> Result<ExitCode, Problem> {
    let work = executor::run(one_shot, async |commands, mut snapshots| {
        // Without the stored sign-in no session can be ended.
        snapshots.wait_for(executor::keyring_has_answered).await;
        commands.outcome(command).await.unwrap_or_else(executor::broken_off)
    });
    Ok(told(&work.await?))
}

async fn reset_alone(one_shot: OneShot, command: Command) -> Result<ExitCode, Problem> {
    let work = executor::run(one_shot, async |commands, _| {
        commands.outcome(command).await.unwrap_or_else(executor::broken_off)
    });
    Ok(told(&work.await?))
}

async fn open(profile: &Profile) -> Result<ExitCode, Problem> {
    match executor::ask_resident(profile, Command::Open).await? {
        Some(Answer::Came(outcome)) => Ok(told(&outcome)),
        Some(Answer::Leaving) => Err(leaving()),
        // The window starts the resident.
        None => window::start().map(|()| ExitCode::SUCCESS),
    }
}

async fn reload(profile: &Profile) -> Result<ExitCode, Problem> {
    match executor::ask_resident(profile, Command::Reload).await? {
        Some(Answer::Came(outcome)) => Ok(told(&outcome)),
        Some(Answer::Leaving) => Err(leaving()),
        None => {
            Config::read(profile).map_err(|error| error.problem())?;
            eprintln!("{}", words::command::READ_AT_START.said());
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn quit(profile: &Profile) -> Result<ExitCode, Problem> {
    let Some(mut client) = executor::resident(profile).await? else {
        eprintln!("{}", words::command::NOT_RUNNING.said());
        return Ok(ExitCode::SUCCESS);
    };
    match executor::ask(&mut client, Command::Quit).await? {
        Answer::Came(outcome) => {
            let code = told(&outcome);
            executor::see_off(client).await.map(|()| code)
        }
        Answer::Leaving => executor::wait_for_end(profile).await.map(|()| ExitCode::SUCCESS),
    }
}
