//! Owns the door as a Unix socket; refuses other users.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use tokio::net::{UnixListener, UnixStream};

use super::{DoorError, ServerContext, serve};
use crate::Profile;
use crate::files::{own_folder, write_atomically};

pub(super) type Stream = UnixStream;

/// The longest path of a Unix socket that every Unix takes, bytes.
const LONGEST: usize = 103;

/// The open door.
pub(crate) struct Door {
    listener: UnixListener,
    socket: PathBuf,
    sign: PathBuf,
}

impl Door {
    /// Opens the door of `profile`, whose lock is held: what is left there is left by a crash.
    pub(crate) fn open(profile: &Profile) -> Result<Door, DoorError> {
        own_folder(&profile.runtime).map_err(DoorError::of(&profile.runtime))?;
        let socket = path(profile)?;
        match fs::remove_file(&socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(DoorError::of(&socket)(error));
            }
            Ok(()) | Err(_) => {}
        }
        let listener = UnixListener::bind(&socket).map_err(DoorError::of(&socket))?;
        fs::set_permissions(&socket, Permissions::from_mode(0o600))
            .map_err(DoorError::of(&socket))?;
        let sign = sign(profile);
        if let Err(error) = write_atomically(&sign, socket.as_os_str().as_bytes()) {
            tracing::warn!(%error, "who has another runtime folder will not find the door");
        }
        Ok(Door { listener, socket, sign })
    }

    /// Lets visitors in, for ever.
    pub(crate) async fn receive(&self, context: ServerContext) {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let context = context.clone();
                    tokio::spawn(async move {
                        if let Err(error) = serve(stream, context).await {
                            tracing::debug!(%error, "a visitor left");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "the door is stuck");
                    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                }
            }
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.socket);
        let _ = fs::remove_file(&self.sign);
    }
}

fn path(profile: &Profile) -> Result<PathBuf, DoorError> {
    let socket = profile.runtime.join("door");
    if socket.as_os_str().len() > LONGEST {
        return Err(DoorError::TooLong(socket));
    }
    Ok(socket)
}

/// Says where the door is: cron and `su` know the state folder, but no or another runtime folder.
fn sign(profile: &Profile) -> PathBuf {
    profile.state.join("door")
}

/// Which process has the other end.
pub(super) fn other_side(stream: &Stream) -> Option<u32> {
    u32::try_from(stream.peer_cred().ok()?.pid()?).ok()
}

pub(super) async fn connect(profile: &Profile) -> Result<Stream, DoorError> {
    let here = path(profile)?;
    let error = match UnixStream::connect(&here).await {
        Ok(stream) => return Ok(stream),
        Err(error) => error,
    };
    if let Ok(there) = fs::read(sign(profile)).map(|bytes| PathBuf::from(OsStr::from_bytes(&bytes)))
        && there != here
        && let Ok(stream) = UnixStream::connect(&there).await
    {
        return Ok(stream);
    }
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other kind is one thing here")]
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => Err(DoorError::NobodyHome),
        _ => Err(DoorError::Broken(error)),
    }
}
