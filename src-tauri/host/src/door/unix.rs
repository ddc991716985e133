//! Owns the door as a Unix socket beside a locked file; refuses other users.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

use super::{DoorError, House, serve};
use crate::Place;

pub(super) type Stream = UnixStream;

/// The longest path of a Unix socket that every Unix takes, bytes.
const LONGEST: usize = 103;

/// The open door. The lock ends with it, whatever ends it.
pub(crate) struct Door {
    listener: UnixListener,
    socket: PathBuf,
    _lock: File,
}

impl Door {
    /// Takes the lock of `place` and opens its door.
    pub(crate) fn open(place: &Place) -> Result<Door, DoorError> {
        let folder = |path: &Path| {
            let path = path.to_owned();
            move |source| DoorError::Folder { path, source }
        };
        private_folder(&place.state).map_err(folder(&place.state))?;
        private_folder(&place.runtime).map_err(folder(&place.runtime))?;
        let lock = take_lock(&place.state.join("lock"))?;
        let socket = path(place)?;
        match fs::remove_file(&socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(folder(&socket)(error));
            }
            Ok(()) | Err(_) => {}
        }
        let listener = UnixListener::bind(&socket).map_err(folder(&socket))?;
        fs::set_permissions(&socket, Permissions::from_mode(0o600)).map_err(folder(&socket))?;
        Ok(Door { listener, socket, _lock: lock })
    }

    /// Lets visitors in, for ever.
    pub(crate) async fn receive(&self, house: House) {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let house = house.clone();
                    tokio::spawn(async move {
                        if let Err(error) = serve(stream, house).await {
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
    }
}

fn path(place: &Place) -> Result<PathBuf, DoorError> {
    let socket = place.runtime.join("door");
    if socket.as_os_str().len() > LONGEST {
        return Err(DoorError::TooLong(socket));
    }
    Ok(socket)
}

fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn take_lock(path: &Path) -> Result<File, DoorError> {
    let wrong = |source| DoorError::Folder { path: path.to_owned(), source };
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(wrong)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(DoorError::Taken),
        Err(TryLockError::Error(source)) => Err(wrong(source)),
    }
}

pub(super) async fn connect(place: &Place) -> Result<Stream, DoorError> {
    match UnixStream::connect(path(place)?).await {
        Ok(stream) => Ok(stream),
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
                Err(DoorError::NobodyHome)
            }
            _ => Err(DoorError::Broken(error)),
        },
    }
}
