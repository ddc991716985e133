//! Owns the sign-in in the OS keyring; refuses to block the loop, and to take "unavailable" for "absent".

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use keyring_core::api::CredentialStoreApi;
use oauth2::RefreshToken;
use presence_core::{Account, Problem, ProblemKind};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task::{JoinHandle, spawn_blocking};

#[cfg_attr(target_os = "linux", path = "vault/linux.rs")]
#[cfg_attr(windows, path = "vault/windows.rs")]
#[cfg_attr(target_os = "macos", path = "vault/macos.rs")]
mod os;
mod parts;

/// How long the keyring may take before the program goes on without it; a locked one waits for its person.
const LIMIT: Duration = Duration::from_secs(8);

type Store = Arc<dyn CredentialStoreApi + Send + Sync>;

/// What is kept.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) account: Account,
    pub(crate) refresh_token: RefreshToken,
}

/// Why the keyring did not do as asked.
#[derive(Debug, Error)]
pub(crate) enum VaultError {
    #[error("the keyring did not answer in time; it may be locked")]
    Slow,
    #[error("the keyring refused: {0}")]
    Keyring(#[from] keyring_core::Error),
    #[error("the entry in the keyring cannot be read")]
    Unreadable,
    #[error("the keyring's thread ended")]
    Died,
}

impl VaultError {
    /// For a person, when the sign-in could not be loaded.
    pub(crate) fn unavailable(&self) -> Problem {
        Problem::new(
            ProblemKind::KeyringUnavailable,
            "The keyring is not available",
            &format!("Your sign-in is kept in the keyring of this computer, but {self}."),
            "Unlock the keyring, or start its service.",
        )
    }

    /// The same from a program that stays.
    pub(crate) fn unavailable_for_now(&self) -> Problem {
        let mut problem = self.unavailable();
        problem.detail.push_str(" The program tries again by itself.");
        problem
    }

    /// For a person, when the sign-in could not be deleted.
    pub(crate) fn not_forgotten(&self) -> Problem {
        Problem::new(
            ProblemKind::NotForgotten,
            "Your sign-in is still in the keyring",
            &format!(
                "You are signed out here, but {self}, so it could not be deleted there. The program tries again by itself."
            ),
            "Unlock the keyring, or start its service, and leave the program running until then.",
        )
    }

    /// For a person, when the sign-in could not be stored.
    pub(crate) fn not_remembered(&self) -> Problem {
        Problem::new(
            ProblemKind::NotRemembered,
            "Your sign-in will not be remembered",
            &format!(
                "You are signed in for now, but {self}. The program tries again by itself; until that works, the sign-in ends with it."
            ),
            "Unlock the keyring, or start its service.",
        )
    }
}

/// The keyring of one place. Its entries change one after the other, also those of an identity that comes back.
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
        let mut running = self.begin(|store, service, user| read(&store, &service, &user));
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
    pub(crate) async fn store(&self, kept: &Kept) -> Result<(), VaultError> {
        let bytes = serde_json::to_vec(kept).map_err(|_| VaultError::Unreadable)?;
        self.change(move |store, service, user| {
            parts::write(&store, &service, &user, &bytes, os::PART)?;
            if let Err(error) = forget_former(&service, &user) {
                tracing::warn!(%error, "an older sign-in is still in another keyring");
            }
            Ok(())
        })
        .await
    }

    /// Removes the entry.
    pub(crate) async fn forget(&self) -> Result<(), VaultError> {
        self.change(|store, service, user| {
            parts::delete(&store, &service, &user)?;
            forget_former(&service, &user)
        })
        .await
    }

    /// Changes the entry. One that is late keeps its turn, so that no older change lands after a newer one.
    async fn change(
        &self,
        job: impl FnOnce(Store, String, String) -> Result<(), VaultError> + Send + 'static,
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
        job: impl FnOnce(Store, String, String) -> Result<T, VaultError> + Send + 'static,
    ) -> JoinHandle<Result<T, VaultError>> {
        let (service, user) = (self.service.clone(), self.user.clone());
        spawn_blocking(move || job(os::open()?, service, user))
    }
}

fn read(store: &Store, service: &str, user: &str) -> Result<Option<Kept>, VaultError> {
    let mut bytes = parts::read(store, service, user)?;
    if bytes.is_none()
        && let Some(former) = os::former()
    {
        bytes = parts::read(&former?, service, user)?;
    }
    let Some(bytes) = bytes else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|_| VaultError::Unreadable)
}

fn forget_former(service: &str, user: &str) -> Result<(), VaultError> {
    os::former().map_or(Ok(()), |former| parts::delete(&former?, service, user))
}
