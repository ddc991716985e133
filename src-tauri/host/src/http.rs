//! Owns the HTTP client and what a wire answer means before its body is understood; refuses redirects,
//! huge bodies and endless waits.

use std::time::{Duration, SystemTime};

use presence_core::{Answer, Ids, NoAnswer};
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, RETRY_AFTER};
use reqwest::{Client, Request, StatusCode, redirect, tls};

/// The most of a body that is read, bytes.
const BODY: usize = 256 * 1024;

/// When a call to Graph is given up.
pub(crate) const GRAPH_LIMIT: Duration = Duration::from_secs(10);
/// When a call to Entra is given up.
pub(crate) const ENTRA_LIMIT: Duration = Duration::from_secs(30);

/// The longest pause that a service may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// The client, made at the first call: start-up does not wait for the trust store.
#[derive(Default)]
pub(crate) struct Http(Option<Client>);

impl Http {
    pub(crate) fn client(&mut self) -> Result<Client, Answer> {
        if let Some(client) = &self.0 {
            return Ok(client.clone());
        }
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent(concat!("presence-tray/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .tls_version_min(tls::Version::TLS_1_2)
            .pool_idle_timeout(Duration::from_secs(20))
            .build()
            .map_err(|error| offline(&error))?;
        self.0 = Some(client.clone());
        Ok(client)
    }
}

/// A whole wire answer.
pub(crate) struct Wire {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Sends `request` and reads its answer to the end, within `limit`.
pub(crate) async fn exchange(
    client: &Client,
    request: Request,
    limit: Duration,
) -> Result<Wire, Answer> {
    let whole = async {
        let mut response = client.execute(request).await.map_err(|error| offline(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| offline(&error))? {
            if body.len() + chunk.len() > BODY {
                return Err(Answer::Offline { cause: NoAnswer::TooLong });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Wire { status, headers, body })
    };
    match tokio::time::timeout(limit, whole).await {
        Ok(answer) => answer,
        Err(_) => Err(Answer::Offline { cause: NoAnswer::Timeout }),
    }
}

/// What went wrong on the network, without the URL, which may hold a mailbox name.
fn offline(error: &reqwest::Error) -> Answer {
    let cause = if error.is_timeout() {
        NoAnswer::Timeout
    } else if error.is_connect() {
        NoAnswer::NoConnection
    } else {
        NoAnswer::Broken
    };
    let mut deepest: &dyn std::error::Error = error;
    while let Some(deeper) = deepest.source() {
        deepest = deeper;
    }
    tracing::debug!(cause = %deepest, "the network failed");
    Answer::Offline { cause }
}

impl Wire {
    /// Whether the service asked for patience or is down. Only for what is known to be its own answer: a page of a
    /// proxy must not keep a person waiting.
    pub(crate) fn strain(&self, ids: &Ids) -> Option<Answer> {
        let retry_after = self.retry_after();
        let ids = ids.clone();
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            return Some(Answer::Throttled { retry_after, ids });
        }
        self.status.is_server_error().then_some(Answer::Busy { retry_after, ids })
    }

    /// `Retry-After` (RFC 9110, section 10.2.3). A date is meant by the clock of who wrote it.
    fn retry_after(&self) -> Option<Duration> {
        let text = self.header(RETRY_AFTER)?.trim();
        let span = if !text.is_empty() && text.bytes().all(|letter| letter.is_ascii_digit()) {
            // More than a number holds is more than is waited for.
            text.parse().map_or(LONGEST_PAUSE, Duration::from_secs)
        } else {
            let date = httpdate::parse_http_date(text).ok()?;
            date.duration_since(self.date().unwrap_or_else(SystemTime::now)).unwrap_or_default()
        };
        Some(span.min(LONGEST_PAUSE))
    }

    /// When the service says that it answered.
    pub(crate) fn date(&self) -> Option<SystemTime> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    fn asked(headers: &[(HeaderName, &'static str)]) -> Option<Duration> {
        let headers = headers.iter().cloned();
        let headers =
            headers.map(|(name, value)| (name, HeaderValue::from_static(value))).collect();
        let wire = Wire { status: StatusCode::SERVICE_UNAVAILABLE, headers, body: Vec::new() };
        match wire.strain(&Ids::new()) {
            Some(Answer::Busy { retry_after, .. }) => retry_after,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn retry_after_is_read_in_both_forms_and_never_longer_than_an_hour() {
        let seconds = Duration::from_secs;
        assert_eq!(asked(&[(RETRY_AFTER, "17")]), Some(seconds(17)));
        assert_eq!(asked(&[(RETRY_AFTER, "86400")]), Some(LONGEST_PAUSE));
        assert_eq!(asked(&[(RETRY_AFTER, "99999999999999999999999")]), Some(LONGEST_PAUSE));
        assert_eq!(asked(&[(RETRY_AFTER, "Fri, 31 Dec 9999 23:59:59 GMT")]), Some(LONGEST_PAUSE));
        assert_eq!(asked(&[(RETRY_AFTER, "Sun, 06 Nov 1994 08:49:37 GMT")]), Some(Duration::ZERO));
        assert_eq!(asked(&[(RETRY_AFTER, "soon")]), None);
        assert_eq!(asked(&[]), None);
    }

    #[test]
    fn a_date_is_measured_by_the_clock_of_who_wrote_it() {
        let then = (RETRY_AFTER, "Sun, 06 Nov 1994 08:50:37 GMT");
        let now = (DATE, "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(asked(&[then, now]), Some(Duration::from_secs(60)));
    }
}
