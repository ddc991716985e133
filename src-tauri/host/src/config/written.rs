//! Owns reading what one source says of each key, and where; refuses unknown keys and values that a key cannot have.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path, PathBuf};

use presence_core::words;
use toml_edit::{Document, Item};

use crate::files::read_text;
use crate::policy::Managed;
use crate::{Profile, policy};

use super::key::SHORTCUTS;
use super::{ConfigError, Key, Value, values};

/// The most of a file that is read, bytes: a configuration with every key and a comment on each has some thousand.
pub(crate) const MOST: u64 = 1024 * 1024;

/// What a file says, or the system's management.
#[derive(Clone, Debug)]
pub(super) struct Written {
    path: PathBuf,
    pub(super) text: String,
    keys: BTreeMap<Key, (Value, Option<Place>)>,
}

/// Line and column, from 1; the column in characters.
#[derive(Clone, Copy, Debug)]
struct Place(usize, usize);

/// What is wrong, and at which byte.
struct Wrong(usize, String);

impl Written {
    /// Reads the file at `path`; nothing if there is none.
    pub(super) fn read(path: &Path) -> Result<Option<Written>, ConfigError> {
        match read_text(path, MOST) {
            Ok(text) => Written::parse(path, text).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(ConfigError::Unreadable { path: path.to_owned(), source }),
        }
    }

    /// Reads what the organisation says to `profile`: what the system's management sets, and its file, if it is that.
    pub(super) fn read_policy(profile: &Profile) -> Result<Vec<Written>, ConfigError> {
        let of_system = policy::of_system().map(Written::managed).transpose()?;
        let file = profile.policy().map_or(Ok(None), |path| Written::read(&path))?;
        Ok(of_system.into_iter().chain(file).collect())
    }

    /// What the system's management sets.
    pub(super) fn managed(Managed { place, values }: Managed) -> Result<Written, ConfigError> {
        let read = |(name, value): (String, Value)| {
            let key = Key::find(&name).ok_or_else(|| unknown(&name))?;
            values::check(key, &value).map(|()| (key, (value, None)))
        };
        match values.into_iter().map(read).collect() {
            Ok(keys) => Ok(Written { path: place, text: String::new(), keys }),
            Err(message) => Err(ConfigError::Managed { place, message }),
        }
    }

    /// What `text` says, which is that of `path`.
    pub(super) fn parse(path: &Path, text: String) -> Result<Written, ConfigError> {
        match keys(&text) {
            Ok(keys) => Ok(Written { path: path.to_owned(), text, keys }),
            Err(Wrong(at, message)) => Err(mistake(path, Place::of(&text, at), message)),
        }
    }

    pub(super) fn get(&self, key: Key) -> Option<&Value> {
        self.keys.get(&key).map(|(value, _)| value)
    }

    /// All keys that it sets.
    pub(super) fn keys(&self) -> impl Iterator<Item = Key> {
        self.keys.keys().copied()
    }

    /// The mistake that `key` has as it stands here.
    pub(super) fn mistake(&self, key: Key, message: String) -> ConfigError {
        match self.keys.get(&key) {
            Some((_, Some(place))) => mistake(&self.path, *place, message),
            Some((_, None)) => ConfigError::Managed { place: self.path.clone(), message },
            None => mistake(&self.path, Place(1, 1), message),
        }
    }
}

fn mistake(path: &Path, Place(line, column): Place, message: String) -> ConfigError {
    ConfigError::Mistake { path: path.to_owned(), line, column, message }
}

impl Place {
    fn of(text: &str, byte: usize) -> Place {
        let before = text.get(..byte).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Place(before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

fn keys(text: &str) -> Result<BTreeMap<Key, (Value, Option<Place>)>, Wrong> {
    let document = Document::parse(text)
        .map_err(|error| Wrong(start(error.span()), error.message().replace('\n', " ")))?;
    let mut found = BTreeMap::new();
    for (name, item) in document.iter() {
        let at = start(document.key(name).and_then(|key| key.span()));
        let is_table = Key::all().any(|key| key.place().0 == Some(name));
        match (is_table, item.as_table_like()) {
            (true, Some(table)) => {
                for (leaf, item) in table.iter() {
                    let at = start(table.key(leaf).and_then(|key| key.span()));
                    take(text, &[name, leaf].join("."), at, item, &mut found)?;
                }
            }
            (true, None) => return Err(Wrong(start(item.span()), words::must_be_table(name))),
            (false, _) => take(text, name, at, item, &mut found)?,
        }
    }
    Ok(found)
}

fn take(
    text: &str,
    name: &str,
    at: usize,
    item: &Item,
    found: &mut BTreeMap<Key, (Value, Option<Place>)>,
) -> Result<(), Wrong> {
    let Some(key) = Key::find(name) else {
        return Err(Wrong(at, unknown(name)));
    };
    let at = item.span().map_or(at, |span| span.start);
    let value = match (item.as_str(), item.as_bool()) {
        (Some(text), _) => Value::Text(text.to_owned()),
        (None, Some(flag)) => Value::Flag(flag),
        (None, None) => return Err(Wrong(at, values::wrong_kind(key, item.type_name()))),
    };
    values::check(key, &value).map_err(|message| Wrong(at, message))?;
    found.insert(key, (value, Some(Place::of(text, at))));
    Ok(())
}

/// What is said of a name that is no key's.
fn unknown(name: &str) -> String {
    match name.split_once('.') {
        Some((SHORTCUTS, leaf)) => words::nothing_to_bind(leaf),
        Some(_) | None => {
            let names: Vec<_> = Key::all().map(Key::name).collect();
            words::unknown_key(name, &names)
        }
    }
}

fn start(span: Option<Range<usize>>) -> usize {
    span.map_or(0, |span| span.start)
}
