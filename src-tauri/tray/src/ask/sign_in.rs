//! Owns the sign-in by command line: shows the address for a browser that did not open by itself, and waits for
//! a device code where no resident does. Refuses tokens.

use std::process::ExitCode;

use presence_core::{Command, Outcome, Problem, SignInMethod};
use presence_host::{Client, Commands, DoorError, Facade, Facades, Place, Purpose, SignInReport};

use super::doer::{self, Again, Answer, Doer};
use super::words::told;

pub(super) async fn by(place: &Place, method: SignInMethod) -> Result<ExitCode, Problem> {
    let command = Command::SignIn { method };
    let mut again = Again::default();
    loop {
        match doer::find(place, Purpose::Look).await? {
            Doer::Resident(client) => match by_resident(place, client, command.clone()).await? {
                Answer::Came(outcome) => return Ok(told(&outcome)),
                Answer::Leaving => {}
            },
            Doer::Errand(errand) => {
                let work = doer::run(errand, async |commands, facades| {
                    here(&commands, facades, command).await
                });
                return Ok(told(&work.await?));
            }
        }
        again.pause().await?;
    }
}

async fn by_resident(
    place: &Place,
    mut client: Client,
    command: Command,
) -> Result<Answer, Problem> {
    let watching = async { Client::connect(place).await?.watch().await };
    let mut watch = watching.await.map_err(|error| doer::cannot_act(&error))?;
    let mut outcome = std::pin::pin!(doer::ask(&mut client, command));
    let mut address = Address::default();
    loop {
        tokio::select! {
            outcome = &mut outcome => return outcome,
            facade = watch.next() => match facade {
                Ok(Some(facade)) => address.show(&facade),
                Ok(None) | Err(DoorError::Broken(_)) => return Ok(Answer::Leaving),
                Err(error) => return Err(doer::cannot_act(&error)),
            },
        }
    }
}

async fn here(commands: &Commands, mut facades: Facades, command: Command) -> Outcome {
    let mut address = Address::default();
    let mut outcome = std::pin::pin!(commands.outcome(command));
    let outcome = loop {
        tokio::select! {
            outcome = &mut outcome => break outcome.unwrap_or_else(doer::broken_off),
            facade = facades.wait_for(|facade| address.is_new(facade)) => match facade {
                Some(facade) => address.show(&facade),
                None => break doer::broken_off(),
            },
        }
    };
    match outcome {
        Outcome::ShowCode { .. } => {
            told(&outcome);
            eprintln!("Waiting for the code to be entered…");
            until_used(facades).await
        }
        Outcome::Done | Outcome::Failed(_) => outcome,
    }
}

/// Waits for the end of the sign-in whose device code is shown.
async fn until_used(mut facades: Facades) -> Outcome {
    let is_over = |facade: &Facade| match facade.sign_in {
        SignInReport::SigningIn { .. } | SignInReport::Looking => false,
        SignInReport::NotConfigured
        | SignInReport::SignedOut
        | SignInReport::Needed
        | SignInReport::SignedIn => true,
    };
    match facades.wait_for(is_over).await {
        Some(Facade { sign_in: SignInReport::SignedIn, .. }) => Outcome::Done,
        Some(facade) => facade.report.problem.map_or_else(doer::broken_off, Outcome::Failed),
        None => doer::broken_off(),
    }
}

/// The address of the sign-in page, shown once.
#[derive(Default)]
struct Address(Option<String>);

impl Address {
    fn is_new(&self, facade: &Facade) -> bool {
        url(facade).is_some_and(|url| self.0.as_ref() != Some(url))
    }

    fn show(&mut self, facade: &Facade) {
        if self.is_new(facade)
            && let Some(url) = url(facade)
        {
            eprintln!(
                "Sign in with the browser that opens, or open this address on this computer:"
            );
            eprintln!("{url}");
            self.0 = Some(url.clone());
        }
    }
}

fn url(facade: &Facade) -> Option<&String> {
    match &facade.sign_in {
        SignInReport::SigningIn { url, .. } => url.as_ref(),
        SignInReport::NotConfigured
        | SignInReport::Looking
        | SignInReport::SignedOut
        | SignInReport::Needed
        | SignInReport::SignedIn => None,
    }
}
