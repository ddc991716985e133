//! Owns the HTTP client and what a wire answer means before its body is understood; refuses redirects,
//! huge bodies and endless waits.

use std::collections::BTreeMap;
use std::time::Duration;

use presence_core::{Answer, Ids};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, Request, StatusCode, redirect, tls};

/// The most of a body that is read, bytes.
const BODY: usize = 256 * 1024;

/// When a call to Graph is given up.
pub(crate) const GRAPH_LIMIT: Duration = Duration::from_secs(10);
/// When a call to Entra is given up.
pub(crate) const ENTRA_LIMIT: Duration = Duration::from_secs(30);

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
                return Err(Answer::Offline { detail: "the answer was far too long".to_owned() });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Wire { status, headers, body })
    };
    match tokio::time::timeout(limit, whole).await {
        Ok(answer) => answer,
        Err(_) => Err(Answer::Offline { detail: "there was no answer in time".to_owned() }),
    }
}

/// What went wrong on the network, without the URL, which may hold a mailbox name.
fn offline(error: &reqwest::Error) -> Answer {
    let what = if error.is_timeout() {
        "there was no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    tracing::debug!(%cause, "the network failed");
    Answer::Offline { detail: what.to_owned() }
}

impl Wire {
    /// Whether a service asked for patience or is down, whatever its body says.
    pub(crate) fn strain(&self, ids: &Ids) -> Option<Answer> {
        let retry_after = self.retry_after();
        let ids = ids.clone();
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            return Some(Answer::Throttled { retry_after, ids });
        }
        self.status.is_server_error().then_some(Answer::Busy { retry_after, ids })
    }

    fn retry_after(&self) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = text.parse::<u64>() {
            return Some(Duration::from_secs(seconds.min(24 * 3600)));
        }
        let date = httpdate::parse_http_date(text).ok()?;
        Some(date.duration_since(std::time::SystemTime::now()).unwrap_or(Duration::ZERO))
    }

    /// An answer that is not the service's: a captive portal, a proxy's page.
    pub(crate) fn not_the_service(&self) -> Answer {
        let detail =
            format!("something else answered in its place, with status {}", self.status.as_u16());
        Answer::Offline { detail }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.headers
            .get(reqwest::header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/json"))
    }
}

/// Those of `pairs` that have a value.
pub(crate) fn ids<const N: usize>(pairs: [(&str, Option<String>); N]) -> Ids {
    let present =
        |(name, value): (&str, Option<String>)| value.map(|value| (name.to_owned(), value));
    pairs.into_iter().filter_map(present).collect::<BTreeMap<_, _>>()
}
