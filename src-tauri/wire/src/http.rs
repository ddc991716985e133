//! Owns HTTP's side of an answer before its body is understood; refuses to know who is asked for what.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use presence_core::{Answer, Ids, NoAnswer};
use serde::Deserialize;
use url::form_urlencoded;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
/// What a form takes, bytes, as a rule.
const BODY: usize = 2048;
/// The longest pause that a service may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// How something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
}

/// A whole request. Its headers and its body may hold tokens, so its `Debug` says only the method.
pub struct Request {
    /// Its method.
    pub method: Method,
    /// Where it goes; whether it is a URL at all, who sends it sees.
    pub url: String,
    /// The names of its headers, in lower case, and their values.
    pub headers: Vec<(&'static str, Cow<'static, str>)>,
    /// The bytes of its body.
    pub body: Vec<u8>,
}

/// A whole response. Its body may hold tokens, so its `Debug` says only the status.
pub struct Response {
    /// Its status.
    pub status: u16,
    /// The names of its headers, in lower case, and their values.
    pub headers: Vec<(Cow<'static, str>, String)>,
    /// The bytes of its body.
    pub body: Vec<u8>,
    /// When it came, by the clock of this machine.
    pub received: SystemTime,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({:?})", self.method)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({})", self.status)
    }
}

impl Response {
    /// Whether the service throttles or is down. Only for what is known to be its own answer: a page of a proxy must
    /// not keep a person waiting.
    pub(crate) fn overload(&self, ids: &Ids) -> Option<Answer> {
        if self.status != 429 && self.status < 500 {
            return None;
        }
        let (retry_after, ids) = (self.retry_after(), ids.clone());
        Some(match self.status {
            429 => Answer::Throttled { retry_after, ids },
            _ => Answer::Busy { retry_after, ids },
        })
    }

    /// `Retry-After` (RFC 9110, section 10.2.3). A date is meant by the clock of who wrote it, where that is known.
    fn retry_after(&self) -> Option<Duration> {
        let text = self.header("retry-after")?.trim();
        let span = if !text.is_empty() && text.bytes().all(|letter| letter.is_ascii_digit()) {
            // More than a number holds is more than is waited for.
            text.parse().map_or(LONGEST_PAUSE, Duration::from_secs)
        } else {
            let date = httpdate::parse_http_date(text).ok()?;
            date.duration_since(self.date().unwrap_or(self.received)).unwrap_or_default()
        };
        Some(span.min(LONGEST_PAUSE))
    }

    /// When the service says that it answered.
    #[must_use]
    pub fn date(&self) -> Option<SystemTime> {
        httpdate::parse_http_date(self.header("date")?).ok()
    }

    /// The value of a header; `name` in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers_of(name).next()
    }

    /// Every value of a header; `name` in lower case.
    pub(crate) fn headers_of(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(have, _)| have == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// An answer that is not the service's: a captive portal, a proxy's page.
    pub(crate) fn not_the_service(&self) -> Answer {
        Answer::Offline { cause: NoAnswer::NotTheService(Some(self.status)) }
    }

    /// What stands in the body as JSON, which is UTF-8 (RFC 8259, section 8.1).
    pub(crate) fn json<'a, T: Deserialize<'a>>(&'a self) -> Option<T> {
        serde_json::from_str(str::from_utf8(&self.body).ok()?).ok()
    }

    pub(crate) fn is_json(&self) -> bool {
        self.header("content-type")
            .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/json"))
    }
}

/// A `GET`, with an access token where there is one.
pub(crate) fn get(url: String, token: Option<&str>) -> Request {
    let headers = token.map(bearer).into_iter().collect();
    Request { method: Method::Get, url, headers, body: Vec::new() }
}

/// A `POST` of JSON with an access token.
pub(crate) fn post_json(url: String, token: &str, body: Vec<u8>) -> Request {
    let headers = vec![("content-type", JSON.into()), bearer(token)];
    Request { method: Method::Post, url, headers, body }
}

/// A `POST` of a form.
pub(crate) fn post_form<'a>(
    url: String,
    fields: impl IntoIterator<Item = &'a (&'a str, &'a str)>,
) -> Request {
    let mut body = String::with_capacity(BODY);
    form_urlencoded::Serializer::new(&mut body).extend_pairs(fields).finish();
    let headers = vec![("content-type", FORM.into()), ("accept", JSON.into())];
    Request { method: Method::Post, url, headers, body: body.into_bytes() }
}

fn bearer(token: &str) -> (&'static str, Cow<'static, str>) {
    ("authorization", ["Bearer ", token].concat().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(headers: &[(&'static str, &str)]) -> Option<Duration> {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).to_owned()));
        let headers = headers.collect();
        let response = Response { status: 503, headers, body: Vec::new(), received: at(NOW.1) };
        match response.overload(&Ids::new()) {
            Some(Answer::Busy { retry_after, .. }) => retry_after,
            other => panic!("{other:?}"),
        }
    }

    fn at(date: &str) -> SystemTime {
        httpdate::parse_http_date(date).unwrap()
    }

    const NOW: (&str, &str) = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");

    #[test]
    fn retry_after_is_read_in_both_forms_and_never_longer_than_an_hour() {
        let seconds = Duration::from_secs;
        assert_eq!(asked(&[("retry-after", "17")]), Some(seconds(17)));
        assert_eq!(asked(&[("retry-after", "86400")]), Some(LONGEST_PAUSE));
        assert_eq!(asked(&[("retry-after", "99999999999999999999999")]), Some(LONGEST_PAUSE));
        let never = ("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT");
        assert_eq!(asked(&[never, NOW]), Some(LONGEST_PAUSE));
        assert_eq!(asked(&[("retry-after", NOW.1), NOW]), Some(Duration::ZERO));
        assert_eq!(asked(&[("retry-after", "soon")]), None);
        assert_eq!(asked(&[]), None);
    }

    #[test]
    fn a_date_is_measured_by_the_clock_of_who_wrote_it() {
        let then = ("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT");
        assert_eq!(asked(&[then, NOW]), Some(Duration::from_secs(60)));
        assert_eq!(asked(&[then]), Some(Duration::from_secs(60)), "or else of who reads it");
    }

    #[test]
    fn a_token_stands_in_its_header_and_shows_itself_nowhere_else() {
        let request = get("https://graph/x".to_owned(), Some("secret"));
        assert_eq!(request.headers, [("authorization", "Bearer secret".into())]);
        assert_eq!(format!("{request:?}"), "Request(Get)");
    }
}
