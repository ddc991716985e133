//! Owns how people write keys that are pressed together; refuses what would take plain typing from them.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::words::shortcut::mistake;

mod key;
pub(super) use key::Key;

/// Modifiers and one key. Its text is the same for everything that means the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Combination {
    pub(super) modifiers: BTreeSet<Modifier>,
    pub(super) key: Key,
}

/// A key that does nothing alone, in the order of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Modifier {
    Ctrl,
    Alt,
    Shift,
    Super,
}

/// Why a text is no combination: what follows "it" in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    Empty,
    Gap,
    Unknown { word: String, nearest: Option<&'static str> },
    Twice(Modifier),
    TwoKeys(Key, Key),
    NoKey,
    NoModifier(Key),
}

impl Modifier {
    const NAMES: [(&str, Modifier); 12] = [
        ("Ctrl", Modifier::Ctrl),
        ("Alt", Modifier::Alt),
        ("Shift", Modifier::Shift),
        ("Super", Modifier::Super),
        ("Control", Modifier::Ctrl),
        ("Option", Modifier::Alt),
        ("Win", Modifier::Super),
        ("Windows", Modifier::Super),
        ("Cmd", Modifier::Super),
        ("Command", Modifier::Super),
        ("Meta", Modifier::Super),
        ("Logo", Modifier::Super),
    ];

    fn find(word: &str) -> Option<Modifier> {
        let named = Modifier::NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
        named.map(|(_, modifier)| *modifier)
    }

    fn name(self) -> &'static str {
        match self {
            Modifier::Ctrl => "Ctrl",
            Modifier::Alt => "Alt",
            Modifier::Shift => "Shift",
            Modifier::Super => "Super",
        }
    }
}

impl FromStr for Combination {
    type Err = Mistake;
    fn from_str(text: &str) -> Result<Combination, Mistake> {
        if text.trim().is_empty() {
            return Err(Mistake::Empty);
        }
        let mut modifiers = BTreeSet::new();
        let mut key = None;
        for word in words(text) {
            if word.is_empty() {
                return Err(Mistake::Gap);
            }
            if let Some(modifier) = Modifier::find(word) {
                if !modifiers.insert(modifier) {
                    return Err(Mistake::Twice(modifier));
                }
                continue;
            }
            let found = Key::find(word).ok_or_else(|| unknown(word))?;
            if let Some(first) = key.replace(found) {
                return Err(Mistake::TwoKeys(first, found));
            }
        }
        let key = key.ok_or(Mistake::NoKey)?;
        // Shift alone only makes another letter.
        if modifiers.iter().all(|modifier| *modifier == Modifier::Shift) {
            return Err(Mistake::NoModifier(key));
        }
        Ok(Combination { modifiers, key })
    }
}

/// The words between the signs; the sign itself when it stands last, as in `Ctrl++`.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = text.split('+').map(str::trim).collect();
    if let [.., "", ""] = words[..] {
        words.truncate(words.len() - 2);
        words.push("+");
    }
    words
}

fn unknown(word: &str) -> Mistake {
    let names = Modifier::NAMES.iter().map(|(name, _)| *name).chain(Key::names());
    let near = names
        .map(|name| (strsim::osa_distance(&name.to_lowercase(), &word.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 2 && *distance * 2 < name.len());
    let nearest = near.min_by_key(|(distance, _)| *distance).map(|(_, name)| name);
    Mistake::Unknown { word: word.to_owned(), nearest }
}

impl fmt::Display for Combination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for modifier in &self.modifiers {
            write!(f, "{}+", modifier.name())?;
        }
        write!(f, "{}", self.key)
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mistake::Empty => f.write_str(mistake::EMPTY.said()),
            Mistake::Gap => f.write_str(mistake::GAP.said()),
            Mistake::Unknown { word, nearest } => f.write_str(&mistake::unknown(word, *nearest)),
            Mistake::Twice(modifier) => f.write_str(&mistake::twice(modifier.name())),
            Mistake::TwoKeys(first, second) => f.write_str(&mistake::two_keys(first, second)),
            Mistake::NoKey => f.write_str(mistake::NO_KEY.said()),
            Mistake::NoModifier(key) => f.write_str(&mistake::no_modifier(key)),
        }
    }
}

#[cfg(test)]
mod tests;
