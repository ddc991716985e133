//! Owns how a long secret lies in several credentials, so that a crash leaves the old one or the new one;
//! refuses to know what it is.
//!
//! The first entry is the secret itself, or names the generation and the number of its parts. A new
//! generation is whole before the first entry names it; only then is the old one deleted.

use keyring_core::{Entry, Error};

use super::{Store, VaultError};

/// Marks a first entry that only names parts. JSON, which the secret is, never begins so.
const MARK: &str = "parts ";

/// Writes `secret` in parts of at most `part` bytes.
pub(super) fn write(
    store: &Store,
    service: &str,
    user: &str,
    secret: &[u8],
    part: usize,
) -> Result<(), VaultError> {
    let first = store.build(service, user, None)?;
    let old = parts_of(get(&first)?.as_deref());
    if secret.len() <= part {
        first.set_secret(secret)?;
    } else {
        let generation = old.map_or(0, |(generation, _)| generation.wrapping_add(1));
        let mut count = 0;
        for chunk in secret.chunks(part) {
            entry(store, service, user, generation, count)?.set_secret(chunk)?;
            count += 1;
        }
        first.set_secret(format!("{MARK}{generation} {count}").as_bytes())?;
    }
    delete_parts(store, service, user, old)
}

/// Reads the secret; `None` when there is none.
pub(super) fn read(
    store: &Store,
    service: &str,
    user: &str,
) -> Result<Option<Vec<u8>>, VaultError> {
    let Some(first) = get(&store.build(service, user, None)?)? else { return Ok(None) };
    let Some((generation, count)) = parts_of(Some(&first)) else { return Ok(Some(first)) };
    let mut secret = Vec::new();
    for number in 0..count {
        let part = get(&entry(store, service, user, generation, number)?)?;
        secret.extend(part.ok_or(VaultError::Unreadable)?);
    }
    Ok(Some(secret))
}

/// Deletes the secret, if there is one.
pub(super) fn delete(store: &Store, service: &str, user: &str) -> Result<(), VaultError> {
    let first = store.build(service, user, None)?;
    let old = parts_of(get(&first)?.as_deref());
    gone(first.delete_credential())?;
    delete_parts(store, service, user, old)
}

fn delete_parts(
    store: &Store,
    service: &str,
    user: &str,
    old: Option<(u32, u32)>,
) -> Result<(), VaultError> {
    let Some((generation, count)) = old else { return Ok(()) };
    for number in 0..count {
        gone(entry(store, service, user, generation, number)?.delete_credential())?;
    }
    Ok(())
}

fn entry(
    store: &Store,
    service: &str,
    user: &str,
    generation: u32,
    number: u32,
) -> Result<Entry, VaultError> {
    Ok(store.build(service, &format!("{user} (part {generation}.{number})"), None)?)
}

fn parts_of(first: Option<&[u8]>) -> Option<(u32, u32)> {
    let text = std::str::from_utf8(first?).ok()?;
    let (generation, count) = text.strip_prefix(MARK)?.split_once(' ')?;
    Some((generation.parse().ok()?, count.parse().ok()?))
}

fn get(entry: &Entry) -> Result<Option<Vec<u8>>, VaultError> {
    match entry.get_secret() {
        Ok(secret) => Ok(Some(secret)),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn gone(outcome: Result<(), Error>) -> Result<(), VaultError> {
    match outcome {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> Store {
        keyring_core::mock::Store::new().unwrap()
    }

    #[test]
    fn a_secret_longer_than_a_credential_comes_back_whole() {
        let store = store();
        let secret: Vec<u8> = (0..6_000u32).map(|number| (number % 251) as u8).collect();
        write(&store, "s", "u", &secret, 2_500).unwrap();
        assert_eq!(read(&store, "s", "u").unwrap(), Some(secret.clone()));
        write(&store, "s", "u", &secret[..5_000], 2_500).unwrap();
        assert_eq!(read(&store, "s", "u").unwrap().unwrap().len(), 5_000);
        write(&store, "s", "u", b"{}", 2_500).unwrap();
        assert_eq!(read(&store, "s", "u").unwrap().unwrap(), b"{}");
    }

    #[test]
    fn a_crash_before_the_first_entry_is_written_keeps_the_old_secret() {
        let store = store();
        let old = vec![1u8; 4_000];
        write(&store, "s", "u", &old, 2_500).unwrap();
        // What a crash leaves: parts of the next generation, and the first entry still naming the old one.
        entry(&store, "s", "u", 1, 0).unwrap().set_secret(b"new").unwrap();
        assert_eq!(read(&store, "s", "u").unwrap(), Some(old));
    }

    #[test]
    fn deleting_leaves_no_part_behind() {
        let store = store();
        write(&store, "s", "u", &[1u8; 6_000], 2_500).unwrap();
        delete(&store, "s", "u").unwrap();
        assert_eq!(read(&store, "s", "u").unwrap(), None);
        for number in 0..3 {
            assert!(get(&entry(&store, "s", "u", 0, number).unwrap()).unwrap().is_none());
        }
        delete(&store, "s", "u").unwrap();
    }
}
