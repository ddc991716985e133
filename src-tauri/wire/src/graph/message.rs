//! Owns how a status message is written, and how one of ours is known among others ("presence: setStatusMessage",
//! "presenceStatusMessage"). Refuses to let a message that others wrote go further.

use std::time::{SystemTime, UNIX_EPOCH};

use presence_core::{FoundMessage, StatusMessage};
use serde::Serialize;
use serde_json::Value;

/// What a message may be wrapped in; the last is what the client of Teams puts behind one that it also shows to whoever
/// writes to the person.
const WRAPPERS: [&str; 5] = ["p", "div", "span", "br", "pinnednote"];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SetStatusMessage<'a> {
    status_message: PresenceStatusMessage<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PresenceStatusMessage<'a> {
    message: ItemBody<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiry_date_time: Option<DateTimeTimeZone>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ItemBody<'a> {
    content: &'a str,
    content_type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DateTimeTimeZone {
    date_time: String,
    time_zone: &'static str,
}

/// The body that sets `text` until `ends`.
pub(super) fn set(text: &StatusMessage, ends: SystemTime) -> SetStatusMessage<'_> {
    let expiry = DateTimeTimeZone { date_time: date_time(ends), time_zone: "UTC" };
    body(text.as_str(), Some(expiry))
}

/// The body that ends the message that stands.
pub(super) fn cleared() -> SetStatusMessage<'static> {
    body("", None)
}

fn body(content: &str, expiry_date_time: Option<DateTimeTimeZone>) -> SetStatusMessage<'_> {
    let message = ItemBody { content, content_type: "text" };
    SetStatusMessage { status_message: PresenceStatusMessage { message, expiry_date_time } }
}

/// What stands as the status message of a presence. What is not understood is somebody else's.
pub(super) fn found(presence: &Value, ours: &[StatusMessage]) -> FoundMessage {
    let status_message = presence.get("statusMessage").filter(|message| !message.is_null());
    let content = status_message.map(|message| inner(inner(message, "message"), "content"));
    match content {
        None | Some(Value::Null) => FoundMessage::Nothing,
        Some(Value::String(content)) => match plain(content) {
            text if text.is_empty() => FoundMessage::Nothing,
            text if ours.iter().any(|ours| plain(ours.as_str()) == text) => FoundMessage::Ours,
            _ => FoundMessage::Theirs,
        },
        Some(_) => FoundMessage::Theirs,
    }
}

/// What has this name in `value`, which may stand for it.
fn inner<'a>(value: &'a Value, name: &str) -> &'a Value {
    value.get(name).unwrap_or(value)
}

/// What is left of a message however often the service escapes it, and however it wraps and spaces it.
fn plain(content: &str) -> String {
    let mut text = unwrapped(content);
    loop {
        let next = unwrapped(&text);
        if next == text {
            return text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        text = next;
    }
}

/// `content` without its wrappers and one round of escapes; never longer.
fn unwrapped(content: &str) -> String {
    let mut text = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, after) = rest.split_at(at);
        text.push_str(before);
        let (letter, length) = escaped(after).or_else(|| tag(after)).unwrap_or_else(|| {
            let letter = after.chars().next().unwrap_or(' ');
            (letter, letter.len_utf8())
        });
        text.push(letter);
        rest = &after[length..];
    }
    text.push_str(rest);
    text
}

/// The character that a reference of XML or HTML at the beginning of `text` stands for, and its length.
fn escaped(text: &str) -> Option<(char, usize)> {
    let end = text.find(';').filter(|end| *end <= 10)?;
    let name = text.strip_prefix('&')?.get(..end - 1)?;
    let letter = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => char::from_u32(match name.strip_prefix('#')?.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => name[1..].parse().ok()?,
        })?,
    };
    Some((letter, end + 1))
}

/// The length of a wrapper's tag at the beginning of `text`, which stands for a space.
fn tag(text: &str) -> Option<(char, usize)> {
    let end = text.find('>')?;
    let name = text[..end].strip_prefix('<')?.trim_matches('/').split(' ').next()?;
    let is_wrapper = WRAPPERS.iter().any(|wrapper| wrapper.eq_ignore_ascii_case(name));
    is_wrapper.then_some((' ', end + 1))
}

