//! Owns what a status message may be, and what is found in its place at the service; refuses to know when it is set.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};

/// The text below a person's name in Teams ("presence: setStatusMessage"): one line, not empty, without control
/// characters and of [`StatusMessage::LONGEST`] at most. Its `Debug` says nothing of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(type = "string"))]
#[serde(try_from = "String", into = "String")]
pub struct StatusMessage(Arc<str>);

/// Why a text is no status message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongMessage {
    /// There is nothing in it.
    Empty,
    /// It has so many characters.
    TooLong(usize),
    /// The character at this place, counted from 1, is a control character.
    Control(usize),
}

/// What stands as a person's status message at the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundMessage {
    /// There is none.
    Nothing,
    /// One that this program wrote.
    Ours,
    /// Another one: the person wrote it in Teams, or another program did.
    Theirs,
}

impl StatusMessage {
    /// The most characters that it may have, counted as the client of Teams counts them, in UTF-16.
    pub const LONGEST: usize = 280;

    /// The status message that `text` is; none where it is blank.
    ///
    /// # Errors
    /// When it is too long or has a control character.
    pub fn read(text: &str) -> Result<Option<StatusMessage>, WrongMessage> {
        let text = text.trim();
        if let Some(at) = text.chars().position(char::is_control) {
            return Err(WrongMessage::Control(at + 1));
        }
        let length = text.encode_utf16().count();
        if length > StatusMessage::LONGEST {
            return Err(WrongMessage::TooLong(length));
        }
        Ok((!text.is_empty()).then(|| StatusMessage(text.into())))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The status message of a command; a blank one is none.
pub(crate) fn optional<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<StatusMessage>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    StatusMessage::read(&text.unwrap_or_default()).map_err(serde::de::Error::custom)
}

impl FromStr for StatusMessage {
    type Err = WrongMessage;

    fn from_str(text: &str) -> Result<StatusMessage, WrongMessage> {
        StatusMessage::read(text)?.ok_or(WrongMessage::Empty)
    }
}

impl TryFrom<String> for StatusMessage {
    type Error = WrongMessage;

    fn try_from(text: String) -> Result<StatusMessage, WrongMessage> {
        text.parse()
    }
}

impl From<StatusMessage> for String {
    fn from(message: StatusMessage) -> String {
        message.as_str().to_owned()
    }
}

impl fmt::Debug for StatusMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(private)")
    }
}

impl std::error::Error for WrongMessage {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_of_280_characters_at_most() {
        let read = |text: &str| StatusMessage::read(text).map(|message| message.map(String::from));
        assert_eq!(read("  Back at 3 ☕ "), Ok(Some("Back at 3 ☕".to_owned())));
        assert_eq!(read(" \t\n"), Ok(None));
        assert_eq!(read(&"ä".repeat(280)).map(|message| message.is_some()), Ok(true));
        assert_eq!(read(&"ä".repeat(281)), Err(WrongMessage::TooLong(281)));
        assert_eq!(read(&"🎉".repeat(141)), Err(WrongMessage::TooLong(282)));
        assert_eq!(read("one\ntwo"), Err(WrongMessage::Control(4)));
        assert_eq!(read("\u{1b}[31mred"), Err(WrongMessage::Control(1)));
    }

    #[test]
    fn a_message_stays_out_of_logs() {
        let message: StatusMessage = "Back at 3".parse().expect("it is one");
        assert!(!format!("{message:?}").contains("Back"));
    }
}
