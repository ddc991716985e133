//! Owns how a person may write a status; refuses words that mean none of the five, or more than one.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, Error};
use presence_core::Status;

use super::words;

/// How alike (0 to 1) a word must be to a name to suggest it; as clap does for its own words.
pub(super) const ALIKE: f64 = 0.7;

/// Reads a status by its name, its words in the menu or an unambiguous beginning of either, however they are
/// spaced and capitalised.
#[derive(Clone, Copy, Debug)]
pub(super) struct StatusWords;

impl TypedValueParser for StatusWords {
    type Value = Status;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Status, Error> {
        let text = value.to_string_lossy();
        read(&text).map_err(|misread| match misread {
            Misread::Ambiguous(candidates) => Error::raw(
                ErrorKind::ValueValidation,
                format!("{}\n", words::ambiguous(&text, &candidates)),
            )
            .with_cmd(command),
            Misread::Unknown { nearest } => {
                let names = Status::ALL.map(|status| status.name().to_owned()).to_vec();
                let nearest = nearest.map(|status| status.name().to_owned());
                unknown(command, arg, &text, names, nearest)
            }
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = Status::ALL.into_iter();
        Some(Box::new(values.map(|status| PossibleValue::new(status.name()).help(status.label()))))
    }
}

/// Why words are no status.
#[derive(Debug, PartialEq, Eq)]
enum Misread {
    /// The beginning of all of these names.
    Ambiguous(Vec<&'static str>),
    /// None of the five, but perhaps meant as one.
    Unknown { nearest: Option<Status> },
}

fn read(text: &str) -> Result<Status, Misread> {
    let typed = plain(text);
    if typed.is_empty() {
        return Err(Misread::Unknown { nearest: None });
    }
    let begun: Vec<_> = Status::ALL
        .into_iter()
        .filter(|status| {
            [status.name(), status.label()].map(plain).iter().any(|it| it.starts_with(&typed))
        })
        .collect();
    match begun[..] {
        [status] => Ok(status),
        [] => Err(Misread::Unknown { nearest: nearest(&typed) }),
        [..] => Err(Misread::Ambiguous(begun.iter().map(|status| status.name()).collect())),
    }
}

/// The letters alone: `In a call`, `in_a_call` and `InACall` are one.
fn plain(text: &str) -> String {
    let is_gap = |letter: &char| letter.is_whitespace() || "_-()".contains(*letter);
    text.chars().filter(|letter| !is_gap(letter)).flat_map(char::to_lowercase).collect()
}

/// People also type what Teams shows: "busy" is nearest to a call, "dnd" to presenting.
fn nearest(typed: &str) -> Option<Status> {
    let likeness = |status: Status| {
        [status.name(), status.label(), status.availability()]
            .map(|words| strsim::jaro(typed, &plain(words)))
            .into_iter()
            .fold(0.0, f64::max)
    };
    let mut scored = Status::ALL.map(|status| (likeness(status), status));
    scored.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let [(likeness, status), ..] = scored;
    (likeness > ALIKE).then_some(status)
}

/// clap's own words for a value that is none of the possible ones.
pub(super) fn unknown(
    command: &Command,
    arg: Option<&Arg>,
    text: &str,
    names: Vec<String>,
    nearest: Option<String>,
) -> Error {
    let mut error = Error::new(ErrorKind::InvalidValue).with_cmd(command);
    let arg = arg.map(Arg::to_string).unwrap_or_default();
    error.insert(ContextKind::InvalidArg, ContextValue::String(arg));
    error.insert(ContextKind::InvalidValue, ContextValue::String(text.to_owned()));
    error.insert(ContextKind::ValidValue, ContextValue::Strings(names));
    if let Some(name) = nearest {
        error.insert(ContextKind::SuggestedValue, ContextValue::String(name));
    }
    error
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn a_status_is_known_by_its_name_its_menu_words_and_their_beginnings() {
        for (text, status) in [
            ("available", Status::Available),
            ("Available", Status::Available),
            ("av", Status::Available),
            ("in-a-call", Status::InACall),
            ("In a call", Status::InACall),
            ("IN_A_CALL", Status::InACall),
            ("InACall", Status::InACall),
            ("in a ca", Status::InACall),
            ("In a conference call", Status::InAConferenceCall),
            ("in-a-co", Status::InAConferenceCall),
            ("aw", Status::Away),
            ("presenting", Status::Presenting),
            ("Presenting (do not disturb)", Status::Presenting),
            ("presenting (do", Status::Presenting),
            ("p", Status::Presenting),
        ] {
            assert_eq!(read(text), Ok(status), "{text}");
        }
    }

    #[test]
    fn every_name_and_every_menu_word_means_its_own_status() {
        for status in Status::ALL {
            assert_eq!(read(status.name()), Ok(status));
            assert_eq!(read(status.label()), Ok(status));
        }
    }

    #[test]
    fn an_ambiguous_beginning_names_the_candidates() {
        for (text, candidates) in [
            ("in-a-c", &["in-a-call", "in-a-conference-call"]),
            ("in", &["in-a-call", "in-a-conference-call"]),
            ("A", &["available", "away"]),
        ] {
            assert_eq!(read(text), Err(Misread::Ambiguous(candidates.to_vec())), "{text}");
        }
    }

    #[test]
    fn a_misspelt_status_comes_with_the_nearest_of_the_five() {
        for (text, nearest) in [
            ("avialable", Some(Status::Available)),
            ("availible", Some(Status::Available)),
            ("bussy", Some(Status::InACall)),
            ("in-a-confrence-call", Some(Status::InAConferenceCall)),
            ("awy", Some(Status::Away)),
            ("awayy", Some(Status::Away)),
            ("presentign", Some(Status::Presenting)),
            ("donotdistrub", Some(Status::Presenting)),
            ("offline", None),
            ("", None),
            ("--", None),
            ("é", None),
        ] {
            assert_eq!(read(text), Err(Misread::Unknown { nearest }), "{text}");
        }
    }

    #[test]
    fn the_command_line_says_what_it_takes_instead() {
        let wrong = |status| {
            let parsed = Cli::try_parse_from(["presence-tray", "set", status]);
            parsed.unwrap_err().to_string()
        };

        let unknown = wrong("avialable");
        let ambiguous = wrong("in-a-c");

        assert!(unknown.contains("invalid value 'avialable' for '<STATUS>'"), "{unknown}");
        assert!(unknown.contains("a similar value exists: 'available'"), "{unknown}");
        for status in Status::ALL {
            assert!(unknown.contains(status.name()), "{unknown}");
        }
        assert!(
            ambiguous.contains("\"in-a-c\" may mean in-a-call or in-a-conference-call"),
            "{ambiguous}"
        );
    }
}
