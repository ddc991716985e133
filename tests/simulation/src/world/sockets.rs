//! What plays the sockets between the host's requests and the cloud's model; it refuses to know what travels.

use std::time::SystemTime;

use presence_core::{Answer, NoAnswer};
use presence_wire::Method;

use crate::cloud;

/// What the service receives.
pub(super) fn sent(request: presence_wire::Request) -> cloud::Request {
    let method = match request.method {
        Method::Get => "GET",
        Method::Post => "POST",
    };
    let mut received =
        cloud::Request { method: method.into(), ..cloud::Request::get(target(&request.url)) };
    for (name, value) in request.headers {
        match name {
            "authorization" => received.authorization = Some(value),
            "content-type" => received.content_type = Some(value),
            _ => {}
        }
    }
    cloud::Request { body: request.body, ..received }
}

/// The path and the query of a URL.
pub(super) fn target(url: &str) -> &str {
    let rest = url.strip_prefix("https://").expect("the cloud's URLs are URLs");
    rest.find('/').map_or("/", |at| &rest[at..])
}

/// What the program receives.
pub(super) fn received(response: cloud::Response, at: SystemTime) -> presence_wire::Response {
    let headers = response.headers.into_iter().map(|(name, value)| (name.into(), value));
    presence_wire::Response {
        status: response.status,
        headers: headers.collect(),
        body: response.body,
        received: at,
    }
}

/// The network gave no answer.
pub(super) fn no_answer(cause: NoAnswer) -> Answer {
    Answer::Offline { cause }
}
