//! What a keyring holds under the name of a sign-in, whoever wrote it.

use std::cell::Cell;
use std::collections::BTreeMap;

use presence_wire::vault::{Entries, Unreadable, delete, load, store};

use super::{first_line, kept};

const USER: &str = "registration";
/// The most operations that anything may cost.
const MOST: u32 = 256;

/// The first line of the input has the size of a part, and after which operation a crash comes; the second is the entry
/// that stands in the keyring, the third an older refresh token, and the rest a newer one.
pub(crate) fn check(input: &[u8]) {
    let (head, rest) = first_line(input);
    let mut numbers = head.split(' ').map(|number| number.parse::<u32>().unwrap_or_default());
    let part = numbers.next().unwrap_or_default().clamp(400, 4_000) as usize;
    let crash = numbers.next().unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let (foreign, rest) = (&rest[..end], rest.get(end + 1..).unwrap_or_default());
    let (older, newer) = first_line(rest);
    let newer = String::from_utf8_lossy(newer);

    costs_little_to_read_and_to_delete(foreign);
    let mut keyring = Keyring::holding(foreign);
    keyring.counted(|keyring| store(keyring, USER, &kept(&older), part)).unwrap();
    assert_eq!(token(&keyring).as_deref(), Some(&*older));
    survives_a_crash(keyring.entries.clone(), [&older, &newer], part, crash);
    keyring.counted(|keyring| store(keyring, USER, &kept(&newer), part)).unwrap();
    assert_eq!(token(&keyring).as_deref(), Some(&*newer));
    assert!(keyring.entries.values().all(|secret| secret.len() <= part.max(foreign.len())));
    keyring.counted(|keyring| delete(keyring, USER)).unwrap();
    assert!(keyring.entries.is_empty(), "{:?}", keyring.entries.keys());
}

fn costs_little_to_read_and_to_delete(foreign: &[u8]) {
    let mut keyring = Keyring::holding(foreign);
    // What it brings is another program's.
    let _ = keyring.counted(|keyring| load(keyring, USER).map(drop));
    keyring.counted(|keyring| delete(keyring, USER)).unwrap();
    assert!(keyring.entries.is_empty());
}

/// A crash while the newer token takes the place of the older leaves one of them, and the next write is whole. Nothing
/// that a crash has left stays after a sign-out, not even one that crashed, too.
fn survives_a_crash(
    entries: BTreeMap<String, Vec<u8>>,
    [older, newer]: [&str; 2],
    part: usize,
    crash: u32,
) {
    let mut keyring = Keyring { entries, ..Keyring::default() };
    keyring.left.set(crash);
    let _ = store(&mut keyring, USER, &kept(newer), part);
    keyring.left.set(MOST);
    let found = token(&keyring).unwrap();
    assert!([older, newer].contains(&&*found));
    store(&mut keyring, USER, &kept(newer), part).unwrap();
    assert_eq!(token(&keyring).as_deref(), Some(newer));
    keyring.left.set(crash);
    let _ = delete(&mut keyring, USER);
    keyring.left.set(MOST);
    delete(&mut keyring, USER).unwrap();
    assert!(keyring.entries.is_empty(), "{:?}", keyring.entries.keys());
}

fn token(keyring: &Keyring) -> Option<String> {
    let kept = load(keyring, USER).unwrap()?;
    Some(kept.refresh_token.secret().clone())
}

/// A keyring that works for so many operations.
struct Keyring {
    entries: BTreeMap<String, Vec<u8>>,
    left: Cell<u32>,
}

/// Why an operation was not done.
#[derive(Debug)]
enum Failure {
    Unreadable,
    Crashed,
}

impl From<Unreadable> for Failure {
    fn from(_: Unreadable) -> Failure {
        Failure::Unreadable
    }
}

impl Default for Keyring {
    fn default() -> Keyring {
        Keyring { entries: BTreeMap::new(), left: Cell::new(MOST) }
    }
}

impl Keyring {
    fn holding(foreign: &[u8]) -> Keyring {
        let entries = [(USER.to_owned(), foreign.to_owned())].into();
        Keyring { entries, ..Keyring::default() }
    }

    /// What `act` brings, which may not take more than [`MOST`] operations.
    fn counted<T>(
        &mut self,
        act: impl FnOnce(&mut Keyring) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.left.set(MOST);
        let done = act(self);
        assert!(!matches!(done, Err(Failure::Crashed)), "more than {MOST} operations");
        self.left.set(MOST);
        done
    }

    fn step(&self) -> Result<(), Failure> {
        self.left.set(self.left.get().checked_sub(1).ok_or(Failure::Crashed)?);
        Ok(())
    }
}

impl Entries for Keyring {
    type Error = Failure;

    fn get(&self, user: &str) -> Result<Option<Vec<u8>>, Failure> {
        self.step()?;
        Ok(self.entries.get(user).cloned())
    }

    fn set(&mut self, user: &str, secret: &[u8]) -> Result<(), Failure> {
        self.step()?;
        self.entries.insert(user.to_owned(), secret.to_owned());
        Ok(())
    }

    fn delete(&mut self, user: &str) -> Result<(), Failure> {
        self.step()?;
        self.entries.remove(user);
        Ok(())
    }
}
