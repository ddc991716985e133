//! What plays the sockets between the host's requests and the cloud's model; it refuses to know what travels.

use std::time::SystemTime;

use presence_core::{Answer, NoAnswer};

use crate::cloud;

/// What the service receives.
pub(super) fn sent(request: presence_wire::Request) -> cloud::Request {
    let (head, body) = request.into_parts();
    cloud::Request::of_parts(head, body)
}

/// What the program receives.
pub(super) fn received(response: cloud::Response, received: SystemTime) -> presence_wire::Response {
    let (status, headers) = response.head();
    presence_wire::Response { status, headers, body: response.body, received }
}

/// The network gave no answer.
pub(super) fn no_answer(cause: NoAnswer) -> Answer {
    Answer::Offline { cause }
}
