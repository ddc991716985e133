//! Owns which keyring macOS has: the login Keychain.

use super::{Store, VaultError};

/// The Keychain takes a secret whole.
pub(super) const PART: usize = usize::MAX;

pub(super) fn open() -> Result<Store, VaultError> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

/// This keyring opens with the log-in.
pub(super) async fn is_locked() -> bool {
    false
}
