//! Owns the door as a named pipe of this user; refuses remote clients.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;

use tokio::net::windows::named_pipe::{
    ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions,
};

use super::{DoorError, House, serve};
use crate::Place;

pub(super) type Stream = NamedPipeClient;

/// ERROR_PIPE_BUSY: every instance is taken just now.
const PIPE_BUSY: i32 = 231;

/// The open door.
pub(crate) struct Door {
    name: String,
    first: std::sync::Mutex<Option<NamedPipeServer>>,
}

impl Door {
    /// Opens the door of `place`, whose lock is held: a pipe of this name belongs to somebody else.
    pub(crate) fn open(place: &Place) -> Result<Door, DoorError> {
        let name = name(place);
        match ServerOptions::new()
            .first_pipe_instance(true)
            .reject_remote_clients(true)
            .create(&name)
        {
            Ok(first) => Ok(Door { name, first: std::sync::Mutex::new(Some(first)) }),
            Err(source) => Err(DoorError::Folder { path: name.into(), source }),
        }
    }

    /// Lets visitors in, for ever.
    pub(crate) async fn receive(&self, house: House) {
        let mut waiting = self.first.lock().ok().and_then(|mut first| first.take());
        loop {
            let Some(pipe) = waiting.take().or_else(|| self.next().ok()) else {
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                continue;
            };
            let connected = pipe.connect().await;
            // The next instance exists before this one can end: the name is never free.
            waiting = self.next().ok();
            if connected.is_err() {
                continue;
            }
            let house = house.clone();
            tokio::spawn(async move {
                if let Err(error) = serve(pipe, house).await {
                    tracing::debug!(%error, "a visitor left");
                }
            });
        }
    }

    fn next(&self) -> io::Result<NamedPipeServer> {
        ServerOptions::new().reject_remote_clients(true).create(&self.name)
    }
}

fn name(place: &Place) -> String {
    let mut hasher = DefaultHasher::new();
    place.runtime.hash(&mut hasher);
    format!(r"\\.\pipe\presence-tray-{:016x}", hasher.finish())
}

pub(super) async fn connect(place: &Place) -> Result<Stream, DoorError> {
    let name = name(place);
    for _ in 0..20 {
        match ClientOptions::new().open(&name) {
            Ok(stream) => return Ok(stream),
            Err(error) if error.raw_os_error() == Some(PIPE_BUSY) => {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(DoorError::NobodyHome);
            }
            Err(error) => return Err(DoorError::Broken(error)),
        }
    }
    Err(DoorError::Broken(io::ErrorKind::TimedOut.into()))
}
