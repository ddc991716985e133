//! Owns the HTTP clients; refuses redirects, huge bodies and endless waits, a proxy for what is on this machine, and to
//! know what is asked.

use std::error::Error;
use std::io;
use std::iter::successors;
use std::time::{Duration, SystemTime};

use presence_core::NoAnswer;
use presence_wire::{Method, Request, Response};
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use reqwest::{Client, redirect};
use url::{Host, Url};

mod certificates;

/// The most of a body that is read, bytes.
const BODY: usize = 256 * 1024;

/// The clients, each made at its first call: start-up does not wait for the trust store.
#[derive(Default)]
pub(crate) struct Http {
    /// By the proxy of the system, where it has one.
    outside: Option<Client>,
    /// To this machine itself, which no proxy reaches.
    here: Option<Client>,
}

impl Http {
    /// The client for the service at `root`.
    pub(crate) fn client(&mut self, root: &str) -> Result<Client, NoAnswer> {
        let is_here = is_loopback(root);
        let kept = if is_here { &mut self.here } else { &mut self.outside };
        if let Some(client) = kept {
            return Ok(client.clone());
        }
        let trust = certificates::trusting_the_system().map_err(|error| {
            tracing::warn!(%error, "the system's certificates cannot be used");
            NoAnswer::Broken
        })?;
        let builder = Client::builder()
            .user_agent(concat!("presence-tray/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .tls_backend_preconfigured(trust)
            .pool_idle_timeout(Duration::from_secs(20));
        let builder = if is_here { builder.no_proxy() } else { builder };
        let client = builder.build().map_err(|error| no_answer(&error))?;
        Ok(kept.insert(client).clone())
    }
}

/// Whether `url` leads to this machine itself.
fn is_loopback(url: &str) -> bool {
    let url = Url::parse(url).ok();
    url.as_ref().and_then(Url::host).is_some_and(|host| match host {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    })
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
    let causes = || {
        successors(Some(error as &(dyn Error + 'static)), |&error| match error.downcast_ref() {
            // The source of one that wraps another error is that one's source.
            Some(error) => io::Error::get_ref(error).map(|inner| inner as _),
            None => error.source(),
        })
    };
    if let Some(cause) = causes().last() {
        tracing::debug!(%cause, "the network failed");
    }
    if let Some(certificate) = causes().find_map(certificates::refused) {
        return NoAnswer::Certificate(certificate);
    }
    if let Some(refusal) = causes().find_map(refused_by_proxy) {
        return refusal;
    }
    if error.is_timeout() {
        NoAnswer::Timeout
    } else if error.is_connect() {
        NoAnswer::NoConnection
    } else {
        NoAnswer::Broken
    }
}

/// What a proxy said instead of connecting. Its error has no public type, only these words.
fn refused_by_proxy(error: &(dyn Error + 'static)) -> Option<NoAnswer> {
    match error.to_string().strip_prefix("tunnel error: ")? {
        "proxy authorization required" => Some(NoAnswer::ProxySignIn),
        "unsuccessful" => Some(NoAnswer::NotTheService(None)),
        _ => None,
    }
}
