//! Owns which keyring Linux has: the Secret Service.

use std::collections::HashMap;

use super::{Store, VaultError};

/// A Secret Service takes a secret whole.
pub(super) const PART: usize = usize::MAX;

pub(super) fn open() -> Result<Store, VaultError> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

/// What is said of an entry beside its name: nothing, as it stays where it is.
pub(super) fn modifiers() -> Option<HashMap<&'static str, &'static str>> {
    None
}

/// The sign-in was never kept elsewhere.
pub(super) fn former() -> Option<Result<Store, VaultError>> {
    None
}

/// Whether the default collection is locked (Secret Service API, property `Locked`), without a prompt.
pub(super) async fn is_locked() -> bool {
    let locked = async {
        let connection = zbus::Connection::session().await?;
        let (service, path) =
            ("org.freedesktop.secrets", "/org/freedesktop/secrets/aliases/default");
        let collection = "org.freedesktop.Secret.Collection";
        zbus::Proxy::new(&connection, service, path, collection).await?.get_property("Locked").await
    };
    locked.await.unwrap_or(false)
}
