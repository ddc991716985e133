//! The way of a call to the cloud and back: packed with its secrets, answered in the core's words. It refuses
//! to decide what is called, and when.

use std::time::{Duration, SystemTime};

use presence_core::{Answer, Call, CallId, Ids, NoAnswer};
use serde_json::Value;

use super::purse::Purse;
use super::{entra, graph};
use crate::cloud::{Request, Response};

/// The request of `call`, or the answer that the program has without asking anyone.
/// A sign-in is for the registration of `identity`.
pub(crate) fn pack(call: &Call, purse: &Purse, identity: &str) -> Result<Request, Answer> {
    match call {
        Call::Entra(request) => entra::request(request, purse, identity),
        Call::Graph { grant, request } => graph::request(*grant, *request, purse),
    }
}

/// What `response` means; new secrets go into the purse.
pub(crate) fn understand(
    id: CallId,
    call: &Call,
    response: &Response,
    wall: SystemTime,
    purse: &mut Purse,
    identity: &str,
) -> Answer {
    match call {
        Call::Entra(request) => entra::answer(id, request, response, wall, purse, identity),
        Call::Graph { request, .. } => graph::answer(*request, response, wall),
    }
}

/// Whether the service asked for patience or is down.
pub(crate) fn strain(response: &Response, wall: SystemTime) -> Option<Answer> {
    let is_own = response.value().get("error").is_some();
    let longest = Duration::from_secs(if is_own { 3_600 } else { 300 });
    let retry_after = response.header("retry-after").and_then(|text| {
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let date = httpdate::parse_http_date(text).ok()?;
        Some(date.duration_since(wall).unwrap_or(Duration::ZERO))
    });
    let retry_after = retry_after.map(|span| span.min(longest));
    match response.status {
        429 => Some(Answer::Throttled { retry_after, ids: ids(response) }),
        500.. => Some(Answer::Busy { retry_after, ids: ids(response) }),
        _ => None,
    }
}

/// The ids of an error of Graph's or Entra's.
pub(crate) fn ids(response: &Response) -> Ids {
    let body = response.value();
    let places = [
        ("code", "/error/code"),
        ("request-id", "/error/innerError/request-id"),
        ("error", "/error"),
        ("correlation id", "/correlation_id"),
    ];
    let text = |place: &str| body.pointer(place).and_then(Value::as_str).map(str::to_owned);
    places.into_iter().filter_map(|(name, place)| Some((name.to_owned(), text(place)?))).collect()
}

/// Something else answered in the service's place.
pub(crate) fn not_the_service() -> Answer {
    Answer::Offline { cause: NoAnswer::NotTheService(None) }
}

/// The network gave no answer.
pub(crate) fn no_answer(cause: NoAnswer) -> Answer {
    Answer::Offline { cause }
}
