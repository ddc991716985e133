//! Owns the sign-in in the OS keyring; refuses to block the loop, and to take "unavailable" for "absent".

use std::sync::Arc;
use std::time::Duration;

use keyring_core::api::CredentialStoreApi;
use oauth2::RefreshToken;
use presence_core::{Account, Problem, ProblemKind};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

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
            &format!(
                "Your sign-in is kept in the keyring of this computer, but {self}. The program tries again by itself."
            ),
            "Unlock the keyring, or start its service.",
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

/// The keyring entry of one registration, tenant and cloud.
#[derive(Clone)]
pub(crate) struct Vault {
    service: String,
    user: String,
    turn: Arc<Mutex<()>>,
}

impl Vault {
    pub(crate) fn new(service: &str, identity: &str) -> Vault {
        Vault { service: service.to_owned(), user: identity.to_owned(), turn: Arc::default() }
    }

    /// Reads the entry. `late` is called with what came after the time limit, if anything does.
    pub(crate) async fn load(
        &self,
        late: impl FnOnce(Kept) + Send + 'static,
    ) -> Result<Option<Kept>, VaultError> {
        let late = |outcome: Result<Option<Kept>, VaultError>| {
            if let Ok(Some(kept)) = outcome {
                late(kept);
            }
        };
        self.in_turn(|store, service, user| read(&store, &service, &user), late).await
    }

    /// Replaces the entry.
    pub(crate) async fn store(&self, kept: &Kept) -> Result<(), VaultError> {
        let bytes = serde_json::to_vec(kept).map_err(|_| VaultError::Unreadable)?;
        self.in_turn(
            move |store, service, user| parts::write(&store, &service, &user, &bytes, os::PART),
            |_| {},
        )
        .await
    }

    /// Removes the entry.
    pub(crate) async fn forget(&self) -> Result<(), VaultError> {
        self.in_turn(|store, service, user| parts::delete(&store, &service, &user), |_| {}).await
    }

    /// Runs `job` on a thread that may block, one after the other, in the order of the calls.
    async fn in_turn<T: Send + 'static>(
        &self,
        job: impl FnOnce(Store, String, String) -> Result<T, VaultError> + Send + 'static,
        late: impl FnOnce(Result<T, VaultError>) + Send + 'static,
    ) -> Result<T, VaultError> {
        let turn = tokio::time::timeout(LIMIT, self.turn.clone().lock_owned()).await;
        let turn = turn.map_err(|_| VaultError::Slow)?;
        let (service, user) = (self.service.clone(), self.user.clone());
        // The store is opened anew each time: one that failed while the desktop was starting is not kept.
        let mut running = spawn_blocking(move || job(os::open()?, service, user));
        match tokio::time::timeout(LIMIT, &mut running).await {
            Ok(outcome) => outcome.unwrap_or(Err(VaultError::Died)),
            Err(_) => {
                tokio::spawn(async move {
                    let outcome = running.await.unwrap_or(Err(VaultError::Died));
                    drop(turn);
                    late(outcome);
                });
                Err(VaultError::Slow)
            }
        }
    }
}

fn read(store: &Store, service: &str, user: &str) -> Result<Option<Kept>, VaultError> {
    let Some(bytes) = parts::read(store, service, user)? else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|_| VaultError::Unreadable)
}
