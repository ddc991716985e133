//! Owns how a long secret lies in several credentials, so that a crash leaves the old one or the new one;
//! refuses to know what it is.
//!
//! The first entry is the secret itself, or names the generation and the number of its parts. A new generation is whole
//! before the first entry names it; only then is the old one deleted. Generations take turns with two names, and the
//! parts of each go from the last one on: so whatever a crash leaves is found by the next write or deletion.

use super::{Entries, Unreadable};

/// Marks a first entry that only names parts. JSON, which the secret is, never begins so.
const MARK: &str = "parts ";

/// The most parts of a secret, some ten times what a sign-in takes. A first entry that names more is another program's.
const MOST: u32 = 32;

/// Writes `secret` in parts of at most `part` bytes.
pub(super) fn write<E: Entries>(
    entries: &mut E,
    user: &str,
    secret: &[u8],
    part: usize,
) -> Result<(), E::Error> {
    let old = Parts::of(entries.get(user)?.as_deref());
    if secret.len() <= part {
        entries.set(user, secret)?;
        return sweep(entries, user, old, None);
    }
    let new = Parts {
        generation: u32::from(old.is_some_and(|old| old.generation == 0)),
        count: u32::try_from(secret.len().div_ceil(part)).unwrap_or(u32::MAX),
    };
    if new.count > MOST {
        return Err(Unreadable.into());
    }
    for (number, chunk) in (0..).zip(secret.chunks(part)) {
        entries.set(&name(user, new.generation, number), chunk)?;
    }
    entries.set(user, format!("{MARK}{} {}", new.generation, new.count).as_bytes())?;
    sweep(entries, user, old, Some(new))
}

/// Reads the secret; `None` when there is none.
pub(super) fn read<E: Entries>(entries: &E, user: &str) -> Result<Option<Vec<u8>>, E::Error> {
    let Some(first) = entries.get(user)? else { return Ok(None) };
    let Some(parts) = Parts::of(Some(&first)) else { return Ok(Some(first)) };
    let mut secret = Vec::new();
    for number in 0..parts.count {
        let part = entries.get(&name(user, parts.generation, number))?;
        secret.extend(part.ok_or(Unreadable)?);
    }
    Ok(Some(secret))
}

/// Deletes the secret, if there is one.
pub(super) fn delete<E: Entries>(entries: &mut E, user: &str) -> Result<(), E::Error> {
    let old = Parts::of(entries.get(user)?.as_deref());
    entries.delete(user)?;
    sweep(entries, user, old, None)
}

/// What a first entry names.
#[derive(Clone, Copy)]
struct Parts {
    generation: u32,
    count: u32,
}

impl Parts {
    fn of(first: Option<&[u8]>) -> Option<Parts> {
        let text = std::str::from_utf8(first?).ok()?;
        let (generation, count) = text.strip_prefix(MARK)?.split_once(' ')?;
        let count = count.parse().ok().filter(|count| (1..=MOST).contains(count))?;
        Some(Parts { generation: generation.parse().ok()?, count })
    }
}

/// Deletes what `old` names and what a crash has left, but not `kept`.
fn sweep<E: Entries>(
    entries: &mut E,
    user: &str,
    old: Option<Parts>,
    kept: Option<Parts>,
) -> Result<(), E::Error> {
    // Generations that an earlier version counted up may have other names.
    let named = old.map(|old| old.generation).filter(|generation| *generation > 1);
    for generation in [0, 1].into_iter().chain(named) {
        let count = |parts: Option<Parts>| {
            parts.filter(|parts| parts.generation == generation).map_or(0, |parts| parts.count)
        };
        let begin = count(kept);
        let mut end = begin.max(count(old));
        while end < MOST && entries.get(&name(user, generation, end))?.is_some() {
            end += 1;
        }
        let mut left = (begin..end).rev();
        left.try_for_each(|number| entries.delete(&name(user, generation, number)))?;
    }
    Ok(())
}

