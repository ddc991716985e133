//! Owns Graph's presence calls on the wire ("presence: setPresence" and its neighbours); refuses to know
//! when they are made.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use oauth2::AccessToken;
use presence_core::{Account, Answer, Claims, Effective, GraphRequest, Ids, Private};
use reqwest::header::{HeaderName, WWW_AUTHENTICATE};
use reqwest::{Client, Method, StatusCode};
use serde::{Deserialize, Serialize};

use crate::clean;
use crate::config::Registration;
use crate::http::{GRAPH_LIMIT, Wire, exchange};

/// Graph's number of a request, which stands in each of its answers ("Microsoft Graph error responses").
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

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

/// Makes one Graph call for `account`.
pub(crate) async fn call(
    client: &Client,
    config: &Registration,
    token: &AccessToken,
    account: &Account,
    asked: GraphRequest,
) -> Answer {
    let session_id = config.client_id.as_str();
    let verb = |verb: &str| format!("users/{}/presence/{verb}", account.oid);
    let (path, body) = match asked {
        GraphRequest::SetPresence { status, expiration } => {
            let body = SetPresence {
                session_id,
                availability: status.availability(),
                activity: status.activity(),
                expiration_duration: iso8601(expiration),
            };
            (verb("setPresence"), json(&body))
        }
        GraphRequest::ClearPresence => (verb("clearPresence"), json(&ClearPresence { session_id })),
        GraphRequest::ReadPresence => ("me/presence".to_owned(), None),
        GraphRequest::PinAway { expiration } => {
            let expiration_duration = iso8601(expiration);
            let body = SetUserPreferredPresence {
                availability: "Away",
                activity: "Away",
                expiration_duration,
            };
            (verb("setUserPreferredPresence"), json(&body))
        }
        GraphRequest::Unpin => (verb("clearUserPreferredPresence"), json(&Nothing {})),
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
            return Answer::Rejected { detail: error.without_url().to_string(), ids: Ids::new() };
        }
    };
    match answer {
        Ok(wire) => understand(asked, &wire),
        Err(answer) => answer,
    }
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

/// What is said in an answer of Graph's own; `None`: of somebody in its place, whose page is no verdict. Its errors
/// have a body ("Microsoft Graph error responses"), or none and its headers.
fn own(wire: &Wire) -> Option<Said> {
    let request_id = wire.header(REQUEST_ID).map(str::to_owned);
    if let Ok(ErrorBody { error }) = serde_json::from_slice(&wire.body) {
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
        let mut headers = wire.headers.get_all(WWW_AUTHENTICATE).iter();
        headers.any(|header| header.as_bytes().to_ascii_lowercase().starts_with(b"bearer"))
    };
    let is_own = request_id.is_some() || wire.status == StatusCode::UNAUTHORIZED && challenges();
    (wire.body.is_empty() && is_own)
        .then(|| Said { message: String::new(), ids: clean::ids([("request-id", request_id)]) })
}

/// What Graph says of an error.
struct Said {
    message: String,
    ids: Ids,
}

/// Whether an answer to a call without a token is Graph's; otherwise what is in its place.
pub(crate) fn answers(wire: &Wire) -> Result<(), Answer> {
    match own(wire) {
        Some(said) => wire.strain(&said.ids).map_or(Ok(()), Err),
        None => Err(wire.not_the_service()),
    }
}

fn understand(asked: GraphRequest, wire: &Wire) -> Answer {
    if wire.status.is_success() {
        return succeeded(asked, wire);
    }
    let Some(Said { message, ids }) = own(wire) else {
        return wire.not_the_service();
    };
    if let Some(strain) = wire.strain(&ids) {
        return strain;
    }
    match (wire.status, asked) {
        (StatusCode::NOT_FOUND, GraphRequest::ClearPresence) => Answer::Done,
        (StatusCode::UNAUTHORIZED, _) => Answer::Unauthorized { claims: challenge(wire), ids },
        (StatusCode::FORBIDDEN, _) => Answer::Forbidden { ids },
        (StatusCode::NOT_FOUND, _) => Answer::NotFound { ids },
        (status, _) if status.is_client_error() => Answer::Rejected { detail: message, ids },
        _ => wire.not_the_service(),
    }
}

