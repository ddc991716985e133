//! Owns what the keyring keeps of a sign-in, as bytes; refuses to know which keyring it is.

use oauth2::RefreshToken;
use presence_core::Account;
use serde::{Deserialize, Serialize};

mod parts;

/// What is kept.
#[derive(Debug, Serialize, Deserialize)]
pub struct Kept {
    /// Whose.
    pub account: Account,
    /// The newest refresh token.
    pub refresh_token: RefreshToken,
}

/// An entry that nobody can read: another program's, or torn; or that nobody could read again, as it is far too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// The entries of a keyring, by the name of their user. An error leaves the entry as it was.
pub trait Entries {
    /// Why the keyring did not do as asked.
    type Error: From<Unreadable>;

    /// An entry's secret; `None` when there is no such entry.
    ///
    /// # Errors
    /// When the keyring did not answer.
    fn get(&self, user: &str) -> Result<Option<Vec<u8>>, Self::Error>;

    /// Makes or replaces an entry.
    ///
    /// # Errors
    /// When the keyring did not do it.
    fn set(&mut self, user: &str, secret: &[u8]) -> Result<(), Self::Error>;

    /// Deletes an entry, if there is one.
    ///
    /// # Errors
    /// When the keyring did not do it.
    fn delete(&mut self, user: &str) -> Result<(), Self::Error>;
}

/// Reads what is kept for `user`; `None` when nothing is.
///
/// # Errors
/// When the keyring did not answer, or the entry cannot be read.
pub fn load<E: Entries>(entries: &E, user: &str) -> Result<Option<Kept>, E::Error> {
    let Some(bytes) = parts::read(entries, user)? else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|_| Unreadable.into())
}

/// Replaces what is kept for `user`, in entries of at most `part` bytes each.
///
/// # Errors
/// When the keyring did not do it.
pub fn store<E: Entries>(
    entries: &mut E,
    user: &str,
    kept: &Kept,
    part: usize,
) -> Result<(), E::Error> {
    let bytes = serde_json::to_vec(kept).map_err(|_| Unreadable)?;
    parts::write(entries, user, &bytes, part)
}

/// Deletes what is kept for `user`, if anything is.
///
/// # Errors
/// When the keyring did not do it.
pub fn delete<E: Entries>(entries: &mut E, user: &str) -> Result<(), E::Error> {
    parts::delete(entries, user)
}
