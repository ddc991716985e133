//! Owns the sign-in in the OS keyring; refuses to block the loop, and to take "unavailable" for "absent".

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use keyring_core::Entry;
use keyring_core::api::CredentialStoreApi;
use presence_core::{Problem, t, words};
use presence_wire::text;
use presence_wire::vault::{self, Entries, Kept, Unreadable};
use thiserror::Error;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task::{JoinHandle, spawn_blocking};

#[cfg_attr(target_os = "linux", path = "vault/linux.rs")]
#[cfg_attr(windows, path = "vault/windows.rs")]
#[cfg_attr(target_os = "macos", path = "vault/macos.rs")]
mod os;

/// How long the keyring may take before the program goes on without it; a locked one waits for its person.
const LIMIT: Duration = Duration::from_secs(8);

type Store = Arc<dyn CredentialStoreApi + Send + Sync>;

/// Why the keyring did not do as asked.
#[derive(Debug, Error)]
pub(crate) enum VaultError {
    #[error("{}", t!("the keyring did not respond in time; it may be locked"))]
    Slow,
    #[error("{}", t!("the keyring reported an error ({why})", why = .0))]
    Keyring(String),
    #[error("{}", t!("there are {count} entries for it, where only one can be", count = .0))]
    Ambiguous(usize),
    #[error("{}", t!("the entry in the keyring cannot be read"))]
    Unreadable,
    #[error("{}", t!("the thread for the keyring ended"))]
    Died,
}

impl VaultError {
    /// For a person, when the sign-in could not be loaded.
    pub(crate) fn unavailable(&self) -> Problem {
        let why = self.to_string();
        match self {
            VaultError::Ambiguous(_) | VaultError::Unreadable => words::sign_in_unreadable(&why),
            VaultError::Slow | VaultError::Keyring(_) | VaultError::Died => {
                words::keyring_unavailable(&why)
            }
        }
    }

    /// The same from a program that stays.
    pub(crate) fn unavailable_for_now(&self) -> Problem {
        words::keeps_trying(self.unavailable())
    }

    /// For a person, when the sign-in could not be deleted.
    pub(crate) fn not_forgotten(&self) -> Problem {
        words::not_forgotten(&self.to_string())
    }

    /// For a person, when the sign-in could not be stored.
    pub(crate) fn not_remembered(&self) -> Problem {
        words::not_remembered(&self.to_string())
    }
}

/// The keyring of one profile. Its entries change one after the other, also those of an identity that comes back.
pub(crate) struct Vaults {
    service: String,
    turn: Arc<Mutex<()>>,
    /// Whether a load still waits for its person.
    stuck: Arc<AtomicBool>,
}

impl Vaults {
    pub(crate) fn new(service: &str) -> Vaults {
        Vaults { service: service.to_owned(), turn: Arc::default(), stuck: Arc::default() }
    }

    /// The entry of `identity`.
    pub(crate) fn of(&self, identity: &str) -> Vault {
        Vault {
            service: self.service.clone(),
            user: identity.to_owned(),
            turn: self.turn.clone(),
            stuck: self.stuck.clone(),
        }
    }
}

/// The keyring entry of one registration, tenant and cloud.
pub(crate) struct Vault {
    service: String,
    user: String,
    turn: Arc<Mutex<()>>,
    stuck: Arc<AtomicBool>,
}

impl Vault {
    /// Reads the entry. `late` is called with what came after the time limit, if anything does.
    pub(crate) async fn load(
        &self,
        late: impl FnOnce(Kept) + Send + 'static,
    ) -> Result<Option<Kept>, VaultError> {
        // One prompt is enough; but a keyring unlocked elsewhere is read although the prompt still stands.
        if self.stuck.load(Ordering::Relaxed) && os::is_locked().await {
            return Err(VaultError::Slow);
        }
        let turn = self.turn().await?;
        let mut running = self.begin(|keyring, user| read(&keyring, &user));
        if let Ok(outcome) = tokio::time::timeout(LIMIT, &mut running).await {
            return outcome.unwrap_or(Err(VaultError::Died));
        }
        drop(turn);
        self.stuck.store(true, Ordering::Relaxed);
        let stuck = self.stuck.clone();
        tokio::spawn(async move {
            let outcome = running.await;
            stuck.store(false, Ordering::Relaxed);
            if let Ok(Ok(Some(kept))) = outcome {
                late(kept);
            }
        });
        Err(VaultError::Slow)
    }