/// A success is Graph's with what was asked for: a presence, or nothing. A page in its place is a captive portal's.
fn succeeded(asked: GraphRequest, wire: &Wire) -> Answer {
    let is_json = || serde_json::from_slice::<serde::de::IgnoredAny>(&wire.body).is_ok();
    match asked {
        GraphRequest::ReadPresence => match serde_json::from_slice::<Effective>(&wire.body) {
            Ok(Effective { availability, activity }) => Answer::Presence(Effective {
                availability: clean::name(&availability),
                activity: clean::name(&activity),
            }),
            Err(_) => wire.not_the_service(),
        },
        GraphRequest::SetPresence { .. }
        | GraphRequest::ClearPresence
        | GraphRequest::PinAway { .. }
        | GraphRequest::Unpin => {
            if wire.body.is_empty() || wire.is_json() && is_json() {
                Answer::Done
            } else {
                wire.not_the_service()
            }
        }
    }
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
    use presence_core::Status;
    use reqwest::header::{HeaderMap, HeaderValue};

    fn wire(status: u16, headers: &[(&'static str, &str)], body: &str) -> Wire {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        Wire { status: StatusCode::from_u16(status).unwrap(), headers: map, body: body.into() }
    }

    const SET: GraphRequest =
        GraphRequest::SetPresence { status: Status::Away, expiration: Duration::from_secs(3600) };
    const CLEAR: GraphRequest = GraphRequest::ClearPresence;

    const ERROR: &str =
        r#"{"error":{"code":"NotFound","message":"m","innerError":{"request-id":"r"}}}"#;

    #[test]
    fn a_page_in_place_of_an_empty_success_is_not_the_service() {
        let page = wire(200, &[("content-type", "text/html")], "<html>Welcome to the hotel</html>");
        assert!(matches!(understand(SET, &page), Answer::Offline { .. }));
        assert_eq!(understand(SET, &wire(200, &[], "")), Answer::Done);
    }

    #[test]
    fn clearing_no_session_is_done_but_a_missing_user_is_not() {
        assert_eq!(understand(CLEAR, &wire(404, &[], ERROR)), Answer::Done);
        assert!(matches!(understand(SET, &wire(404, &[], ERROR)), Answer::NotFound { .. }));
    }

    #[test]
    fn any_success_with_what_was_asked_for_is_one() {
        let json = [("content-type", "application/json; charset=utf-8")];
        let page = [("content-type", "text/html")];
        for (call, status, headers, body, is_done) in [
            (CLEAR, 204, &[][..], "", true),
            (SET, 202, &[], "", true),
            (SET, 200, &json, r#"{"@odata.null":true}"#, true),
            (SET, 200, &json, "<html>", false),
            (SET, 200, &page, "<html>", false),
            (CLEAR, 204, &page, "<html>", false),
        ] {
            let answer = understand(call, &wire(status, headers, body));
            assert_eq!(answer == Answer::Done, is_done, "{status} {body}");
        }
        let read = GraphRequest::ReadPresence;
        let presence = wire(203, &json, r#"{"availability":"Focusing\u001b","activity":"x"}"#);
        assert!(
            matches!(understand(read, &presence), Answer::Presence(seen) if seen.availability == "Focusing")
        );
        assert!(matches!(understand(read, &wire(204, &[], "")), Answer::Offline { .. }));
    }

    #[test]
    fn only_graph_itself_gives_a_verdict() {
        let odd = [
            "<html>Forbidden</html>",
            "{\"err",
            r#"{"error":"denied"}"#,
            r#"{"error":{"code":403}}"#,
            "null",
        ];
        for status in [400, 401, 403, 404, 407, 429, 500, 502, 503, 504, 511] {
            for body in odd {
                for headers in [&[][..], &[("retry-after", "60"), ("request-id", "r")]] {
                    let answer = understand(SET, &wire(status, headers, body));
                    assert!(
                        matches!(answer, Answer::Offline { .. }),
                        "{status} {body}: {answer:?}"
                    );
                    let answer = understand(CLEAR, &wire(status, headers, body));
                    assert!(
                        matches!(answer, Answer::Offline { .. }),
                        "{status} {body}: {answer:?}"
                    );
                }
            }
            let empty = understand(SET, &wire(status, &[("retry-after", "60")], ""));
            assert!(matches!(empty, Answer::Offline { .. }), "{status}: {empty:?}");
            for own in [wire(status, &[], ERROR), wire(status, &[("request-id", "r")], "")] {
                let answer = understand(SET, &own);
                assert!(!matches!(answer, Answer::Offline { .. }), "{status}: {answer:?}");
            }
        }
        let basic = wire(401, &[("www-authenticate", "Basic realm=\"proxy\"")], "");
        assert!(matches!(understand(SET, &basic), Answer::Offline { .. }));
        let bearer = wire(401, &[("www-authenticate", "Bearer realm=\"\"")], "");
        assert!(matches!(understand(SET, &bearer), Answer::Unauthorized { claims: None, .. }));
    }

    #[test]
    fn what_graph_says_is_cut_and_cleaned() {
        let body = format!(
            r#"{{"error":{{"code":"Bad\u001b[31m","message":"\u0007{}","innerError":{{"request-id":"{0}"}}}}}}"#,
            "m".repeat(100_000)
        );
        let Answer::Rejected { detail, ids } = understand(SET, &wire(400, &[], &body)) else {
            panic!("not rejected");
        };
        assert!(detail.chars().count() <= 300 && detail.starts_with('m'), "{detail}");
        assert_eq!(ids["code"], "Bad[31m");
        assert!(ids["request-id"].chars().count() <= 120);
    }

    #[test]
    fn a_claims_challenge_is_decoded_and_stays_out_of_logs() {
        let claims = r#"{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}"#;
        let header = format!(
            "Bearer realm=\"\", error=\"insufficient_claims\", claims=\"{}\"",
            BASE64_STANDARD.encode(claims)
        );
        let answer = understand(SET, &wire(401, &[("www-authenticate", &header)], ""));
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
