//! Owns HTTP's side of an answer before its body is understood; refuses to know who is asked for what.

use std::fmt;
use std::time::{Duration, SystemTime};

use oauth2::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, RETRY_AFTER};
use oauth2::http::{self, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use presence_core::{Answer, Ids, NoAnswer};
use url::form_urlencoded;

/// A whole request.
pub type Request = http::Request<Vec<u8>>;

const JSON: &str = "application/json";
/// What a form takes, bytes, as a rule.
const FORM: usize = 2048;
/// The longest pause that a service may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// A whole response. Its body may hold tokens, so its `Debug` says only the status.
pub struct Response {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// The bytes of its body.
    pub body: Vec<u8>,
    /// When it came, by the clock of this machine.
    pub received: SystemTime,
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
        let is_throttled = self.status == StatusCode::TOO_MANY_REQUESTS;
        if !is_throttled && !self.status.is_server_error() {
            return None;
        }
        let (retry_after, ids) = (self.retry_after(), ids.clone());
        Some(if is_throttled {
            Answer::Throttled { retry_after, ids }
        } else {
            Answer::Busy { retry_after, ids }
        })
    }

    /// `Retry-After` (RFC 9110, section 10.2.3). A date is meant by the clock of who wrote it, where that is known.
    fn retry_after(&self) -> Option<Duration> {
        let text = self.header(RETRY_AFTER)?.trim();
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
        httpdate::parse_http_date(self.header(DATE)?).ok()
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// An answer that is not the service's: a captive portal, a proxy's page.
    pub(crate) fn not_the_service(&self) -> Answer {
        Answer::Offline { cause: NoAnswer::NotTheService(Some(self.status.as_u16())) }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.header(CONTENT_TYPE)
            .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/json"))
    }
}

/// A `GET`, with an access token where there is one.
pub(crate) fn get(url: String, token: Option<&str>) -> Result<Request, Answer> {
    request(Method::GET, url, Vec::new()).and_then(|request| match token {
        Some(token) => authorized(request, token),
        None => Ok(request),
    })
}

/// A `POST` of JSON with an access token.
pub(crate) fn post_json(url: String, token: &str, body: Vec<u8>) -> Result<Request, Answer> {
    let mut request = request(Method::POST, url, body)?;
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    authorized(request, token)
}

/// A `POST` of a form.
pub(crate) fn post_form(url: String, fields: &[(&str, &str)]) -> Result<Request, Answer> {
    let mut body = String::with_capacity(FORM);
    form_urlencoded::Serializer::new(&mut body).extend_pairs(fields).finish();
    let mut request = request(Method::POST, url, body.into_bytes())?;
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    request.headers_mut().insert(CONTENT_TYPE, form);
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static(JSON));
    Ok(request)
}

fn request(method: Method, url: String, body: Vec<u8>) -> Result<Request, Answer> {
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = Uri::try_from(url).map_err(|_| no_request())?;
    Ok(request)
}

fn authorized(mut request: Request, token: &str) -> Result<Request, Answer> {
    let value = ["Bearer ", token].concat();
    let mut value = HeaderValue::try_from(value).map_err(|_| no_request())?;
    value.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, value);
    Ok(request)
}

fn no_request() -> Answer {
    Answer::Offline { cause: NoAnswer::NoRequest }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(headers: &[(HeaderName, &'static str)]) -> Option<Duration> {
        let headers = headers.iter().cloned();
        let headers =
            headers.map(|(name, value)| (name, HeaderValue::from_static(value))).collect();
        let response = Response {
            status: StatusCode::SERVICE_UNAVAILABLE,
            headers,
            body: Vec::new(),
            received: at(NOW.1),
        };
        match response.overload(&Ids::new()) {
            Some(Answer::Busy { retry_after, .. }) => retry_after,
            other => panic!("{other:?}"),
        }
    }

    fn at(date: &str) -> SystemTime {
        httpdate::parse_http_date(date).unwrap()
    }

    const NOW: (HeaderName, &str) = (DATE, "Sun, 06 Nov 1994 08:49:37 GMT");

    #[test]
    fn retry_after_is_read_in_both_forms_and_never_longer_than_an_hour() {
        let seconds = Duration::from_secs;
        assert_eq!(asked(&[(RETRY_AFTER, "17")]), Some(seconds(17)));
        assert_eq!(asked(&[(RETRY_AFTER, "86400")]), Some(LONGEST_PAUSE));
        assert_eq!(asked(&[(RETRY_AFTER, "99999999999999999999999")]), Some(LONGEST_PAUSE));
        let never = (RETRY_AFTER, "Fri, 31 Dec 9999 23:59:59 GMT");
        assert_eq!(asked(&[never, NOW]), Some(LONGEST_PAUSE));
        assert_eq!(asked(&[(RETRY_AFTER, NOW.1), NOW]), Some(Duration::ZERO));
        assert_eq!(asked(&[(RETRY_AFTER, "soon")]), None);
        assert_eq!(asked(&[]), None);
    }

    #[test]
    fn a_date_is_measured_by_the_clock_of_who_wrote_it() {
        let then = || (RETRY_AFTER, "Sun, 06 Nov 1994 08:50:37 GMT");
        assert_eq!(asked(&[then(), NOW]), Some(Duration::from_secs(60)));
        assert_eq!(asked(&[then()]), Some(Duration::from_secs(60)), "or else of who reads it");
    }

    #[test]
    fn a_url_that_is_none_makes_no_request_and_a_token_that_is_none_shows_itself_nowhere() {
        let no_request = Answer::Offline { cause: NoAnswer::NoRequest };
        assert_eq!(get("not a url".to_owned(), None).unwrap_err(), no_request);
        assert_eq!(get("https://graph/x".to_owned(), Some("a\nb")).unwrap_err(), no_request);
        let request = get("https://graph/x".to_owned(), Some("secret")).unwrap();
        assert!(!format!("{request:?}").contains("secret"));
    }
}
