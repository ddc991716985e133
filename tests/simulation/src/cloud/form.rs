//! The fields of a form or a query, borrowed where nothing in them is escaped; it refuses to know what they mean.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;

use url::form_urlencoded;

use super::wire::{cut, has};

/// How many fields a form has at most, as a rule.
const FIELDS: usize = 8;

/// A name and its value.
type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The fields of a form or a query, each name at most once.
#[derive(Debug, Default)]
pub(crate) struct Fields<'a>(Vec<Field<'a>>);

#[derive(Debug)]
struct Field<'a> {
    name: Cow<'a, str>,
    written: &'a str,
    /// Once it was asked for.
    value: OnceCell<Cow<'a, str>>,
}

impl<'a> Fields<'a> {
    /// Those of `raw`; `None` when a name is repeated.
    pub(crate) fn of(raw: &'a [u8]) -> Option<Fields<'a>> {
        let mut fields = Fields(Vec::with_capacity(FIELDS));
        let Ok(text) = str::from_utf8(raw) else { return fields.odd(raw) };
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, written) = halves(pair);
            fields.push(plain(name), written, OnceCell::new())?;
        }
        Some(fields)
    }

    /// With those that are no text until they are decoded.
    fn odd(mut self, raw: &'a [u8]) -> Option<Fields<'a>> {
        for (name, value) in form_urlencoded::parse(raw) {
            self.push(name, "", value.into())?;
        }
        Some(self)
    }

    fn push(
        &mut self,
        name: Cow<'a, str>,
        written: &'a str,
        value: OnceCell<Cow<'a, str>>,
    ) -> Option<()> {
        let is_new = self.find(&name).is_none();
        is_new.then(|| self.0.push(Field { name, written, value }))
    }

    fn find(&self, name: &str) -> Option<&Field<'a>> {
        self.0.iter().find(|field| field.name == name)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.find(name).map(|field| &**field.value.get_or_init(|| plain(field.written)))
    }

    /// What stands for the value: where that is the same as before, so is the value. Empty when it is no text.
    pub(crate) fn written(&self, name: &str) -> Option<&'a str> {
        self.find(name).map(|field| field.written)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }
}

/// What a value was that was read last: most requests have what the one before them had.
#[derive(Debug)]
pub(crate) struct Newest<T: ?Sized>(Option<(String, Arc<T>)>);

impl<T: ?Sized> Newest<T> {
    pub(crate) const NONE: Newest<T> = Newest(None);

    /// What is `written`, if it is the newest.
    pub(crate) fn read(&self, written: &str) -> Option<Arc<T>> {
        self.0.as_ref().filter(|(newest, _)| newest == written).map(|(_, value)| value.clone())
    }

    pub(crate) fn keep(&mut self, written: &str, value: &Arc<T>) {
        // Of what is no text, nothing is known to be the same.
        self.0 = (!written.is_empty()).then(|| (written.to_owned(), value.clone()));
    }
}

/// Names and values in the order in which they stand in `raw`.
pub(crate) fn pairs(raw: &[u8]) -> impl Iterator<Item = Pair<'_>> {
    let (text, odd) = str::from_utf8(raw).map_or(("", raw), |text| (text, &[][..]));
    let decoded = |pair| {
        let (name, value) = halves(pair);
        (plain(name), plain(value))
    };
    let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(decoded);
    pairs.chain(form_urlencoded::parse(odd))
}

fn halves(pair: &str) -> (&str, &str) {
    cut(pair, b'=').unwrap_or((pair, ""))
}

/// The text that is `written`. Nearly all that is long is a token, in which nothing is escaped.
fn plain(written: &str) -> Cow<'_, str> {
    if !has(written, |byte| (byte == b'%') | (byte == b'+')) {
        return written.into();
    }
    let mut plain = Vec::with_capacity(written.len());
    let mut rest = written.as_bytes().iter();
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
    text.unwrap_or_else(|odd| String::from_utf8_lossy(odd.as_bytes()).into_owned()).into()
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
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What is borrowed is what the library decodes.
        #[test]
        fn pairs_are_those_of_the_library(raw in "[ab&=%+2é0]{0,24}", tail in any::<[u8; 2]>()) {
            for raw in [raw.as_bytes(), &[raw.as_bytes(), &tail].concat()] {
                let expected: Vec<_> = form_urlencoded::parse(raw).collect();
                prop_assert_eq!(&pairs(raw).collect::<Vec<_>>(), &expected);
                let names: BTreeSet<_> = expected.iter().map(|(name, _)| name).collect();
                let fields = Fields::of(raw);
                prop_assert_eq!(fields.is_some(), names.len() == expected.len());
                for (name, value) in fields.iter().flat_map(|_| &expected) {
                    prop_assert_eq!(fields.as_ref().and_then(|fields| fields.get(name)), Some(&**value));
                }
            }
        }
    }

    #[test]
    fn a_repeated_name_makes_no_form() {
        assert!(Fields::of(b"a=1&b=2").is_some_and(|form| form.get("b") == Some("2")));
        assert!(Fields::of(b"a=1&%61=2").is_none());
    }
}
