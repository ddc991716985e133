//! Owns Graph's presence calls on the wire ("presence: setPresence" and its neighbours); refuses to know
//! when they are made.

use std::time::Duration;

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
/// Where a challenge stands (RFC 9110, section 11.6.1).
const CHALLENGES: &str = "www-authenticate";

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

/// The request for what is `asked` at Graph, for `account`.
pub(crate) fn request(
    at: &Registration,
    token: &AccessToken,
    account: &Account,
    asked: GraphRequest,
) -> Request {
    let session_id = at.client_id.as_str();
    let (verb, body) = match asked {
        GraphRequest::ReadPresence => return read_presence(at, Some(token)),
        GraphRequest::SetPresence { status, expiration } => {
            let body = SetPresence {
                session_id,
                availability: status.availability(),
                activity: status.activity(),
                expiration_duration: iso8601(expiration),
            };
            ("setPresence", json(&body))
        }
        GraphRequest::ClearPresence => ("clearPresence", json(&ClearPresence { session_id })),
        GraphRequest::PinAway { expiration } => {
            let body = SetUserPreferredPresence {
                availability: "Away",
                activity: "Away",
                expiration_duration: iso8601(expiration),
            };
            ("setUserPreferredPresence", json(&body))
        }
        GraphRequest::Unpin => ("clearUserPreferredPresence", json(&Nothing {})),
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
    if let Ok(ErrorBody { error }) = serde_json::from_slice(&response.body) {
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
pub(crate) fn answer(asked: GraphRequest, response: &Response) -> Answer {
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
fn succeeded(asked: GraphRequest, response: &Response) -> Answer {
    let is_json = || serde_json::from_slice::<serde::de::IgnoredAny>(&response.body).is_ok();
    match asked {
        GraphRequest::ReadPresence => match serde_json::from_slice::<Effective>(&response.body) {
            Ok(Effective { availability, activity }) => Answer::Presence(Effective {
                availability: clean::name(&availability),
                activity: clean::name(&activity),
            }),
            Err(_) => response.not_the_service(),
        },
        GraphRequest::SetPresence { .. }
        | GraphRequest::ClearPresence
        | GraphRequest::PinAway { .. }
        | GraphRequest::Unpin => {
            if response.body.is_empty() || response.is_json() && is_json() {
                Answer::Done
            } else {
                response.not_the_service()
            }
        }
    }
}

/// The decoded claims of a `WWW-Authenticate: Bearer … error="insufficient_claims"` ("Claims challenges").
fn challenge(response: &Response) -> Option<Claims> {
    response.headers_of(CHALLENGES).find_map(|header| {
        let (_, after) = header.split_once("claims=\"")?;
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
    use std::time::SystemTime;

    fn response(status: u16, headers: &[(&'static str, &str)], body: &str) -> Response {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).to_owned()));
        let (headers, body) = (headers.collect(), body.into());
        Response { status, headers, body, received: SystemTime::UNIX_EPOCH }
    }

    const SET: GraphRequest =
        GraphRequest::SetPresence { status: Status::Away, expiration: Duration::from_secs(3600) };
    const CLEAR: GraphRequest = GraphRequest::ClearPresence;

    const ERROR: &str =
        r#"{"error":{"code":"NotFound","message":"m","innerError":{"request-id":"r"}}}"#;

    #[test]
    fn a_page_in_place_of_an_empty_success_is_not_the_service() {
        let page =
            response(200, &[("content-type", "text/html")], "<html>Welcome to the hotel</html>");
        assert!(matches!(answer(SET, &page), Answer::Offline { .. }));
        assert_eq!(answer(SET, &response(200, &[], "")), Answer::Done);
    }

    #[test]
    fn clearing_no_session_is_done_but_a_missing_user_is_not() {
        assert_eq!(answer(CLEAR, &response(404, &[], ERROR)), Answer::Done);
        assert!(matches!(answer(SET, &response(404, &[], ERROR)), Answer::NotFound { .. }));
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
            let answer = answer(call, &response(status, headers, body));
            assert_eq!(answer == Answer::Done, is_done, "{status} {body}");
        }
        let read = GraphRequest::ReadPresence;
        let presence = response(203, &json, r#"{"availability":"Focusing\u001b","activity":"x"}"#);
        assert!(
            matches!(answer(read, &presence), Answer::Presence(seen) if seen.availability == "Focusing")
        );
        assert!(matches!(answer(read, &response(204, &[], "")), Answer::Offline { .. }));
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
                    let answer = answer(SET, &response(status, headers, body));
                    assert!(
                        matches!(answer, Answer::Offline { .. }),
                        "{status} {body}: {answer:?}"
                    );
                    let answer = super::answer(CLEAR, &response(status, headers, body));
                    assert!(
                        matches!(answer, Answer::Offline { .. }),
                        "{status} {body}: {answer:?}"
                    );
                }
            }
            let empty = answer(SET, &response(status, &[("retry-after", "60")], ""));
            assert!(matches!(empty, Answer::Offline { .. }), "{status}: {empty:?}");
            for own in [response(status, &[], ERROR), response(status, &[("request-id", "r")], "")]
            {
                let answer = answer(SET, &own);
                assert!(!matches!(answer, Answer::Offline { .. }), "{status}: {answer:?}");
            }
        }
        let basic = response(401, &[("www-authenticate", "Basic realm=\"proxy\"")], "");
        assert!(matches!(answer(SET, &basic), Answer::Offline { .. }));
        let bearer = response(401, &[("www-authenticate", "Bearer realm=\"\"")], "");
        assert!(matches!(answer(SET, &bearer), Answer::Unauthorized { claims: None, .. }));
    }

    #[test]
    fn what_graph_says_is_cut_and_cleaned() {
        let body = format!(
            r#"{{"error":{{"code":"Bad\u001b[31m","message":"\u0007{}","innerError":{{"request-id":"{0}"}}}}}}"#,
            "m".repeat(100_000)
        );
        let Answer::Rejected { detail, ids } = answer(SET, &response(400, &[], &body)) else {
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
        let answer = answer(SET, &response(401, &[("www-authenticate", &header)], ""));
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
