//! Graph's presence calls as requests, and their answers; it refuses Entra's.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use presence_core::{Answer, Effective, GrantId, GraphRequest, Ids, Private};
use serde_json::{Value, json};

use super::purse::Purse;
use super::subject::Place;
use super::wire::{ids, not_the_service, strain};
use crate::cloud::{Request, Response};

pub(crate) fn request(
    grant: GrantId,
    request: GraphRequest,
    purse: &Purse,
) -> Result<Request, Answer> {
    let unauthorized = || Answer::Unauthorized { claims: None, ids: Ids::new() };
    let tokens = purse.tokens(grant).ok_or_else(unauthorized)?;
    let access = tokens.access.as_ref().ok_or_else(unauthorized)?;
    let oid = tokens.account.as_ref().map_or("", |account| &account.oid);
    let client = Place::of(&tokens.identity).client_id();
    let post = |verb: &str, body: Value| {
        Request::json(&format!("/v1.0/users/{oid}/presence/{verb}"), body.to_string())
    };
    let request = match request {
        GraphRequest::SetPresence { status, expiration } => {
            let body = json!({
                "sessionId": client,
                "availability": status.availability(),
                "activity": status.activity(),
                "expirationDuration": iso_8601(expiration),
            });
            post("setPresence", body)
        }
        GraphRequest::ClearPresence => post("clearPresence", json!({"sessionId": client})),
        GraphRequest::ReadPresence => Request::get("/v1.0/me/presence"),
        GraphRequest::PinAway { expiration } => {
            let body = json!({
                "availability": "Away",
                "activity": "Away",
                "expirationDuration": iso_8601(expiration),
            });
            post("setUserPreferredPresence", body)
        }
        GraphRequest::Unpin => post("clearUserPreferredPresence", json!({})),
    };
    Ok(request.bearer(access))
}

pub(crate) fn answer(request: GraphRequest, response: &Response, wall: SystemTime) -> Answer {
    if let Some(strain) = strain(response, wall) {
        return strain;
    }
    let is_error = response.value().get("error").is_some();
    let reads = request == GraphRequest::ReadPresence;
    let clears = request == GraphRequest::ClearPresence;
    match response.status {
        200 if reads => serde_json::from_value::<Effective>(response.value())
            .map_or_else(|_| not_the_service(), Answer::Presence),
        200 if response.body.is_empty() => Answer::Done,
        404 if clears && is_error => Answer::Done,
        401 if is_error => Answer::Unauthorized { claims: challenge(response), ids: ids(response) },
        403 if is_error => Answer::Forbidden { ids: ids(response) },
        404 if is_error => Answer::NotFound { ids: ids(response) },
        400..500 if is_error => {
            let body = response.value();
            let detail = body.pointer("/error/message").and_then(Value::as_str).unwrap_or_default();
            Answer::Rejected { detail: detail.to_owned(), ids: ids(response) }
        }
        _ => not_the_service(),
    }
}

fn iso_8601(span: Duration) -> String {
    format!("PT{}S", span.as_secs())
}

fn challenge(response: &Response) -> Option<Private<String>> {
    let (_, after) = response.header("www-authenticate")?.split_once("claims=\"")?;
    let (encoded, _) = after.split_once('"')?;
    String::from_utf8(STANDARD.decode(encoded).ok()?).ok().map(Private)
}