/// `2026-11-24T17:00:00.000`, in UTC ("dateTimeTimeZone", whose `dateTime` has no zone).
fn date_time(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (seconds, millis) = (since.as_secs(), since.subsec_millis());
    let (year, month, day) = civil(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}")
}

/// The date so many days after 1970-01-01, by the Gregorian calendar: months are counted from March, so that the day
/// that leap years add is the last one of a year.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (month, day) = ((month + 2) % 12 + 1, day - (153 * month + 2) / 5 + 1);
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn text(text: &str) -> StatusMessage {
        text.parse().expect("it is a message")
    }

    fn among(presence: &str, ours: &[&str]) -> FoundMessage {
        let ours: Vec<_> = ours.iter().map(|ours| text(ours)).collect();
        found(&serde_json::from_str(presence).expect("it is JSON"), &ours)
    }

    #[test]
    fn a_message_is_set_and_cleared_as_the_documentation_has_it() {
        let ends = UNIX_EPOCH + Duration::from_millis(1_795_539_600_250);
        let json = |body: SetStatusMessage<'_>| serde_json::to_string(&body).expect("it is JSON");
        assert_eq!(
            json(set(&text("Back at \"3\""), ends)),
            r#"{"statusMessage":{"message":{"content":"Back at \"3\"","contentType":"text"},"expiryDateTime":{"dateTime":"2026-11-24T17:00:00.250","timeZone":"UTC"}}}"#
        );
        assert_eq!(
            json(cleared()),
            r#"{"statusMessage":{"message":{"content":"","contentType":"text"}}}"#
        );
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, date) in [
            (0, "1970-01-01T00:00:00.000"),
            (951_782_400, "2000-02-29T00:00:00.000"),
            (1_709_251_199, "2024-02-29T23:59:59.000"),
            (1_709_251_200, "2024-03-01T00:00:00.000"),
            (4_102_444_800, "2100-01-01T00:00:00.000"),
        ] {
            assert_eq!(date_time(UNIX_EPOCH + Duration::from_secs(seconds)), date);
        }
    }

    #[test]
    fn ours_is_known_however_the_service_writes_it() {
        for (ours, content) in [
            ("Back at 3", "Back at 3"),
            ("Back at 3", " Back  at 3\u{a0}"),
            ("Back at 3", "Back at 3<pinnednote></pinnednote>"),
            ("Back at 3", "<p>Back at 3</p>"),
            ("R&D <3", "R&amp;D &lt;3"),
            ("R&D <3", "R&#38;D &#x3C;3"),
            ("R&D <3", "R&D <3"),
            ("a &amp; b", "a &amp; b"),
            ("a &amp; b", "a & b"),
            ("a &amp; b", "a &amp;amp; b"),
            ("Back <soon>", "Back &lt;soon&gt;"),
            ("Back <soon>", "<div style=\"x\">Back &lt;soon&gt;<br/></div>"),
        ] {
            let presence =
                serde_json::json!({"statusMessage": {"message": {"content": content}}}).to_string();
            assert_eq!(among(&presence, &["x", ours]), FoundMessage::Ours, "{content}");
            assert_eq!(among(&presence, &["x"]), FoundMessage::Theirs, "{content}");
        }
    }

    #[test]
    fn what_is_not_understood_is_somebody_elses() {
        for (message, is) in [
            ("null", FoundMessage::Nothing),
            (r#"{"message":null}"#, FoundMessage::Nothing),
            (r#"{"message":{"content":null}}"#, FoundMessage::Nothing),
            (r#"{"message":{"content":" ","contentType":"text"}}"#, FoundMessage::Nothing),
            (r#"{"message":{"content":"<pinnednote></pinnednote>"}}"#, FoundMessage::Nothing),
            (r#"{"message":{"content":"<soon>"}}"#, FoundMessage::Theirs),
            (r#"{"message":{"content":7}}"#, FoundMessage::Theirs),
            ("[]", FoundMessage::Theirs),
        ] {
            let presence = format!(r#"{{"statusMessage":{message}}}"#);
            assert_eq!(among(&presence, &["x"]), is, "{message}");
        }
        assert_eq!(among("{}", &["x"]), FoundMessage::Nothing);
    }
}
