//! Owns which keyring Windows has: the Credential Manager.

use std::collections::HashMap;

use super::{Store, VaultError};

/// A credential holds 2,560 bytes at most.
pub(super) const PART: usize = 2_500;

pub(super) fn open() -> Result<Store, VaultError> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// What is said of an entry beside its name: it stays on this machine, where "enterprise" lets it roam with the user.
pub(super) fn modifiers() -> Option<HashMap<&'static str, &'static str>> {
    Some(HashMap::from([("persistence", "local")]))
}

/// The sign-in was never kept elsewhere.
pub(super) fn former() -> Option<Result<Store, VaultError>> {
    None
}

/// This keyring opens with the log-in.
pub(super) async fn is_locked() -> bool {
    false
}
