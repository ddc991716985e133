//! Owns the lock that lets only one process act for a profile, resident or one-shot; refuses to wait for it.

use std::fs::{File, TryLockError};

use crate::files::{open_to_lock, own_folder};
use crate::{DoorError, Profile};

/// The lock of a profile. It ends with the process, whatever ends that.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of `profile`.
    ///
    /// # Errors
    /// [`DoorError::Taken`] when another process has it.
    pub(crate) fn take(profile: &Profile) -> Result<Lock, DoorError> {
        own_folder(&profile.state).map_err(DoorError::of(&profile.state))?;
        let path = profile.state.join("lock");
        let file = open_to_lock(&path).map_err(DoorError::of(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(DoorError::Taken),
            Err(TryLockError::Error(source)) => Err(DoorError::of(&path)(source)),
        }
    }
}
