//! Owns the HTTP client; refuses redirects, huge bodies and endless waits, and to know what is asked.

use std::time::{Duration, SystemTime};

use presence_core::NoAnswer;
use presence_wire::{Method, Request, Response};
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use reqwest::{Client, redirect, tls};

/// The most of a body that is read, bytes.
const BODY: usize = 256 * 1024;

/// The client, made at the first call: start-up does not wait for the trust store.
#[derive(Default)]
pub(crate) struct Http(Option<Client>);

impl Http {
    pub(crate) fn client(&mut self) -> Result<Client, NoAnswer> {
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
            .map_err(|error| no_answer(&error))?;
        self.0 = Some(client.clone());
        Ok(client)
    }
}

/// Sends `request` and reads its response to the end, within `limit`.
pub(crate) async fn exchange(
    client: &Client,
    request: Request,
    limit: Duration,
) -> Result<Response, NoAnswer> {
    let request = built(client, request).ok_or(NoAnswer::NoRequest)?;
    let whole = async {
        let mut response = client.execute(request).await.map_err(|error| no_answer(&error))?;
        let status = response.status().as_u16();
        let text = |(name, value): (&HeaderName, &HeaderValue)| {
            Some((name.to_string().into(), value.to_str().ok()?.to_owned()))
        };
        let headers = response.headers().iter().filter_map(text).collect();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| no_answer(&error))? {
            if body.len() + chunk.len() > BODY {
                return Err(NoAnswer::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status, headers, body, received: SystemTime::now() })
    };
    tokio::time::timeout(limit, whole).await.unwrap_or(Err(NoAnswer::Timeout))
}

/// The same request for the client; none where the address is no URL.
fn built(client: &Client, request: Request) -> Option<reqwest::Request> {
    let mut built = match request.method {
        Method::Get => client.get(request.url),
        Method::Post => client.post(request.url).body(request.body),
    };
    for (name, value) in request.headers {
        let mut value = HeaderValue::try_from(&*value).ok()?;
        value.set_sensitive(name == AUTHORIZATION);
        built = built.header(name, value);
    }
    built.build().ok()
}

/// What went wrong on the network, without the URL, which may hold a mailbox name.
fn no_answer(error: &reqwest::Error) -> NoAnswer {
    let mut deepest: &dyn std::error::Error = error;
    while let Some(deeper) = deepest.source() {
        deepest = deeper;
    }
    tracing::debug!(cause = %deepest, "the network failed");
    if error.is_timeout() {
        NoAnswer::Timeout
    } else if error.is_connect() {
        NoAnswer::NoConnection
    } else {
        NoAnswer::Broken
    }
}
