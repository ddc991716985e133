//! What plays the sockets between the host's requests and the cloud's model; it refuses to know what travels.

use std::time::SystemTime;

use presence_core::{Answer, NoAnswer};
use presence_wire::Method;

use crate::cloud::{self, has};

/// What the service receives.
pub(super) fn sent(request: presence_wire::Request) -> cloud::Request {
    let presence_wire::Request { method, url: mut path, headers, body } = request;
    let method = match method {
        Method::Get => "GET",
        Method::Post => "POST",
    };
    path.drain(..path.len() - target(&path).len());
    let query = has(&path, |byte| byte == b'?').then(|| path.find('?')).flatten();
    let query = query.map(|at| path.split_off(at));
    let query = query.map_or_else(String::new, |query| query[1..].to_owned());
    let (mut authorization, mut content_type) = (None, None);
    for (name, value) in headers {
        match name {
            "authorization" => authorization = Some(value.into_owned()),
            "content-type" => content_type = Some(value),
            _ => {}
        }
    }
    cloud::Request { method: method.into(), path, query, authorization, content_type, body }
}

/// The path and the query of a URL.
pub(super) fn target(url: &str) -> &str {
    let rest = url.strip_prefix("https://").expect("the cloud's URLs are URLs");
    rest.bytes().position(|byte| byte == b'/').map_or("/", |at| &rest[at..])
}

/// What the program receives.
pub(super) fn received(response: cloud::Response, at: SystemTime) -> presence_wire::Response {
    let cloud::Response { status, headers, body, delivery: _ } = response;
    presence_wire::Response { status, headers, body, received: at }
}

/// The network gave no answer.
pub(super) fn no_answer(cause: NoAnswer) -> Answer {
    Answer::Offline { cause }
}
