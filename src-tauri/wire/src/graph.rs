//! Owns Graph's presence calls on the wire ("presence: setPresence" and its neighbours); refuses to know
//! when they are made.

mod message;

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use oauth2::AccessToken;
use presence_core::{Account, Answer, Claims, Effective, GraphRequest, Ids, Private};
use serde::{Deserialize, Serialize};

use crate::clean;
use crate::http::{Request, Response, get, post_json};
use crate::registration::Registration;

/// Graph's number of a request, which stands in each of its answers ("Microsoft Graph error responses").
const REQUEST_ID: &str = "request-id";
/// What the body of a call takes, bytes.
const BODY: usize = 256;
/// How long a session or a pin lasts, ISO 8601.
const EXPIRATION: &str = "expirationDuration";
/// The longest claims that are passed on, bytes: they become part of an address, which faces show.
const LONGEST_CLAIMS: usize = 8 * 1024;
/// Where a challenge stands (RFC 9110, section 11.6.1).
const CHALLENGES: &str = "www-authenticate";

#[derive(Deserialize)]
struct ErrorBody {
    error: GraphError,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GraphError {
    code: String,
    message: Option<String>,
    inner_error: Option<InnerError>,
}

#[derive(Default, Deserialize)]
struct InnerError {
    #[serde(rename = "request-id")]
    request_id: Option<String>,
    #[serde(rename = "client-request-id")]
    client_request_id: Option<String>,
    date: Option<String>,
}

/// The request for what is `asked` at Graph, for `account`, at the wall-clock time `now`.
pub(crate) fn request(
    at: &Registration,
    token: &AccessToken,
    account: &Account,
    asked: &GraphRequest,
    now: SystemTime,
) -> Request {
    let session = ("sessionId", at.client_id.as_str());
    let (verb, body) = match asked {
        GraphRequest::ReadPresence | GraphRequest::ReadMessage { .. } => {
            return read_presence(at, Some(token));
        }
        GraphRequest::SetPresence { status, expiration } => {
            let availability = ("availability", status.availability());
            let activity = ("activity", status.activity());
            let lasts = iso8601(*expiration);
            ("setPresence", object(&[session, availability, activity, (EXPIRATION, &lasts)]))
        }
        GraphRequest::ClearPresence => ("clearPresence", object(&[session])),
        GraphRequest::PinAway { expiration } => {
            let (availability, activity) = (("availability", "Away"), ("activity", "Away"));
            let lasts = iso8601(*expiration);
            ("setUserPreferredPresence", object(&[availability, activity, (EXPIRATION, &lasts)]))
        }
        GraphRequest::Unpin => ("clearUserPreferredPresence", object(&[])),
        GraphRequest::SetMessage { text, lasts } => {
            ("setStatusMessage", json(&message::set(text, now + *lasts)))
        }
        GraphRequest::ClearMessage => ("setStatusMessage", json(&message::cleared())),
    };
    let url = [&*at.cloud.graph, "/v1.0/users/", &account.oid, "/presence/", verb].concat();
    post_json(url, token.secret(), body)
}

/// "Get presence" of the signed-in person. Without a token Graph answers 401, which is an answer, too.
#[must_use]
pub fn read_presence(at: &Registration, token: Option<&AccessToken>) -> Request {
    let url = format!("{}/v1.0/me/presence", at.cloud.graph);
    get(url, token.map(|token| token.secret().as_str()))
}

/// An object of GUIDs, names and durations, in which JSON escapes nothing.
fn object(members: &[(&str, &str)]) -> Vec<u8> {
    let mut json = Vec::with_capacity(BODY);
    json.push(b'{');
    for (name, value) in members {
        let comma = if json.len() > 1 { "," } else { "" };
        for part in [comma, "\"", name, "\":\"", value, "\""] {
            json.extend_from_slice(part.as_bytes());
        }
    }
    json.push(b'}');
    json
}

fn json(body: &impl Serialize) -> Vec<u8> {
    let mut json = Vec::with_capacity(BODY);
    serde_json::to_writer(&mut json, body).expect("a struct of strings is always JSON");
    json
}

/// `PT1H`, `PT30M`, `PT29M30S`: the shortest form.
fn iso8601(span: Duration) -> String {
    let seconds = span.as_secs();
    let mut text = String::with_capacity("PT59M59S".len());
    text.push_str("PT");
    for (count, unit) in [(seconds / 3600, 'H'), (seconds / 60 % 60, 'M'), (seconds % 60, 'S')] {
        if count > 0 {
            text.push_str(&count.to_string());
            text.push(unit);
        }
    }
    text
}

/// What is said in an answer of Graph's own; `None`: of somebody in its place, whose page is no verdict. Its errors
/// have a body ("Microsoft Graph error responses"), or none and its headers.
fn own(response: &Response) -> Option<Said> {
    let request_id = response.header(REQUEST_ID).map(str::to_owned);
    if let Some(ErrorBody { error }) = response.json() {
        let inner = error.inner_error.unwrap_or_default();
        let ids = clean::ids([
            ("code", Some(error.code)),
            ("request-id", inner.request_id.or(request_id)),
            ("client-request-id", inner.client_request_id),
            ("date", inner.date),
        ]);
        return Some(Said { message: clean::text(&error.message.unwrap_or_default()), ids });
    }
    let challenges = || {
        let mut headers = response.headers_of(CHALLENGES);
        headers.any(|header| header.to_ascii_lowercase().starts_with("bearer"))
    };
    let is_own = request_id.is_some() || response.status == 401 && challenges();
    (response.body.is_empty() && is_own)
        .then(|| Said { message: String::new(), ids: clean::ids([("request-id", request_id)]) })
}

/// What Graph says of an error.
struct Said {
    message: String,
    ids: Ids,
}

/// Whether an answer to a call without a token is Graph's; otherwise what is in its place.
///
/// # Errors
/// What the core would be told: the service is down, or is not the one that answered.
pub fn answers(response: &Response) -> Result<(), Answer> {
    match own(response) {
        Some(said) => response.overload(&said.ids).map_or(Ok(()), Err),
        None => Err(response.not_the_service()),
    }
}

/// What `response` says of what was `asked`.
pub(crate) fn answer(asked: &GraphRequest, response: &Response) -> Answer {
    if response.is_success() {
        return succeeded(asked, response);
    }
    let Some(Said { message, ids }) = own(response) else {
        return response.not_the_service();
    };
    if let Some(overload) = response.overload(&ids) {
        return overload;
    }
    match (response.status, asked) {
        (404, GraphRequest::ClearPresence) => Answer::Done,
        (401, _) => Answer::Unauthorized { claims: challenge(response), ids },
        (403, _) => Answer::Forbidden { ids },
        (404, _) => Answer::NotFound { ids },
        (400..500, _) => Answer::Rejected { detail: message, ids },
        _ => response.not_the_service(),
    }
}

/// A success is Graph's with what was asked for: a presence, or nothing. A page in its place is a captive portal's.
fn succeeded(asked: &GraphRequest, response: &Response) -> Answer {
    let is_json = || response.json::<serde::de::IgnoredAny>().is_some();
    match asked {
        GraphRequest::ReadPresence => {
            read(response).map_or_else(|| response.not_the_service(), Answer::Presence)
        }
        GraphRequest::ReadMessage { ours } => {
            let seen =
                read(response).zip(response.json().map(|presence| message::found(&presence, ours)));
            seen.map_or_else(
                || response.not_the_service(),
                |(seen, found)| Answer::Message(seen, found),
            )
        }
        GraphRequest::SetPresence { .. }
        | GraphRequest::ClearPresence
        | GraphRequest::PinAway { .. }
        | GraphRequest::Unpin
        | GraphRequest::SetMessage { .. }
        | GraphRequest::ClearMessage => {
            if response.body.is_empty() || response.is_json() && is_json() {
                Answer::Done
            } else {
                response.not_the_service()
            }
        }
    }
}

/// What colleagues see.
fn read(response: &Response) -> Option<Effective> {
    let Effective { availability, activity } = response.json()?;
    Some(Effective { availability: clean::name(&availability), activity: clean::name(&activity) })
}

/// The decoded claims of a `WWW-Authenticate: Bearer … error="insufficient_claims"` ("Claims challenges").
fn challenge(response: &Response) -> Option<Claims> {
    response.headers_of(CHALLENGES).find_map(|header| {
        let (_, after) = header.split_once("claims=\"")?;
        let (encoded, _) = after.split_once('"')?;
        let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()?;
        if decoded.len() > LONGEST_CLAIMS {
            return None;
        }
        serde_json::from_str::<serde_json::Value>(&decoded).ok()?;
        Some(Private(decoded))
    })
}

#[cfg(test)]
mod tests;
