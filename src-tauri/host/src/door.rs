//! Owns the local socket: the single-instance lock, and one JSON object a line for the command line and
//! the window. Refuses tokens: commands go in, outcomes and views come out.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use presence_core::{Command, Outcome};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::{RwLock, oneshot, watch};

use crate::{Commands, Profile, Snapshot};

#[cfg_attr(unix, path = "door/unix.rs")]
#[cfg_attr(windows, path = "door/windows.rs")]
mod os;

pub(crate) use os::Door;

/// The longest line either side takes, bytes.
const LINE: u64 = 64 * 1024;

/// Something is wrong with the door.
#[derive(Debug, Error)]
pub enum DoorError {
    /// Nobody opens.
    #[error("Presence Tray is not running")]
    NobodyHome,
    /// Another resident holds the lock.
    #[error("Presence Tray is already running")]
    Taken,
    /// The folder for the door cannot be used.
    #[error("cannot use {path}: {source}")]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The path of the door is longer than the system takes.
    #[error(
        "the path {0} is too long for a local socket; set PRESENCE_TRAY_CONFIG_DIR to a shorter one"
    )]
    TooLong(PathBuf),
    /// The door's name is another program's.
    #[error("another program has taken the name {0}; close that program, or log out and in again")]
    Squatted(String),
    /// A line is longer than either side takes.
    #[error("the message is too long for one line")]
    LongLine,
    /// The connection broke.
    #[error("the running Presence Tray did not respond: {0}")]
    Broken(#[from] io::Error),
    /// The other side speaks otherwise.
    #[error("the running Presence Tray is a different version ({0}); quit it and start it again")]
    Language(String),
}

/// What comes in at the door.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Ask {
    /// Do this, and say how it ended.
    Do(Command),
    /// Stream what faces show, from now on.
    Watch(bool),
}

/// What the door answers to `do`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Response {
    Outcome(Outcome),
    Misunderstood(String),
}

/// What a connection needs of the resident.
#[derive(Clone)]
pub(crate) struct ServerContext {
    pub(crate) commands: Commands,
    pub(crate) snapshots: watch::Receiver<Option<Snapshot>>,
    /// Held, for reading, by each visitor who is owed an answer.
    pub(crate) owed: Arc<RwLock<()>>,
}

/// Serves one connection until the other side leaves.
async fn serve(
    stream: impl AsyncRead + AsyncWrite,
    mut context: ServerContext,
) -> Result<(), DoorError> {
    let (read, mut write) = tokio::io::split(stream);
    let mut lines = BufReader::new(read);
    loop {
        let line = match read_line(&mut lines).await {
            Ok(Some(line)) => line,
            Ok(None) => return Ok(()),
            Err(error) => {
                // Who still listens is told why; the rest of the line is nothing to go on with.
                let _ = write_line(&mut write, &Response::Misunderstood(error.to_string())).await;
                return Err(error);
            }
        };
        match serde_json::from_str(&line) {
            Ok(Ask::Do(command)) => {
                let _owed = context.owed.clone().read_owned().await;
                let (reply, outcome) = oneshot::channel();
                context.commands.ask(command, reply);
                let Ok(outcome) = outcome.await else { return Ok(()) };
                write_line(&mut write, &Response::Outcome(outcome)).await?;
            }
            Ok(Ask::Watch(_)) => return stream_views(lines, write, &mut context.snapshots).await,
            Err(error) => {
                write_line(&mut write, &Response::Misunderstood(error.to_string())).await?
            }
        }
    }
}

async fn stream_views(
    mut read: impl AsyncRead + Unpin,
    mut write: impl AsyncWrite + Unpin,
    snapshots: &mut watch::Receiver<Option<Snapshot>>,
) -> Result<(), DoorError> {
    snapshots.mark_changed();
    let mut rest = [0u8; 64];
    loop {
        tokio::select! {
            changed = snapshots.changed() => {
                if changed.is_err() {
                    return Ok(());
                }
                let snapshot = snapshots.borrow_and_update().clone();
                if let Some(snapshot) = snapshot {
                    write_line(&mut write, &snapshot).await?;
                }
            }
            count = read.read(&mut rest) => {
                if count? == 0 {
                    return Ok(());
                }
            }
        }
    }
}

async fn read_line(
    lines: &mut (impl AsyncBufReadExt + Unpin),
) -> Result<Option<String>, DoorError> {
    let mut line = String::new();
    let count = lines.take(LINE).read_line(&mut line).await?;
    if count as u64 == LINE && !line.ends_with('\n') {
        return Err(DoorError::LongLine);
    }
    Ok((count > 0).then_some(line))
}

async fn write_line(
    write: &mut (impl AsyncWrite + Unpin),
    value: &impl Serialize,
) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    write.write_all(&line).await?;
    write.flush().await
}

/// A face in another process: the command line, the window.
pub struct Client {
    read: BufReader<tokio::io::ReadHalf<os::Stream>>,
    write: tokio::io::WriteHalf<os::Stream>,
    resident: Option<u32>,
}

impl Client {
    /// Knocks at the door of `profile`.
    ///
    /// # Errors
    /// [`DoorError::NobodyHome`] when no resident runs there.
    pub async fn connect(profile: &Profile) -> Result<Client, DoorError> {
        let stream = os::connect(profile).await?;
        let resident = os::other_side(&stream);
        let (read, write) = tokio::io::split(stream);
        Ok(Client { read: BufReader::new(read), write, resident })
    }

    /// The process id of the resident, where the system says it of a local socket.
    pub fn resident(&self) -> Option<u32> {
        self.resident
    }

    /// Asks for `command` and waits for its outcome.
    ///
    /// # Errors
    /// When the connection breaks or the resident is of another version.
    pub async fn ask(&mut self, command: Command) -> Result<Outcome, DoorError> {
        write_line(&mut self.write, &Ask::Do(command)).await?;
        match next(&mut self.read).await? {
            Some(Response::Outcome(outcome)) => Ok(outcome),
            Some(Response::Misunderstood(why)) => Err(DoorError::Language(why)),
            None => Err(DoorError::Broken(io::ErrorKind::UnexpectedEof.into())),
        }
    }

    /// Waits until the resident is gone, and with it its door, its lock and what it had of the desktop.
    pub async fn wait_for_end(mut self) {
        while let Ok(Some(_)) = read_line(&mut self.read).await {}
    }

    /// Streams what faces show: at once, then at every change.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn watch(mut self) -> Result<Watch, DoorError> {
        write_line(&mut self.write, &Ask::Watch(true)).await?;
        Ok(Watch { client: self })
    }
}

/// A stream of what faces show.
pub struct Watch {
    client: Client,
}

impl Watch {
    /// The next one; `None` when the resident ended.
    ///
    /// # Errors
    /// When the connection breaks or the resident is of another version.
    pub async fn next(&mut self) -> Result<Option<Snapshot>, DoorError> {
        next(&mut self.client.read).await
    }
}

async fn next<T: for<'a> Deserialize<'a>>(
    read: &mut BufReader<tokio::io::ReadHalf<os::Stream>>,
) -> Result<Option<T>, DoorError> {
    let Some(line) = read_line(read).await? else { return Ok(None) };
    serde_json::from_str(&line).map(Some).map_err(|error| DoorError::Language(error.to_string()))
}
