//! Owns in which language this process speaks, and finds a sentence in it; refuses to let anything else depend on it.

use std::fmt::{Display, Write};
use std::sync::atomic::{AtomicU8, Ordering};

// CODES and SENTENCES, from the files in `locale`: English is the first of each row, and sorts them.
include!(concat!(env!("OUT_DIR"), "/sentences.rs"));

/// A language that the program speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language(u8);

static CURRENT: AtomicU8 = AtomicU8::new(0);

/// Has this process speak `language` from now on.
pub fn set(language: Language) {
    CURRENT.store(language.0, Ordering::Relaxed);
}

/// The language that this process speaks.
pub fn current() -> Language {
    Language(CURRENT.load(Ordering::Relaxed))
}

impl Language {
    /// English, in which the sentences are written.
    pub const ENGLISH: Language = Language(0);

    /// All of them, English first.
    pub fn all() -> impl Iterator<Item = Language> {
        (0..).take(CODES.len()).map(Language)
    }

    /// Its code of two letters (ISO 639), by which the configuration names it.
    pub fn code(self) -> &'static str {
        self.of(&CODES)
    }

    /// The language of a locale such as `de` or `de-AT` (BCP 47).
    pub fn find(locale: &str) -> Option<Language> {
        let code = locale.split('-').next().unwrap_or_default();
        Language::all().find(|language| language.code().eq_ignore_ascii_case(code))
    }

    fn of(self, row: &[&'static str; CODES.len()]) -> &'static str {
        row.get(usize::from(self.0)).unwrap_or(&row[0])
    }
}

/// A sentence for a person in every language. [`t!`](crate::t) and [`sentence!`](crate::sentence) make one.
#[derive(Clone, Copy, Debug)]
pub struct Sentence([&'static str; CODES.len()]);

impl Sentence {
    /// The sentence whose English is `english` and whose placeholders are `names`.
    ///
    /// # Panics
    /// Without a translation, or with other placeholders: `told` says which sentence it is. The macros make that an
    /// error of the compiler.
    pub const fn new(english: &str, names: &[&str], told: &str) -> Sentence {
        assert!(has_placeholders(english.as_bytes(), names), "{}", told);
        let (mut from, mut to) = (0, SENTENCES.len());
        while from < to {
            let middle = from + (to - from) / 2;
            match compare(SENTENCES[middle][0].as_bytes(), english.as_bytes()) {
                0 => return Sentence(SENTENCES[middle]),
                1 => to = middle,
                _ => from = middle + 1,
            }
        }
        panic!("{}", told)
    }

    /// The sentence in the language of this process.
    pub fn said(self) -> &'static str {
        current().of(&self.0)
    }

    /// The sentence in the language of this process, with a value for each of its placeholders.
    pub fn filled(self, values: &[(&str, &dyn Display)]) -> String {
        let mut rest = self.said();
        let mut filled = String::with_capacity(rest.len() + 32);
        while let Some(brace) = rest.bytes().position(|byte| byte == b'{') {
            filled.push_str(&rest[..brace]);
            rest = &rest[brace + 1..];
            for (name, value) in values {
                if let Some(after) = rest.strip_prefix(name).and_then(|it| it.strip_prefix('}')) {
                    // A String takes all.
                    let _ = write!(filled, "{value}");
                    rest = after;
                    break;
                }
            }
        }
        filled.push_str(rest);
        filled
    }
}

/// Says a sentence for a person in the language of this process: `t!("Quit")` is a `&'static str`, and
/// `t!("Signed in as {name}", name)` a `String`, in which `name = …` would give another value. A sentence that a language
/// lacks, and a placeholder without a value, do not compile.
#[macro_export]
macro_rules! t {
    ($english:literal $(,)?) => {{
        const SENTENCE: $crate::language::Sentence = $crate::sentence!($english);
        SENTENCE.said()
    }};
    ($english:literal, $($name:ident $(= $value:expr)?),+ $(,)?) => {{
        const SENTENCE: $crate::language::Sentence = $crate::sentence!($english, $($name),+);
        SENTENCE.filled(&[$((stringify!($name), &$crate::t!(@ $name $(= $value)?))),+])
    }};
    (@ $name:ident) => { $name };
    (@ $name:ident = $value:expr) => { $value };
}

/// A [`Sentence`] to be said later; the names of its placeholders follow it.
#[macro_export]
macro_rules! sentence {
    ($english:literal $(, $name:ident)* $(,)?) => {
        $crate::language::Sentence::new(
            $english,
            &[$(stringify!($name)),*],
            concat!("not in locale/*.json, or with other placeholders: ", $english),
        )
    };
}

/// Whether `names` are the placeholders of `sentence`, each at least once.
const fn has_placeholders(sentence: &[u8], names: &[&str]) -> bool {
    let (mut found, mut at) = (0, 0);
    while at < sentence.len() {
        if sentence[at] == b'{' {
            let mut nth = 0;
            while nth < names.len() && !is_at(sentence, at + 1, names[nth].as_bytes()) {
                nth += 1;
            }
            if nth == names.len() {
                return false;
            }
            found |= 1u32 << nth;
        }
        at += 1;
    }
    found.count_ones() as usize == names.len()
}

/// Whether `name` stands at this place, before a brace that closes.
const fn is_at(sentence: &[u8], at: usize, name: &[u8]) -> bool {
    let mut nth = 0;
    while nth < name.len() {
        if at + nth >= sentence.len() || sentence[at + nth] != name[nth] {
            return false;
        }
        nth += 1;
    }
    at + nth < sentence.len() && sentence[at + nth] == b'}'
}

/// -1, 0 or 1, as `one` comes before, at or after `other`.
const fn compare(one: &[u8], other: &[u8]) -> i8 {
    let mut at = 0;
    while at < one.len() && at < other.len() {
        if one[at] != other[at] {
            return if one[at] < other[at] { -1 } else { 1 };
        }
        at += 1;
    }
    if one.len() == other.len() {
        0
    } else if one.len() < other.len() {
        -1
    } else {
        1
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_value_stands_where_its_language_wants_it() {
        // In each language of the process, so that no other test sees it change.
        let filled = |sentence| {
            Sentence([sentence; CODES.len()]).filled(&[("time", &17), ("status", &"{time}")])
        };

        assert_eq!(filled("{status} until {time}, {status}"), "{time} until 17, {time}");
        assert_eq!(filled("Bis {time}: {status}"), "Bis 17: {time}");
        assert_eq!(filled("plain"), "plain");
    }

    #[test]
    fn a_locale_names_its_language() {
        for (locale, code) in [("de", Some("de")), ("DE-CH", Some("de")), ("en-GB", Some("en"))] {
            assert_eq!(Language::find(locale).map(Language::code), code, "{locale}");
        }
        for unknown in ["", "C", "fr-FR", "deu"] {
            assert_eq!(Language::find(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn every_sentence_is_found_and_no_other() {
        for row in SENTENCES {
            let names: BTreeSet<&str> =
                row[0].split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
            let names: Vec<&str> = names.into_iter().collect();
            assert!(has_placeholders(row[0].as_bytes(), &names), "{}", row[0]);
            assert_eq!(Sentence::new(row[0], &names, row[0]).0, row);
        }
        assert!(std::panic::catch_unwind(|| Sentence::new("No such sentence", &[], "")).is_err());
        for (sentence, names) in
            [("{a}", &["b"][..]), ("{a}", &[]), ("a", &["a"]), ("{ab}", &["a"]), ("{a", &["a"])]
        {
            assert!(!has_placeholders(sentence.as_bytes(), names), "{sentence} {names:?}");
        }
    }
}
