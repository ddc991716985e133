//! Owns the local socket: the single-instance lock, and one JSON object a line for the command line and
//! the window. Refuses tokens: commands go in, outcomes and views come out.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use presence_core::words::history_unreadable;
use presence_core::{Command, t};
use presence_wire::text;
use serde::Serialize;
use thiserror::Error;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::{RwLock, watch};

use crate::history::Page;
use crate::{Change, Commands, ConfigReport, Profile, Snapshot};

#[cfg_attr(unix, path = "door/unix.rs")]
#[cfg_attr(windows, path = "door/windows.rs")]
mod os;

mod client;
mod place;
mod protocol;

pub use client::{Client, Requests, Watch};
pub(crate) use os::Door;
pub use place::{Starting, WindowPlace};
pub use protocol::{Read, Request, Response, Turn};

/// The longest line either side takes, bytes.
const LINE: u64 = 64 * 1024;

/// Something is wrong with the door.
#[derive(Debug, Error)]
pub enum DoorError {
    /// Nobody opens.
    #[error("{}", t!("Presence Tray is not running"))]
    NobodyHome,
    /// Another resident holds the lock.
    #[error("{}", t!("Presence Tray is already running"))]
    Taken,
    /// The folder for the door cannot be used.
    #[error("{}", t!("cannot use {path}: {why}", path = .path.display(), why = .source))]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The path of the door is longer than the system takes.
    #[error("{}", t!(
        "the path {path} is too long for a local socket; set PRESENCE_TRAY_CONFIG_DIR to a shorter one",
        path = .0.display()
    ))]
    TooLong(PathBuf),
    /// A line is longer than either side takes.
    #[error("{}", t!("the message is too long for one line"))]
    LongLine,
    /// The connection broke.
    #[error("{}", t!("the running Presence Tray did not respond: {why}", why = .0))]
    Broken(#[from] io::Error),
    /// The other side speaks otherwise.
    #[error("{}", t!(
        "the running Presence Tray is a different version ({why}); quit it and start it again",
        why = .0
    ))]
    Language(String),
}

impl DoorError {
    /// What is wrong with the folder or file at `path`.
    pub(crate) fn of(path: &Path) -> impl FnOnce(io::Error) -> DoorError {
        let path = path.to_owned();
        move |source| DoorError::Folder { path, source }
    }
}

/// What a connection needs of the resident.
#[derive(Clone)]
pub(crate) struct ServerContext {
    pub(crate) profile: Profile,
    pub(crate) commands: Commands,
    pub(crate) snapshots: watch::Receiver<Option<Snapshot>>,
    pub(crate) window: WindowPlace,
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
        let request = match serde_json::from_str(&line) {
            Ok(Request::Watch(_)) => {
                return stream_views(lines, write, &mut context.snapshots).await;
            }
            Ok(Request::Window { token }) => {
                return place::serve(lines, write, &context, token).await;
            }
            Ok(request) => request,
            Err(error) => {
                // The line is quoted, and may be as long as one can be.
                let why = text(&error.to_string());
                write_line(&mut write, &Response::Misunderstood(why)).await?;
                continue;
            }
        };
        let _owed = context.owed.clone().read_owned().await;
        let Some(response) = respond(&context, request).await else { return Ok(()) };
        match write_line(&mut write, &response).await {
            Err(DoorError::LongLine) => {
                let why = DoorError::LongLine.to_string();
                write_line(&mut write, &Response::Misunderstood(why)).await?;
            }
            written => written?,
        }
    }
}

/// Does what is asked; nothing when the resident ended first.
async fn respond(context: &ServerContext, request: Request) -> Option<Response> {
    match request {
        Request::Do(command) => context.commands.outcome(command).await.map(Response::Outcome),
        Request::Read(Read::Config) => {
            let profile = context.profile.clone();
            // It waits for the disk.
            let reading = tokio::task::spawn_blocking(move || ConfigReport::read(&profile));
            reading.await.ok().map(Response::Config)
        }
        Request::Read(Read::History { since, after }) => history(context, since, after).await,
        Request::Read(Read::Doctor) => context.commands.examine().await.map(Response::Doctor),
        Request::Configure(change) => configure(context, change).await,
        Request::Watch(_) | Request::Window { .. } => None,
    }
}

async fn history(
    context: &ServerContext,
    since: DateTime<Utc>,
    after: Option<usize>,
) -> Option<Response> {
    let profile = context.profile.clone();
    // It waits for the disk.
    let reading = tokio::task::spawn_blocking(move || {
        Page::read(&profile, since, after.unwrap_or(0), Utc::now())
    });
    let page = reading.await.ok()?;
    Some(page.map_or_else(|why| Response::Problem(history_unreadable(&why)), Response::History))
}

/// Changes the configuration and waits until the resident goes by it.
async fn configure(context: &ServerContext, change: Change) -> Option<Response> {
    let profile = context.profile.clone();
    // It waits for the disk.
    let made = tokio::task::spawn_blocking(move || change.make(&profile)).await.ok()?;
    let config = match made {
        Ok(config) => config,
        Err(problem) => return Some(Response::Problem(problem)),
    };
    // A file that is not complete yet is no failure of the change.
    let _ = context.commands.outcome(Command::Reload).await?;
    Some(Response::Config(config))
}

async fn stream_views(
    mut read: impl AsyncRead + Unpin,
    mut write: impl AsyncWrite + Unpin,
    snapshots: &mut watch::Receiver<Option<Snapshot>>,
) -> Result<(), DoorError> {
    snapshots.mark_changed();
    let mut rest = [0u8; 64];
    let mut has_told = false;
    loop {
        tokio::select! {
            changed = snapshots.changed() => {
                if changed.is_err() {
                    return Ok(());
                }
                let snapshot = snapshots.borrow_and_update().clone();
                if snapshot.is_some() || has_told {
                    write_line(&mut write, &snapshot).await?;
                    has_told = true;
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
) -> Result<(), DoorError> {
    let mut line = serde_json::to_vec(value).map_err(io::Error::from)?;
    line.push(b'\n');
    if line.len() as u64 > LINE {
        return Err(DoorError::LongLine);
    }
    write.write_all(&line).await?;
    Ok(write.flush().await?)
}
