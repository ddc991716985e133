//! Graph's presence calls as requests, and their answers; it refuses Entra's.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use presence_core::{Account, Answer, Call, Effective, GrantId, Ids, Private};
use serde_json::{Value, json};

use super::purse::Purse;
use super::subject::Place;
use super::wire::{ids, not_the_service, strain};
use crate::cloud::{Request, Response};

pub(crate) fn request(call: &Call, purse: &Purse) -> Result<Request, Answer> {
    let post = |account: &Account, verb: &str, body: Value| {
        Request::json(&format!("/v1.0/users/{}/presence/{verb}", account.oid), body.to_string())
    };
    let (grant, request) = match call {
        Call::SetPresence { grant, account, status, expiration } => {
            let body = json!({
                "sessionId": client(*grant, purse),
                "availability": status.availability(),
                "activity": status.activity(),
                "expirationDuration": iso_8601(*expiration),
            });
            (grant, post(account, "setPresence", body))
        }
        Call::ClearPresence { grant, account } => {
            (grant, post(account, "clearPresence", json!({"sessionId": client(*grant, purse)})))
        }
        Call::ReadPresence { grant } => (grant, Request::get("/v1.0/me/presence")),
        Call::PinAway { grant, account, expiration } => {
            let body = json!({
                "availability": "Away",
                "activity": "Away",
                "expirationDuration": iso_8601(*expiration),
            });
            (grant, post(account, "setUserPreferredPresence", body))
        }
        Call::Unpin { grant, account } => {
            (grant, post(account, "clearUserPreferredPresence", json!({})))
        }
        Call::Redeem { .. }
        | Call::Refresh { .. }
        | Call::StartDevice { .. }
        | Call::PollDevice { .. } => unreachable!("a call to Entra"),
    };
    match access(*grant, purse) {
        Some(token) => Ok(request.bearer(&token)),
        None => Err(Answer::Unauthorized { claims: None, ids: Ids::new() }),
    }
}

pub(crate) fn answer(call: &Call, response: &Response, wall: SystemTime) -> Answer {
    if let Some(strain) = strain(response, wall) {
        return strain;
    }
    let is_error = response.value().get("error").is_some();
    let reads = matches!(call, Call::ReadPresence { .. });
    let clears = matches!(call, Call::ClearPresence { .. });
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

fn access(grant: GrantId, purse: &Purse) -> Option<String> {
    purse.tokens(grant)?.access.clone()
}

fn client(grant: GrantId, purse: &Purse) -> &'static str {
    let identity = purse.tokens(grant).map_or("", |tokens| tokens.identity.as_str());
    Place::of(identity).client_id()
}

fn iso_8601(span: Duration) -> String {
    format!("PT{}S", span.as_secs())
}

fn challenge(response: &Response) -> Option<Private<String>> {
    let (_, after) = response.header("www-authenticate")?.split_once("claims=\"")?;
    let (encoded, _) = after.split_once('"')?;
    String::from_utf8(STANDARD.decode(encoded).ok()?).ok().map(Private)
}
