//! Owns the sign-in by command line: shows the address for a browser that did not open by itself, and waits for
//! a device code where no resident does. Refuses tokens.

use std::process::ExitCode;

use presence_core::{Command, Outcome, Problem, SignInMethod};
use presence_host::{
    Client, Commands, DoorError, Profile, Purpose, SignInReport, Snapshot, Snapshots,
};

use super::executor::{self, Again, Answer, Executor};
use super::told::told;
use crate::words;

pub(super) async fn by(profile: &Profile, method: SignInMethod) -> Result<ExitCode, Problem> {
    let command = Command::SignIn { method };
    let mut again = Again::default();
    loop {
        match executor::find(profile, Purpose::Look).await? {
            Executor::Resident(client) => {
                match by_resident(profile, client, command.clone()).await? {
                    Answer::Came(outcome) => return Ok(told(&outcome)),
                    Answer::Leaving => {}
                }
            }
            Executor::OneShot(one_shot) => {
                let work = executor::run(one_shot, async |commands, snapshots| {
                    here(&commands, snapshots, command).await
                });
                return Ok(told(&work.await?));
            }
        }
        again.pause().await?;
    }
}

async fn by_resident(
    profile: &Profile,
    mut client: Client,
    command: Command,
) -> Result<Answer, Problem> {
    let watching = async { Client::connect(profile).await?.watch().await };
    let mut watch = watching.await.map_err(|error| executor::cannot_act(&error))?;
    let mut outcome = std::pin::pin!(executor::ask(&mut client, command));
    let mut address = Address::default();
    loop {
        tokio::select! {
            outcome = &mut outcome => return outcome,
            snapshot = watch.next() => match snapshot {
                Ok(Some(snapshot)) => address.show(&snapshot),
                Ok(None) | Err(DoorError::Broken(_)) => return Ok(Answer::Leaving),
                Err(error) => return Err(executor::cannot_act(&error)),
            },
        }
    }
}

async fn here(commands: &Commands, mut snapshots: Snapshots, command: Command) -> Outcome {
    let mut address = Address::default();
    let mut outcome = std::pin::pin!(commands.outcome(command));
    let outcome = loop {
        tokio::select! {
            outcome = &mut outcome => break outcome.unwrap_or_else(executor::broken_off),
            snapshot = snapshots.wait_for(|snapshot| address.is_new(snapshot)) => match snapshot {
                Some(snapshot) => address.show(&snapshot),
                None => break executor::broken_off(),
            },
        }
    };
    match outcome {
        Outcome::ShowCode { .. } => {
            told(&outcome);
            eprintln!("{}", words::command::WAITING_FOR_CODE.said());
            until_used(snapshots).await
        }
        Outcome::Done | Outcome::Partly(_) | Outcome::Failed(_) => outcome,
    }
}

/// Waits for the end of the sign-in whose device code is shown.
async fn until_used(mut snapshots: Snapshots) -> Outcome {
    let is_over = |snapshot: &Snapshot| match snapshot.sign_in {
        SignInReport::SigningIn { .. } | SignInReport::Looking => false,
        SignInReport::NotConfigured
        | SignInReport::SignedOut
        | SignInReport::Needed
        | SignInReport::SignedIn => true,
    };
    match snapshots.wait_for(is_over).await {
        Some(Snapshot { sign_in: SignInReport::SignedIn, .. }) => Outcome::Done,
        Some(snapshot) => {
            snapshot.report.problem.map_or_else(executor::broken_off, Outcome::Failed)
        }
        None => executor::broken_off(),
    }
}

/// The address of the sign-in page, shown once.
#[derive(Default)]
struct Address(Option<String>);

impl Address {
    fn is_new(&self, snapshot: &Snapshot) -> bool {
        url(snapshot).is_some_and(|url| self.0.as_ref() != Some(url))
    }

    fn show(&mut self, snapshot: &Snapshot) {
        if self.is_new(snapshot)
            && let Some(url) = url(snapshot)
        {
            eprintln!("{}\n{url}", words::command::OPEN_ADDRESS.said());
            self.0 = Some(url.clone());
        }
    }
}

fn url(snapshot: &Snapshot) -> Option<&String> {
    match &snapshot.sign_in {
        SignInReport::SigningIn { url, .. } => url.as_ref(),
        SignInReport::NotConfigured
        | SignInReport::Looking
        | SignInReport::SignedOut
        | SignInReport::Needed
        | SignInReport::SignedIn => None,
    }
}
