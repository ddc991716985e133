//! Owns the way to the resident: knocks at its door and starts it when nobody is home. Refuses to outlive it.

use std::env::{self, consts::EXE_SUFFIX};
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use presence_host::{Client, DoorError, Profile, ProfileError, Read, Request, Requests, Response};
use thiserror::Error;
use tokio::time::{sleep, timeout};

use crate::words;

const KNOCKS: u32 = 250;
const PAUSE: Duration = Duration::from_millis(20);

/// What the resident has at hand comes within milliseconds; one that lets a person wait so long is stuck.
const AT_HAND: Duration = Duration::from_secs(5);
/// Every command is answered within a minute.
const DONE: Duration = Duration::from_secs(65);

/// The resident cannot be reached.
#[derive(Debug, Error)]
pub(crate) enum Unreachable {
    /// Nobody knows where its door is.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// Its door does not open, or what comes out of it makes no sense.
    #[error(transparent)]
    Door(#[from] DoorError),
    /// It crashed.
    #[error("{}", words::ended())]
    Ended,
    /// It could not be started.
    #[error("{}", words::cannot_start(&.program.display(), .source))]
    Start {
        /// The program that was tried.
        program: PathBuf,
        /// Why it did not start.
        source: io::Error,
    },
}

/// Asks the resident to be its one window; nothing when another one has come to the front instead.
pub(crate) async fn be_window() -> Result<Option<Requests>, Unreachable> {
    let given = ["XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"];
    let token = given.into_iter().find_map(|name| env::var(name).ok());
    let client = connect_or_start().await?;
    Ok(at_hand(client.be_window(token)).await?)
}

/// The same of a resident that came back, where there is one.
pub(crate) async fn stay_window() -> Option<Requests> {
    let client = Client::connect(&Profile::find().ok()?).await.ok()?;
    at_hand(client.be_window(None)).await.ok()?
}

/// Knocks once, and hands `request` in.
pub(crate) async fn request(request: &Request) -> Result<Response, Unreachable> {
    let limit = match request {
        Request::Read(Read::Config | Read::History { .. }) => AT_HAND,
        Request::Do(_)
        | Request::Configure(_)
        | Request::Read(Read::Doctor)
        | Request::Watch(_)
        | Request::Window { .. } => DONE,
    };
    let profile = Profile::find()?;
    let answer = async { Client::connect(&profile).await?.request(request).await };
    Ok(within(limit, answer).await?)
}

/// Waits for what the resident has at hand.
pub(crate) async fn at_hand<T>(
    answer: impl Future<Output = Result<T, DoorError>>,
) -> Result<T, DoorError> {
    within(AT_HAND, answer).await
}

async fn within<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T, DoorError>>,
) -> Result<T, DoorError> {
    let late = |_| Err(DoorError::Broken(io::ErrorKind::TimedOut.into()));
    timeout(limit, answer).await.unwrap_or_else(late)
}

/// Knocks; when nobody is home, starts the resident and knocks for five seconds.
pub(crate) async fn connect_or_start() -> Result<Client, Unreachable> {
    let profile = Profile::find()?;
    let mut answer = Client::connect(&profile).await;
    if let Err(DoorError::NobodyHome) = answer {
        start()?;
    }
    for _ in 0..KNOCKS {
        let Err(DoorError::NobodyHome) = answer else { break };
        sleep(PAUSE).await;
        answer = Client::connect(&profile).await;
    }
    Ok(answer?)
}

fn start() -> Result<(), Unreachable> {
    let name = format!("presence-tray{EXE_SUFFIX}");
    let program = env::current_exe()
        .map(|window| window.with_file_name(&name))
        .unwrap_or_else(|_| name.into());
    let mut command = Command::new(&program);
    command
        .args(["run", "--hidden"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // The browser that the resident opens would inherit it.
    command.env_remove("GDK_GL");
    detach(&mut command);
    command.spawn().map(drop).map_err(|source| Unreachable::Start { program, source })
}

/// A signal to the window's terminal must not reach the resident.
#[cfg(unix)]
fn detach(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

/// Closing the window's console must not end the resident.
#[cfg(windows)]
fn detach(command: &mut Command) {
    use std::os::windows::process::CommandExt;
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
    const CREATE_NO_WINDOW: u32 = 0x0800_0000;
    command.creation_flags(CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW);
}
