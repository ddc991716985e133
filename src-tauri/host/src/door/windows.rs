//! Owns the door as a named pipe of this user; refuses remote clients.

use std::io;

use tokio::net::windows::named_pipe::{
    ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions,
};

use super::{DoorError, ServerContext, serve};
use crate::Profile;
use crate::lock::Lock;

pub(super) type Stream = NamedPipeClient;

/// ERROR_PIPE_BUSY: every instance is taken just now.
const PIPE_BUSY: i32 = 231;

/// The open door.
pub(crate) struct Door {
    name: String,
    first: std::sync::Mutex<Option<NamedPipeServer>>,
}

impl Door {
    /// Opens the door of `profile`, whose lock is held: a pipe of this name belongs to somebody else.
    pub(crate) fn open(profile: &Profile) -> Result<Door, DoorError> {
        let name = name(profile);
        match ServerOptions::new()
            .first_pipe_instance(true)
            .reject_remote_clients(true)
            .create(&name)
        {
            Ok(first) => {
                tracing::debug!(%name, "the door is open");
                Ok(Door { name, first: std::sync::Mutex::new(Some(first)) })
            }
            Err(error) if is_taken(&error) => Err(DoorError::Squatted(name)),
            Err(source) => Err(DoorError::Folder { path: name.into(), source }),
        }
    }

    /// Lets visitors in, for ever.
    pub(crate) async fn receive(&self, context: ServerContext) {
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
            let context = context.clone();
            tokio::spawn(async move {
                if let Err(error) = serve(pipe, context).await {
                    tracing::debug!(%error, "a visitor left");
                }
            });
        }
    }

    fn next(&self) -> io::Result<NamedPipeServer> {
        ServerOptions::new().reject_remote_clients(true).create(&self.name)
    }
}

fn is_taken(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied || error.raw_os_error() == Some(PIPE_BUSY)
}

/// The same for every version of this program: a newer one talks to the one that runs.
fn name(profile: &Profile) -> String {
    // Windows does not tell letters of a path by their case.
    let folder = profile.runtime.to_string_lossy().to_lowercase();
    format!(r"\\.\pipe\presence-tray-{:016x}", fnv(folder.as_bytes()))
}

/// FNV-1a, 64 bits: the standard library's hashes may change with its version.
fn fnv(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

/// Nobody asks here.
pub(super) fn other_side(_: &Stream) -> Option<u32> {
    None
}

pub(super) async fn connect(profile: &Profile) -> Result<Stream, DoorError> {
    let name = name(profile);
    for _ in 0..20 {
        match ClientOptions::new().open(&name) {
            Ok(stream) => return resident_at(profile, name).map(|()| stream),
            Err(error) if error.raw_os_error() == Some(PIPE_BUSY) => {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(DoorError::NobodyHome);
            }
            Err(error) => return Err(DoorError::Broken(error)),
        }
    }
    resident_at(profile, name)?;
    Err(DoorError::Broken(io::ErrorKind::TimedOut.into()))
}

/// A resident holds the lock; who has the pipe without it would never answer.
fn resident_at(profile: &Profile, name: String) -> Result<(), DoorError> {
    match Lock::take(profile) {
        Ok(_lock) => Err(DoorError::Squatted(name)),
        Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_version_knocks_at_the_same_door() {
        let door = |folder: &str| name(&Profile::under(Path::new(folder)).unwrap());
        assert_eq!(fnv(b"foobar"), 0x8594_4171_f739_67e8);
        assert_eq!(door(r"C:\Ada"), door(r"c:\ADA"));
        assert_ne!(door(r"C:\Ada"), door(r"C:\Bob"));
    }
}
