//! Owns the door as a named pipe of this user, under a name that nobody can know beforehand; refuses other users and
//! remote clients.

use std::fs;
use std::io;
use std::path::PathBuf;

use tokio::net::windows::named_pipe::{
    ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions,
};

use super::{DoorError, ServerContext, serve};
use crate::Profile;
use crate::files::{Replaced, replace};
use crate::lock::Lock;
use crate::resident::random;
use crate::user::{Descriptor, User};

pub(super) type Stream = NamedPipeClient;

/// ERROR_PIPE_BUSY: every instance is taken just now.
const PIPE_BUSY: i32 = 231;
/// What the name of each door begins with; the rest is chance.
const PREFIX: &str = r"\\.\pipe\presence-tray-";
/// The characters of that rest.
const CHANCE: usize = 32;

/// The open door.
pub(crate) struct Door {
    name: String,
    only_us: Descriptor,
    first: std::sync::Mutex<Option<NamedPipeServer>>,
    sign: PathBuf,
}

impl Door {
    /// Opens the door of `profile`, whose lock is held: a sign that is there is left by a crash.
    pub(crate) fn open(profile: &Profile) -> Result<Door, DoorError> {
        let pipe = || {
            let name = name().map_err(|error| io::Error::other(error.to_string()))?;
            let only_us = Descriptor::only(&User::of_this_process()?)?;
            let first = instance(ServerOptions::new().first_pipe_instance(true), &name, &only_us)?;
            Ok((name, only_us, first))
        };
        let (name, only_us, first) = pipe().map_err(DoorError::of(PREFIX.as_ref()))?;
        let sign = sign(profile);
        let old = fs::read(&sign).ok();
        match replace(&sign, old.as_deref(), name.as_bytes()) {
            Ok(Replaced::Done) => {}
            Ok(Replaced::Changed) => return Err(DoorError::Taken),
            Err(error) => return Err(DoorError::of(&sign)(error)),
        }
        tracing::debug!(%name, "the door is open");
        Ok(Door { name, only_us, first: std::sync::Mutex::new(Some(first)), sign })
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
        instance(&mut ServerOptions::new(), &self.name, &self.only_us)
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.sign);
    }
}

#[expect(unsafe_code, reason = "tokio takes the attributes as they are")]
fn instance(
    options: &mut ServerOptions,
    name: &str,
    whose: &Descriptor,
) -> io::Result<NamedPipeServer> {
    let mut attributes = whose.attributes();
    let attributes = std::ptr::from_mut(&mut attributes).cast();
    let options = options.reject_remote_clients(true);
    // SAFETY: the attributes and their descriptor live until the call is over.
    unsafe { options.create_with_security_attributes_raw(name, attributes) }
}

/// A new one for each resident: a program that was there before it, of whichever user, cannot have taken it.
fn name() -> Result<String, rustls::Error> {
    let chance: [u8; CHANCE / 2] = random()?;
    Ok(format!("{PREFIX}{:032x}", u128::from_be_bytes(chance)))
}

/// Says which name the door has; the same file in every version, as a newer one talks to the one that runs.
fn sign(profile: &Profile) -> PathBuf {
    profile.state.join("door")
}

/// What the sign says, if it is whole.
fn signed(profile: &Profile) -> Option<String> {
    let name = fs::read_to_string(sign(profile)).ok()?;
    let chance = name.strip_prefix(PREFIX)?;
    let is_whole = chance.len() == CHANCE && chance.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_whole.then_some(name)
}

/// Nobody asks here.
pub(super) fn other_side(_: &Stream) -> Option<u32> {
    None
}

pub(super) async fn connect(profile: &Profile) -> Result<Stream, DoorError> {
    let name = signed(profile).ok_or(DoorError::NobodyHome)?;
    for _ in 0..20 {
        match ClientOptions::new().open(&name) {
            Ok(stream) if is_ours(&stream) && has_resident(profile) => return Ok(stream),
            Ok(_) => return Err(DoorError::NobodyHome),
            Err(error) if error.raw_os_error() == Some(PIPE_BUSY) => {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            #[expect(
                clippy::wildcard_enum_match_arm,
                reason = "every other kind is one thing here"
            )]
            Err(error) => match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied => {
                    return Err(DoorError::NobodyHome);
                }
                _ => return Err(DoorError::Broken(error)),
            },
        }
    }
    if !has_resident(profile) {
        return Err(DoorError::NobodyHome);
    }
    Err(DoorError::Broken(io::ErrorKind::TimedOut.into()))
}

/// After a crash, anybody may have taken the name that the sign still says.
fn is_ours(stream: &Stream) -> bool {
    match (User::of_pipe(stream), User::of_this_process()) {
        (Ok(owner), Ok(we)) => owner == we,
        (Err(_), _) | (_, Err(_)) => false,
    }
}

/// A resident holds the lock; who has the pipe without it would never answer.
fn has_resident(profile: &Profile) -> bool {
    Lock::take(profile).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::write_atomically;

    const SYSTEM: &str = "S-1-5-18";

    #[tokio::test]
    async fn only_a_whole_sign_at_a_pipe_of_this_user_leads_to_the_door() {
        let folder =
            std::env::temp_dir().join(format!("presence-tray-door-{}", std::process::id()));
        let profile = Profile::under(&folder).unwrap();
        let lock = Lock::take(&profile).unwrap();
        let door = Door::open(&profile).unwrap();
        let name = signed(&profile).unwrap();
        let theirs = format!("{PREFIX}{:032x}", 7);
        let descriptor = Descriptor::only(&User(SYSTEM.to_owned())).unwrap();
        let theirs_too = instance(&mut ServerOptions::new(), &theirs, &descriptor).unwrap();
        let leads = async |sign: &str| {
            write_atomically(&super::sign(&profile), sign.as_bytes()).unwrap();
            connect(&profile).await
        };

        assert!(leads(&name).await.is_ok());
        for sign in
            ["", &name[..name.len() - 1], r"\\.\pipe\another", &format!("{name}\n"), &theirs]
        {
            assert!(matches!(leads(sign).await, Err(DoorError::NobodyHome)), "{sign:?}");
        }

        drop((door, theirs_too));
        assert!(signed(&profile).is_none(), "the sign goes with the door");
        drop(lock);
        fs::remove_dir_all(&folder).unwrap();
    }
}
