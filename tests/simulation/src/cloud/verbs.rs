//! The four verbs of sessions and of what is pinned, and what their bodies may say; it refuses to know who asks.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Deserialize;

use super::Cloud;
use super::presence::{Pair, Shown};
use super::wire::{Millis, Request, cut};

const MINUTE: Millis = 60_000;
const HOUR: Millis = 60 * MINUTE;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Body {
    session_id: Option<String>,
    availability: Option<String>,
    activity: Option<String>,
    expiration_duration: Option<Span>,
}

/// An ISO 8601 duration, if it is one.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
struct Span(Option<Millis>);

impl From<String> for Span {
    fn from(text: String) -> Span {
        Span(iso_8601(&text))
    }
}

/// The newest body that was read: a renewal says what the one before it said.
#[derive(Debug)]
pub(crate) struct Read {
    content_type: Option<Cow<'static, str>>,
    text: Vec<u8>,
    body: Arc<Body>,
}

impl Body {
    fn is_pair(&self, shown: Shown) -> bool {
        self.availability.as_deref() == Some(shown.availability)
            && self.activity.as_deref() == Some(shown.activity)
    }
}

/// A status, a code and a message.
pub(crate) type GraphError = (u16, &'static str, &'static str);

impl Cloud {
    /// What a request says.
    pub(crate) fn read_body(&mut self, request: &Request) -> Result<Arc<Body>, GraphError> {
        let Request { content_type, body: text, .. } = request;
        let is_same = |read: &&Read| read.text == *text && read.content_type == *content_type;
        if let Some(read) = self.newest_body.as_ref().filter(is_same) {
            return Ok(read.body.clone());
        }
        let body = Arc::new(body_of(request)?);
        let (content_type, text) = (content_type.clone(), text.clone());
        self.newest_body = Some(Read { content_type, text, body: body.clone() });
        Ok(body)
    }

    pub(crate) fn set_presence(
        &mut self,
        now: Millis,
        app: usize,
        user: usize,
        body: &Body,
    ) -> Result<(), GraphError> {
        self.check_session_id(app, body)?;
        let Some(pair) = Pair::ALL.into_iter().find(|pair| body.is_pair(pair.shown())) else {
            return Err(unsupported());
        };
        let duration = duration(body, 5 * MINUTE)?;
        if !(5 * MINUTE..=4 * HOUR).contains(&duration) {
            return Err(invalid("The provided [ExpirationDuration] is out of range."));
        }
        self.presence[user].session_mut(app).set(now, pair, duration);
        Ok(())
    }

    pub(crate) fn clear_presence(
        &mut self,
        now: Millis,
        app: usize,
        user: usize,
        body: &Body,
    ) -> Result<(), GraphError> {
        self.check_session_id(app, body)?;
        if body.availability.is_some()
            || body.activity.is_some()
            || body.expiration_duration.is_some()
        {
            return Err(malformed());
        }
        if !self.presence[user].session_mut(app).clear(now) {
            return Err((404, "NotFound", "The presence session does not exist."));
        }
        Ok(())
    }

    pub(crate) fn set_preferred(
        &mut self,
        now: Millis,
        user: usize,
        body: &Body,
    ) -> Result<(), GraphError> {
        if body.session_id.is_some() {
            return Err(malformed());
        }
        let Some(shown) = Shown::PREFERRED.into_iter().find(|shown| body.is_pair(*shown)) else {
            return Err(unsupported());
        };
        // The documented defaults: a day for Busy and DoNotDisturb, else seven.
        let days = if matches!(shown.availability, "Busy" | "DoNotDisturb") { 1 } else { 7 };
        let duration = duration(body, days * 24 * HOUR)?;
        if duration == 0 {
            return Err(invalid("The provided [ExpirationDuration] is out of range."));
        }
        self.presence[user].prefer(Some((shown, now + duration)));
        Ok(())
    }

    pub(crate) fn clear_preferred(&mut self, user: usize, body: &Body) -> Result<(), GraphError> {
        let empty = body.session_id.is_none()
            && body.availability.is_none()
            && body.activity.is_none()
            && body.expiration_duration.is_none();
        if !empty {
            return Err(malformed());
        }
        self.presence[user].prefer(None);
        Ok(())
    }

    fn check_session_id(&self, app: usize, body: &Body) -> Result<(), GraphError> {
        match body.session_id.as_deref() {
            None => Err(session_id_required()),
            Some(id) if id == self.options.apps[app].client_id => Ok(()),
            Some(_) => Err(invalid("The provided [SessionId] is not the application's ID.")),
        }
    }
}

fn body_of(request: &Request) -> Result<Body, GraphError> {
    if request.body.is_empty() {
        return Err(session_id_required());
    }
    read_json(request)
}

pub(crate) fn read_json<'a, T: Deserialize<'a>>(request: &'a Request) -> Result<T, GraphError> {
    if !request.media_type().eq_ignore_ascii_case("application/json") {
        return Err(malformed());
    }
    let text = str::from_utf8(&request.body).map_err(|_| malformed())?;
    serde_json::from_str(text).map_err(|_| malformed())
}

fn duration(body: &Body, default: Millis) -> Result<Millis, GraphError> {
    match body.expiration_duration {
        None => Ok(default),
        Some(Span(span)) => span.ok_or_else(malformed),
    }
}

/// Days, hours, minutes and whole seconds, each at most once and in this order.
pub(crate) fn iso_8601(text: &str) -> Option<Millis> {
    let text = text.strip_prefix('P')?;
    let (date, time) = match cut(text, b'T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None if text.is_empty() => return None,
        None => (text, ""),
    };
    let units = [('H', HOUR), ('M', MINUTE), ('S', 1_000)];
    parts(date, &[('D', 24 * HOUR)])?.checked_add(parts(time, &units)?)
}

fn parts(mut text: &str, units: &[(char, Millis)]) -> Option<Millis> {
    let mut sum: Millis = 0;
    for (letter, unit) in units {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = text.split_at(digits);
        if let Some(rest) = rest.strip_prefix(*letter) {
            let number: Millis = number.parse().ok()?;
            sum = sum.checked_add(number.checked_mul(*unit)?)?;
            text = rest;
        }
    }
    text.is_empty().then_some(sum)
}

fn session_id_required() -> GraphError {
    invalid("[SessionId]: The SessionId field is required.")
}

fn unsupported() -> GraphError {
    invalid("The provided [Availability] and [Activity] are not a supported combination.")
}

pub(crate) fn invalid(message: &'static str) -> GraphError {
    (400, "InvalidArgument", message)
}

pub(crate) fn malformed() -> GraphError {
    (400, "BadRequest", "Unable to read the JSON request payload.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_iso_8601() {
        for (text, minutes) in [("PT5M", 5), ("PT1H", 60), ("PT300S", 5), ("PT3H59M60S", 240)] {
            assert_eq!(iso_8601(text), Some(minutes * MINUTE), "{text}");
        }
        assert_eq!(iso_8601("P1DT1H"), Some(25 * HOUR));
        for text in ["", "P", "PT", "5M", "PT5", "PTM", "PT-5M", "PT5M1H", "PT1.5H", "PT+5M", "P5M"]
        {
            assert_eq!(iso_8601(text), None, "{text}");
        }
    }
}
