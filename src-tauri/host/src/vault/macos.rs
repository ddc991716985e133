//! Owns which keyring macOS has: the login Keychain, or the one that is shared by an access group. Refuses to leave
//! behind what an older build kept in the other.

use std::collections::HashMap;

use apple_native_keyring_store::{keychain, protected};

use super::{Store, VaultError};

/// The Keychain takes a secret whole.
pub(super) const PART: usize = usize::MAX;

/// The access group ("Sharing access to keychain items among a collection of apps"). Only a program that is signed
/// with it among its entitlements may name one, so it is chosen by who builds to sign.
const GROUP: Option<&str> = option_env!("PRESENCE_TRAY_KEYCHAIN_ACCESS_GROUP");

pub(super) fn open() -> Result<Store, VaultError> {
    let Some(group) = GROUP else { return login() };
    Ok(protected::Store::new_with_configuration(&HashMap::from([("access-group", group)]))?)
}

/// What is said of an entry beside its name: nothing, as it stays where it is.
pub(super) fn modifiers() -> Option<HashMap<&'static str, &'static str>> {
    None
}

/// Where a build without an access group has kept the sign-in.
pub(super) fn former() -> Option<Result<Store, VaultError>> {
    GROUP.map(|_| login())
}

fn login() -> Result<Store, VaultError> {
    Ok(keychain::Store::new()?)
}

/// This keyring opens with the log-in.
pub(super) async fn is_locked() -> bool {
    false
}
