//! The fields of a form or a query, borrowed where nothing in them is escaped; it refuses to know what they mean.

use std::borrow::Cow;

use url::form_urlencoded;

use super::wire::{cut, has};

/// A name and its value.
type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The fields of a form or a query, each name at most once.
#[derive(Debug, Default)]
pub(crate) struct Fields<'a>(Vec<Pair<'a>>);

impl<'a> Fields<'a> {
    /// Those of `raw`; `None` when a name is repeated.
    pub(crate) fn of(raw: &'a [u8]) -> Option<Fields<'a>> {
        let mut fields = Fields::default();
        for (name, value) in pairs(raw) {
            if fields.has(&name) {
                return None;
            }
            fields.0.push((name, value));
        }
        Some(fields)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(have, _)| have == name).map(|(_, value)| &**value)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

/// Names and values in the order in which they stand in `raw`.
pub(crate) fn pairs(raw: &[u8]) -> impl Iterator<Item = Pair<'_>> {
    let (text, odd) = str::from_utf8(raw).map_or(("", raw), |text| (text, &[][..]));
    text.split('&').filter_map(decoded).chain(form_urlencoded::parse(odd))
}

fn decoded(pair: &str) -> Option<Pair<'_>> {
    let (name, value) = cut(pair, b'=').unwrap_or((pair, ""));
    // Nearly all that is long is a token, in which nothing is.
    let is_escaped = has(pair, |byte| (byte == b'%') | (byte == b'+'));
    let part = |text| if is_escaped { plain(text).into() } else { Cow::Borrowed(text) };
    (!pair.is_empty()).then(|| (part(name), part(value)))
}

fn plain(text: &str) -> String {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes().iter();
    while let Some(byte) = rest.next() {
        plain.push(match (byte, rest.as_slice()) {
            (b'+', _) => b' ',
            (b'%', [high, low, ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                rest.nth(1);
                digit(*high) << 4 | digit(*low)
            }
            _ => *byte,
        });
    }
    let text = String::from_utf8(plain);
    text.unwrap_or_else(|odd| String::from_utf8_lossy(odd.as_bytes()).into_owned())
}

fn digit(letter: u8) -> u8 {
    if letter.is_ascii_digit() { letter - b'0' } else { (letter | 0x20) - b'a' + 10 }
}

/// Fields as a query or form.
pub(crate) fn encode(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What is borrowed is what the library decodes.
        #[test]
        fn pairs_are_those_of_the_library(raw in "[ab&=%+2é0]{0,24}", tail in any::<[u8; 2]>()) {
            for raw in [raw.as_bytes(), &[raw.as_bytes(), &tail].concat()] {
                let expected: Vec<_> = form_urlencoded::parse(raw).collect();
                prop_assert_eq!(pairs(raw).collect::<Vec<_>>(), expected);
            }
        }
    }

    #[test]
    fn a_repeated_name_makes_no_form() {
        assert!(Fields::of(b"a=1&b=2").is_some_and(|form| form.get("b") == Some("2")));
        assert!(Fields::of(b"a=1&%61=2").is_none());
    }
}
