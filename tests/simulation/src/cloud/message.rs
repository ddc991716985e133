//! "presence: setStatusMessage", and what stands as a person's status message; it refuses to know sessions.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::Cloud;
use super::verbs::{GraphError, invalid, malformed, read_json};
use super::wire::{Millis, Request};

/// The longest message, as long as the one that the client of Teams takes.
const LONGEST: usize = 280;

/// Who wrote a status message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Author {
    /// The person, in Teams.
    Person,
    /// The application of this number.
    App(usize),
}

/// A status message that stands, without its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageSight {
    /// Who wrote it.
    pub author: Author,
    /// Tells it from those before it.
    pub number: u64,
    /// When it expires; [`Millis::MAX`] if it does not.
    pub until: Millis,
}

/// A status message.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    text: String,
    published: Millis,
    pub(crate) sight: MessageSight,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Body {
    status_message: StatusMessage,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StatusMessage {
    message: ItemBody,
    expiry_date_time: Option<DateTimeTimeZone>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ItemBody {
    content: Option<String>,
    content_type: String,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DateTimeTimeZone {
    date_time: String,
    time_zone: String,
}

/// `statusMessage` of "Get presence".
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Told {
    message: ItemBody,
    published_date_time: String,
    expiry_date_time: Option<DateTimeTimeZone>,
}

impl Cloud {
    pub(crate) fn set_status_message(
        &mut self,
        now: Millis,
        app: usize,
        user: usize,
        request: &Request,
    ) -> Result<(), GraphError> {
        let Body { status_message: StatusMessage { message, expiry_date_time } } =
            read_json(request)?;
        if message.content_type != "text" {
            return Err(invalid("The provided [ContentType] is not supported."));
        }
        let until = match expiry_date_time {
            Some(at) if at.time_zone == "UTC" => self.read_date(&at.date_time)?,
            Some(_) => return Err(invalid("The provided [TimeZone] is not supported.")),
            None => Millis::MAX,
        };
        let text = message.content.unwrap_or_default();
        if text.encode_utf16().count() > LONGEST {
            return Err(invalid("The provided [Content] is too long."));
        }
        self.write_message(now, user, Author::App(app), &text, until);
        Ok(())
    }

    /// Lets the user write a status message in Teams that does not expire, or delete the one that stands.
    pub fn writes(&mut self, oid: &str, now: Millis, text: Option<&str>) {
        let user = self.user(oid);
        self.write_message(now, user, Author::Person, text.unwrap_or_default(), Millis::MAX);
    }

    /// The status message that colleagues see of the user now, as the service keeps it.
    pub fn message(&self, oid: &str, now: Millis) -> Option<&str> {
        self.presence[self.user(oid)].note(now).map(|note| note.text.as_str())
    }

    pub(crate) fn tell_message(&self, now: Millis, user: usize) -> Option<Told> {
        let note = self.presence[user].note(now)?;
        let thousandths = self.options.epoch.wrapping_add(note.sight.until) % 1_000;
        let expires = (note.sight.until != Millis::MAX).then(|| DateTimeTimeZone {
            date_time: format!("{:?}.{thousandths:03}0000", self.date(note.sight.until)),
            time_zone: "UTC".to_owned(),
        });
        Some(Told {
            message: ItemBody { content: Some(note.text.clone()), content_type: "text".to_owned() },
            published_date_time: format!("{:?}Z", self.date(note.published)),
            expiry_date_time: expires,
        })
    }

    fn write_message(
        &mut self,
        now: Millis,
        user: usize,
        author: Author,
        text: &str,
        until: Millis,
    ) {
        let number = self.presence[user].changes + 1;
        let text = escaped(text.trim());
        let sight = MessageSight { author, number, until };
        let note = (!text.is_empty()).then_some(Note { text, published: now, sight });
        self.presence[user].write(note);
    }

    /// A date without a zone, as "dateTimeTimeZone" has it.
    fn read_date(&self, text: &str) -> Result<Millis, GraphError> {
        let date = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f");
        let unix = date.map_err(|_| malformed())?.and_utc().timestamp_millis();
        Ok(u64::try_from(unix).unwrap_or(0).saturating_sub(self.options.epoch))
    }
}

/// As another service of Microsoft's keeps it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
