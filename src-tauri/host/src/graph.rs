//! Owns Graph's presence calls on the wire ("presence: setPresence" and its neighbours); refuses to know
//! when they are made.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use oauth2::AccessToken;
use presence_core::{Answer, Call, Claims, Effective, Ids, Private};
use reqwest::header::WWW_AUTHENTICATE;
use reqwest::{Client, Method, StatusCode};
use serde::{Deserialize, Serialize};

use crate::config::Registration;
use crate::http::{GRAPH_LIMIT, Wire, exchange, ids};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SetPresence<'a> {
    session_id: &'a str,
    availability: &'a str,
    activity: &'a str,
    expiration_duration: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClearPresence<'a> {
    session_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SetUserPreferredPresence {
    availability: &'static str,
    activity: &'static str,
    expiration_duration: String,
}

#[derive(Serialize)]
struct Nothing {}

#[derive(Deserialize)]
struct ErrorBody {
    error: GraphError,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GraphError {
    code: Option<String>,
    message: Option<String>,
    inner_error: Option<InnerError>,
}

#[derive(Deserialize)]
struct InnerError {
    #[serde(rename = "request-id")]
    request_id: Option<String>,
    #[serde(rename = "client-request-id")]
    client_request_id: Option<String>,
    date: Option<String>,
}

/// Makes one Graph call; `None`: the call is not Graph's.
pub(crate) async fn call(
    client: &Client,
    config: &Registration,
    token: &AccessToken,
    call: &Call,
) -> Option<Answer> {
    let session_id = config.client_id.as_str();
    let of = |account: &presence_core::Account, verb: &str| {
        format!("users/{}/presence/{verb}", account.oid)
    };
    let (path, body) = match call {
        Call::SetPresence { account, status, expiration, .. } => {
            let body = SetPresence {
                session_id,
                availability: status.availability(),
                activity: status.activity(),
                expiration_duration: iso8601(*expiration),
            };
            (of(account, "setPresence"), json(&body))
        }
        Call::ClearPresence { account, .. } => {
            (of(account, "clearPresence"), json(&ClearPresence { session_id }))
        }
        Call::ReadPresence { .. } => ("me/presence".to_owned(), None),
        Call::PinAway { account, expiration, .. } => {
            let expiration_duration = iso8601(*expiration);
            let body = SetUserPreferredPresence {
                availability: "Away",
                activity: "Away",
                expiration_duration,
            };
            (of(account, "setUserPreferredPresence"), json(&body))
        }
        Call::Unpin { account, .. } => {
            (of(account, "clearUserPreferredPresence"), json(&Nothing {}))
        }
        Call::Redeem { .. }
        | Call::Refresh { .. }
        | Call::StartDevice { .. }
        | Call::PollDevice { .. } => return None,
    };
    let url = format!("{}/v1.0/{path}", config.cloud.graph);
    let method = if body.is_some() { Method::POST } else { Method::GET };
    let mut request = client.request(method, url).bearer_auth(token.secret());
    if let Some(body) = body {
        request = request.header(reqwest::header::CONTENT_TYPE, "application/json").body(body);
    }
    let answer = match request.build() {
        Ok(request) => exchange(client, request, GRAPH_LIMIT).await,
        Err(error) => {
            return Some(Answer::Rejected {
                detail: error.without_url().to_string(),
                ids: Ids::new(),
            });
        }
    };
    Some(match answer {
        Ok(wire) => understand(call, &wire),
        Err(answer) => answer,
    })
}

fn json(body: &impl Serialize) -> Option<Vec<u8>> {
    Some(serde_json::to_vec(body).expect("a struct of strings is always JSON"))
}

/// `PT1H`, `PT30M`, `PT29M30S`: the shortest form.
fn iso8601(span: Duration) -> String {
    let seconds = span.as_secs();
    let mut text = "PT".to_owned();
    for (count, unit) in [(seconds / 3600, 'H'), (seconds / 60 % 60, 'M'), (seconds % 60, 'S')] {
        if count > 0 {
            text.push_str(&format!("{count}{unit}"));
        }
    }
    text
}

fn understand(call: &Call, wire: &Wire) -> Answer {
    let error = serde_json::from_slice::<ErrorBody>(&wire.body).ok().map(|body| body.error);
    let known = error.as_ref().map(error_ids).unwrap_or_default();
    if let Some(strain) = wire.strain(&known) {
        return strain;
    }
    match (wire.status, call) {
        (StatusCode::OK, Call::ReadPresence { .. }) => {
            match serde_json::from_slice::<Effective>(&wire.body) {
                Ok(effective) => Answer::Presence(effective),
                Err(_) => wire.not_the_service(),
            }
        }
        // A success has no body: a page in its place is a captive portal's.
        (StatusCode::OK, _) if wire.body.is_empty() || wire.is_json() => Answer::Done,
        (StatusCode::NO_CONTENT, _) => Answer::Done,
        (StatusCode::NOT_FOUND, Call::ClearPresence { .. }) if error.is_some() => Answer::Done,
        (StatusCode::UNAUTHORIZED, _) => {
            Answer::Unauthorized { claims: challenge(wire), ids: known }
        }
        (StatusCode::FORBIDDEN, _) => Answer::Forbidden { ids: known },
        (StatusCode::NOT_FOUND, _) if error.is_some() => Answer::NotFound { ids: known },
        (status, _) if status.is_client_error() && error.is_some() => {
            let detail = error.and_then(|error| error.message).unwrap_or_default();
            Answer::Rejected { detail, ids: known }
        }
        _ => wire.not_the_service(),
    }
}

fn error_ids(error: &GraphError) -> Ids {
    let inner = error.inner_error.as_ref();
    ids([
        ("code", error.code.clone()),
        ("request-id", inner.and_then(|inner| inner.request_id.clone())),
        ("client-request-id", inner.and_then(|inner| inner.client_request_id.clone())),
        ("date", inner.and_then(|inner| inner.date.clone())),
    ])
}

/// The decoded claims of a `WWW-Authenticate: Bearer … error="insufficient_claims"` ("Claims challenges").
fn challenge(wire: &Wire) -> Option<Claims> {
    wire.headers.get_all(WWW_AUTHENTICATE).iter().find_map(|header| {
        let text = header.to_str().ok()?;
        let (_, after) = text.split_once("claims=\"")?;
        let (encoded, _) = after.split_once('"')?;
        let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()?;
        serde_json::from_str::<serde_json::Value>(&decoded).ok()?;
        Some(Private(decoded))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use presence_core::{Account, GrantId, Status};
    use reqwest::header::{HeaderMap, HeaderValue};

    fn wire(status: u16, headers: &[(&'static str, &str)], body: &str) -> Wire {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        Wire { status: StatusCode::from_u16(status).unwrap(), headers: map, body: body.into() }
    }

    fn account() -> Account {
        Account { oid: "o".to_owned(), tenant: "t".to_owned(), name: "n".to_owned() }
    }

    fn set() -> Call {
        let (grant, status, expiration) = (GrantId(1), Status::Away, Duration::from_secs(3600));
        Call::SetPresence { grant, account: account(), status, expiration }
    }

    fn clear() -> Call {
        Call::ClearPresence { grant: GrantId(1), account: account() }
    }

    const ERROR: &str =
        r#"{"error":{"code":"NotFound","message":"m","innerError":{"request-id":"r"}}}"#;

    #[test]
    fn a_page_in_place_of_an_empty_success_is_not_the_service() {
        let page = wire(200, &[("content-type", "text/html")], "<html>Welcome to the hotel</html>");
        assert!(matches!(understand(&set(), &page), Answer::Offline { .. }));
        assert_eq!(understand(&set(), &wire(200, &[], "")), Answer::Done);
    }

    #[test]
    fn clearing_no_session_is_done_but_a_missing_user_is_not() {
        assert_eq!(understand(&clear(), &wire(404, &[], ERROR)), Answer::Done);
        assert!(matches!(understand(&set(), &wire(404, &[], ERROR)), Answer::NotFound { .. }));
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let seconds = understand(&set(), &wire(429, &[("retry-after", "17")], ""));
        assert_eq!(
            seconds,
            Answer::Throttled { retry_after: Some(Duration::from_secs(17)), ids: Ids::new() }
        );
        let past =
            understand(&set(), &wire(503, &[("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")], ""));
        assert_eq!(past, Answer::Busy { retry_after: Some(Duration::ZERO), ids: Ids::new() });
    }

    #[test]
    fn a_claims_challenge_is_decoded_and_stays_out_of_logs() {
        let claims = r#"{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}"#;
        let header = format!(
            "Bearer realm=\"\", error=\"insufficient_claims\", claims=\"{}\"",
            BASE64_STANDARD.encode(claims)
        );
        let answer = understand(&set(), &wire(401, &[("www-authenticate", &header)], ""));
        assert!(!format!("{answer:?}").contains("nbf"));
        assert_eq!(
            answer,
            Answer::Unauthorized { claims: Some(Private(claims.to_owned())), ids: Ids::new() }
        );
    }

    #[test]
    fn durations_are_written_in_their_shortest_form() {
        for (seconds, text) in [(300, "PT5M"), (3600, "PT1H"), (14400, "PT4H"), (1770, "PT29M30S")]
        {
            assert_eq!(iso8601(Duration::from_secs(seconds)), text);
        }
    }
}
