//! Owns how a person may write a key of the configuration; refuses names that are none, with the nearest one.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command, Error};

use super::names::{ALIKE, unknown};
use crate::Key;

/// Reads a key by its dotted name.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyWords;

impl TypedValueParser for KeyWords {
    type Value = Key;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Key, Error> {
        let text = value.to_string_lossy();
        let names = || Key::all().map(|key| key.name().to_owned()).collect();
        Key::find(&text).ok_or_else(|| unknown(command, arg, &text, names(), nearest(&text)))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Key::all().map(|key| PossibleValue::new(key.name()).help(key.meaning()))))
    }
}

/// People also leave the table away, and write a hyphen for an underscore.
fn nearest(typed: &str) -> Option<String> {
    let typed = typed.to_lowercase().replace('-', "_");
    let likeness = |name: &str| {
        let leaf = name.rsplit('.').next().unwrap_or(name);
        let likeness = |name: &str| strsim::jaro(&typed, &name.replace('-', "_"));
        likeness(name).max(likeness(leaf))
    };
    let scored = Key::all().map(|key| (likeness(key.name()), key.name()));
    let best = scored.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(likeness, _)| *likeness > ALIKE).map(|(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_key_comes_with_the_nearest_one() {
        for (text, key) in [
            ("tenannt", Some("tenant")),
            ("client-id", Some("client_id")),
            ("clientid", Some("client_id")),
            ("ON_QUIT", Some("on_quit")),
            ("shortcut.away", Some("shortcuts.away")),
            ("presenting", Some("shortcuts.presenting")),
            ("authority", Some("custom_cloud.authority")),
            ("xyz", None),
            ("", None),
        ] {
            assert_eq!(nearest(text).as_deref(), key, "{text}");
        }
    }
}