fn name(user: &str, generation: u32, number: u32) -> String {
    format!("{user} (part {generation}.{number})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    impl Entries for BTreeMap<String, Vec<u8>> {
        type Error = Unreadable;

        fn get(&self, user: &str) -> Result<Option<Vec<u8>>, Unreadable> {
            Ok(BTreeMap::get(self, user).cloned())
        }

        fn set(&mut self, user: &str, secret: &[u8]) -> Result<(), Unreadable> {
            self.insert(user.to_owned(), secret.to_owned());
            Ok(())
        }

        fn delete(&mut self, user: &str) -> Result<(), Unreadable> {
            self.remove(user);
            Ok(())
        }
    }

    #[test]
    fn a_secret_longer_than_a_credential_comes_back_whole() {
        let mut keyring = BTreeMap::new();
        let secret: Vec<u8> = (0..6_000u32).map(|number| (number % 251) as u8).collect();
        write(&mut keyring, "u", &secret, 2_500).unwrap();
        assert_eq!(read(&keyring, "u").unwrap(), Some(secret.clone()));
        write(&mut keyring, "u", &secret[..5_000], 2_500).unwrap();
        assert_eq!(read(&keyring, "u").unwrap().unwrap().len(), 5_000);
        write(&mut keyring, "u", b"{}", 2_500).unwrap();
        assert_eq!(read(&keyring, "u").unwrap().unwrap(), b"{}");
        assert_eq!(keyring.len(), 1, "no part of an older secret is left");
    }

    #[test]
    fn a_crash_before_the_first_entry_is_written_keeps_the_old_secret() {
        let mut keyring = BTreeMap::new();
        let old = vec![1u8; 4_000];
        write(&mut keyring, "u", &old, 2_500).unwrap();
        // What a crash leaves: parts of the next generation, and the first entry still naming the old one.
        keyring.set(&name("u", 1, 0), b"new").unwrap();
        assert_eq!(read(&keyring, "u").unwrap(), Some(old));
    }

    #[test]
    fn a_part_that_is_missing_is_unreadable() {
        let mut keyring = BTreeMap::new();
        write(&mut keyring, "u", &[1u8; 4_000], 2_500).unwrap();
        Entries::delete(&mut keyring, &name("u", 0, 1)).unwrap();
        assert_eq!(read(&keyring, "u"), Err(Unreadable));
    }

    #[test]
    fn a_first_entry_of_another_program_is_unreadable_and_replaced() {
        for foreign in ["parts 0 4294967295", "parts 0 0", "parts 1", "hunter2", ""] {
            let mut keyring = BTreeMap::from([("u".to_owned(), foreign.as_bytes().to_vec())]);
            assert_ne!(read(&keyring, "u"), Ok(None), "{foreign}");
            write(&mut keyring, "u", &[1u8; 4_000], 2_500).unwrap();
            assert_eq!(read(&keyring, "u").unwrap().unwrap().len(), 4_000, "{foreign}");
            delete(&mut keyring, "u").unwrap();
            assert!(keyring.is_empty(), "{foreign}");
        }
    }

    #[test]
    fn what_could_not_be_read_again_is_not_written() {
        let mut keyring = BTreeMap::new();
        write(&mut keyring, "u", b"{}", 10).unwrap();
        assert_eq!(write(&mut keyring, "u", &[1u8; 321], 10), Err(Unreadable));
        assert_eq!(read(&keyring, "u").unwrap().unwrap(), b"{}");
    }

    #[test]
    fn what_a_crash_left_goes_with_the_next_write_or_deletion() {
        type Act = fn(&mut BTreeMap<String, Vec<u8>>) -> Result<(), Unreadable>;
        let acts: [Act; 2] =
            [|keyring| write(keyring, "u", b"{}", 2_500), |keyring| delete(keyring, "u")];
        for act in acts {
            let mut keyring = BTreeMap::new();
            write(&mut keyring, "u", &[1u8; 4_000], 2_500).unwrap();
            for number in 0..4 {
                keyring.set(&name("u", 1, number), b"of a crash").unwrap();
            }
            act(&mut keyring).unwrap();
            assert!(keyring.keys().all(|user| user == "u"), "{:?}", keyring.keys());
        }
    }

    #[test]
    fn deleting_leaves_no_part_behind() {
        let mut keyring = BTreeMap::new();
        write(&mut keyring, "u", &[1u8; 6_000], 2_500).unwrap();
        delete(&mut keyring, "u").unwrap();
        assert!(keyring.is_empty());
        delete(&mut keyring, "u").unwrap();
    }
}
