//! Owns who does a command: the resident, or this process where there is none. Refuses to let two do it.

use std::time::{Duration, Instant};

use presence_core::{Command, Outcome, Problem, ProblemKind, words};
use presence_host::{
    Client, Commands, Config, DoorError, OneShot, Profile, Purpose, SignInReport, Snapshot,
    Snapshots, StartError,
};

use crate::doctor::Seen;

/// How long a resident that starts or ends, or a one-shot before this one, is waited for.
const PATIENCE: Duration = Duration::from_secs(45);
/// How long a resident may take to end once it has answered.
const END: Duration = Duration::from_secs(5);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(25);
/// How often a command is asked for again: with these pauses for longer than an end takes.
const AGAIN: u32 = 8;
/// The first pause before it is asked for again, and the longest.
const SOON: Duration = Duration::from_millis(50);
const LATE: Duration = Duration::from_secs(1);

/// Who is there.
pub(super) enum Executor {
    /// A resident, through its door.
    Resident(Client),
    /// Nobody else: this process has the lock.
    OneShot(OneShot),
}

/// Finds the resident, or takes its place for a one-shot.
pub(super) async fn find(profile: &Profile, purpose: Purpose) -> Result<Executor, Problem> {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(client) = resident(profile).await? {
            return Ok(Executor::Resident(client));
        }
        // Without a configuration there is nothing to do, and nothing to lock.
        Config::read(profile).map_err(|error| error.problem())?;
        match OneShot::begin(profile.clone(), purpose) {
            Ok(one_shot) => return Ok(Executor::OneShot(one_shot)),
            // Somebody starts, ends or does a command: soon there is a door, or the lock is free.
            Err(StartError::Door(DoorError::Taken)) if Instant::now() < end => {
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(cannot_act(&error)),
        }
    }
}

/// What became of a command that a resident was asked for.
pub(super) enum Answer {
    Came(Outcome),
    /// It was ending: the command is to be done by somebody else.
    Leaving,
}

/// How often a command was asked for in vain.
#[derive(Default)]
pub(super) struct Again(u32);

impl Again {
    /// Waits before the command is asked for again.
    ///
    /// # Errors
    /// When it was asked for often enough.
    pub(super) async fn pause(&mut self) -> Result<(), Problem> {
        if self.0 >= AGAIN {
            return Err(words::leaving());
        }
        tokio::time::sleep((SOON * 2u32.pow(self.0)).min(LATE)).await;
        self.0 += 1;
        Ok(())
    }
}

/// Waits until no resident answers any more.
///
/// # Errors
/// When one still does after it had long enough to end.
pub(super) async fn wait_for_end(profile: &Profile) -> Result<(), Problem> {
    let mut again = Again::default();
    while Client::connect(profile).await.is_ok() {
        again.pause().await?;
    }
    Ok(())
}

/// Waits until the resident that was told to end is gone.
///
/// # Errors
/// When it had long enough.
pub(super) async fn see_off(client: Client) -> Result<(), Problem> {
    tokio::time::timeout(END, client.wait_for_end()).await.map_err(|_| words::leaving())
}

/// Asks a resident. One that ends in between has done nothing, or what can be done again.
pub(super) async fn ask(client: &mut Client, command: Command) -> Result<Answer, Problem> {
    let repeatable = !matches!(command, Command::Toggle { .. });
    match client.ask(command).await {
        Ok(Outcome::Failed(problem)) if problem.kind == ProblemKind::Leaving => Ok(Answer::Leaving),
        Ok(outcome) => Ok(Answer::Came(outcome)),
        Err(DoorError::Broken(_)) if repeatable => Ok(Answer::Leaving),
        Err(error) => Err(cannot_act(&error)),
    }
}

/// The resident, where there is one.
pub(super) async fn resident(profile: &Profile) -> Result<Option<Client>, Problem> {
    match Client::connect(profile).await {
        Ok(client) => Ok(Some(client)),
        Err(DoorError::NobodyHome) => Ok(None),
        Err(error) => Err(cannot_act(&error)),
    }
}

/// Asks the resident for what only a resident does; nothing where there is none.
pub(super) async fn ask_resident(
    profile: &Profile,
    command: Command,
) -> Result<Option<Answer>, Problem> {
    match resident(profile).await? {
        Some(mut client) => ask(&mut client, command).await.map(Some),
        None => Ok(None),
    }
}

/// Looks at the sign-in, the session and what colleagues see.
pub(super) async fn look(profile: &Profile) -> Result<Seen, Problem> {
    let mut again = Again::default();
    loop {
        match find(profile, Purpose::Look).await? {
            Executor::Resident(mut client) => match ask(&mut client, Command::Look).await? {
                Answer::Came(_) => match shown(profile).await {
                    Ok(Some(snapshot)) => return Ok(Seen::Resident(snapshot)),
                    Ok(None) | Err(DoorError::NobodyHome | DoorError::Broken(_)) => {}
                    Err(error) => return Err(cannot_act(&error)),
                },
                Answer::Leaving => {}
            },
            Executor::OneShot(one_shot) => {
                let work = run(one_shot, async |commands, mut snapshots| {
                    snapshots.wait_for(keyring_has_answered).await;
                    // What the service says of a failure is in the snapshot.
                    let _ = commands.outcome(Command::Look).await;
                    snapshots.wait_for(|_| true).await
                });
                return work.await?.map(Seen::Nobody).ok_or_else(words::leaving);
            }
        }
        again.pause().await?;
    }
}

async fn shown(profile: &Profile) -> Result<Option<Snapshot>, DoorError> {
    Client::connect(profile).await?.watch().await?.next().await
}

/// Runs a one-shot to its end.
pub(super) async fn run<T>(
    one_shot: OneShot,
    work: impl AsyncFnOnce(Commands, Snapshots) -> T,
) -> Result<T, Problem> {
    one_shot.run(work).await.map_err(|error| cannot_act(&error))
}

/// Whether a one-shot knows who is signed in, or why it cannot know.
pub(super) fn keyring_has_answered(snapshot: &Snapshot) -> bool {
    snapshot.sign_in != SignInReport::Looking || snapshot.report.problem.is_some()
}

/// What a one-shot has to say that was asked to end.
pub(super) fn broken_off() -> Outcome {
    Outcome::Failed(words::leaving())
}

/// The door, the lock or the state folder is in the way.
pub(super) fn cannot_act(error: &dyn std::fmt::Display) -> Problem {
    crate::words::command::cannot_act(&error.to_string())
}