    /// Replaces the entry.
    pub(crate) async fn store(&self, kept: Kept) -> Result<(), VaultError> {
        self.change(move |mut keyring, user| {
            keyring.with_one(&user, |keyring| vault::store(keyring, &user, &kept, os::PART))?;
            if let Err(error) = forget_former(keyring.service, &user) {
                tracing::warn!(%error, "an older sign-in is still in another keyring");
            }
            Ok(())
        })
        .await
    }

    /// Removes the entry.
    pub(crate) async fn forget(&self) -> Result<(), VaultError> {
        self.change(|mut keyring, user| {
            keyring.with_one(&user, |keyring| vault::delete(keyring, &user))?;
            forget_former(keyring.service, &user)
        })
        .await
    }

    /// Changes the entry. One that is late keeps its turn, so that no older change lands after a newer one.
    async fn change(
        &self,
        job: impl FnOnce(Keyring, String) -> Result<(), VaultError> + Send + 'static,
    ) -> Result<(), VaultError> {
        let turn = self.turn().await?;
        let mut running = self.begin(job);
        if let Ok(outcome) = tokio::time::timeout(LIMIT, &mut running).await {
            return outcome.unwrap_or(Err(VaultError::Died));
        }
        tokio::spawn(async move {
            let _ = running.await;
            drop(turn);
        });
        Err(VaultError::Slow)
    }

    async fn turn(&self) -> Result<OwnedMutexGuard<()>, VaultError> {
        tokio::time::timeout(LIMIT, self.turn.clone().lock_owned())
            .await
            .map_err(|_| VaultError::Slow)
    }

    /// Runs `job` on a thread that may block. The store is opened anew each time: one that failed while the
    /// desktop was starting is not kept.
    fn begin<T: Send + 'static>(
        &self,
        job: impl FnOnce(Keyring, String) -> Result<T, VaultError> + Send + 'static,
    ) -> JoinHandle<Result<T, VaultError>> {
        let (service, user) = (self.service.clone(), self.user.clone());
        spawn_blocking(move || job(Keyring { store: os::open()?, service }, user))
    }
}

fn read(keyring: &Keyring, user: &str) -> Result<Option<Kept>, VaultError> {
    if let Some(kept) = vault::load(keyring, user)? {
        return Ok(Some(kept));
    }
    let Some(former) = os::former() else { return Ok(None) };
    vault::load(&Keyring { store: former?, service: keyring.service.clone() }, user)
}

fn forget_former(service: String, user: &str) -> Result<(), VaultError> {
    let Some(former) = os::former() else { return Ok(()) };
    vault::delete(&mut Keyring { store: former?, service }, user)
}

/// The entries of one service in a store.
struct Keyring {
    store: Store,
    service: String,
}

impl Keyring {
    fn entry(&self, user: &str) -> Result<Entry, VaultError> {
        Ok(self.store.build(&self.service, user, os::modifiers().as_ref())?)
    }

    /// Lets `act` change the entry of `user`, where only one is left of several.
    fn with_one(
        &mut self,
        user: &str,
        act: impl Fn(&mut Keyring) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        let done = act(self);
        let Err(VaultError::Ambiguous(count)) = done else { return done };
        tracing::warn!(count, "all but one of the entries for the sign-in are deleted");
        if let Err(keyring_core::Error::Ambiguous(entries)) = self.entry(user)?.get_secret() {
            for entry in entries.iter().skip(1) {
                entry.delete_credential()?;
            }
        }
        act(self)
    }
}

impl Entries for Keyring {
    type Error = VaultError;

    fn get(&self, user: &str) -> Result<Option<Vec<u8>>, VaultError> {
        match self.entry(user)?.get_secret() {
            Ok(secret) => Ok(Some(secret)),
            Err(keyring_core::Error::NoEntry) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn set(&mut self, user: &str, secret: &[u8]) -> Result<(), VaultError> {
        Ok(self.entry(user)?.set_secret(secret)?)
    }

    fn delete(&mut self, user: &str) -> Result<(), VaultError> {
        match self.entry(user)?.delete_credential() {
            Ok(()) | Err(keyring_core::Error::NoEntry) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl From<keyring_core::Error> for VaultError {
    /// Nothing of `error` is kept: an entry in it has a connection, which ends only on a thread that may block.
    fn from(error: keyring_core::Error) -> VaultError {
        if let keyring_core::Error::Ambiguous(entries) = error {
            return VaultError::Ambiguous(entries.len());
        }
        VaultError::Keyring(text(&error.to_string()))
    }
}

impl From<Unreadable> for VaultError {
    fn from(_: Unreadable) -> VaultError {
        VaultError::Unreadable
    }
}
