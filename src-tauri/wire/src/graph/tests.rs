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
    let page = response(200, &[("content-type", "text/html")], "<html>Welcome to the hotel</html>");
    assert!(matches!(answer(&SET, &page), Answer::Offline { .. }));
    assert_eq!(answer(&SET, &response(200, &[], "")), Answer::Done);
}

#[test]
fn clearing_no_session_is_done_but_a_missing_user_is_not() {
    assert_eq!(answer(&CLEAR, &response(404, &[], ERROR)), Answer::Done);
    assert!(matches!(answer(&SET, &response(404, &[], ERROR)), Answer::NotFound { .. }));
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
        let answer = answer(&call, &response(status, headers, body));
        assert_eq!(answer == Answer::Done, is_done, "{status} {body}");
    }
    let read = GraphRequest::ReadPresence;
    let presence = response(203, &json, r#"{"availability":"Focusing\u001b","activity":"x"}"#);
    assert!(
        matches!(answer(&read, &presence), Answer::Presence(seen) if seen.availability == "Focusing")
    );
    assert!(matches!(answer(&read, &response(204, &[], "")), Answer::Offline { .. }));
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
                let answer = answer(&SET, &response(status, headers, body));
                assert!(matches!(answer, Answer::Offline { .. }), "{status} {body}: {answer:?}");
                let answer = super::answer(&CLEAR, &response(status, headers, body));
                assert!(matches!(answer, Answer::Offline { .. }), "{status} {body}: {answer:?}");
            }
        }
        let empty = answer(&SET, &response(status, &[("retry-after", "60")], ""));
        assert!(matches!(empty, Answer::Offline { .. }), "{status}: {empty:?}");
        for own in [response(status, &[], ERROR), response(status, &[("request-id", "r")], "")] {
            let answer = answer(&SET, &own);
            assert!(!matches!(answer, Answer::Offline { .. }), "{status}: {answer:?}");
        }
    }
    let basic = response(401, &[("www-authenticate", "Basic realm=\"proxy\"")], "");
    assert!(matches!(answer(&SET, &basic), Answer::Offline { .. }));
    let bearer = response(401, &[("www-authenticate", "Bearer realm=\"\"")], "");
    assert!(matches!(answer(&SET, &bearer), Answer::Unauthorized { claims: None, .. }));
}

#[test]
fn what_graph_says_is_cut_and_cleaned() {
    let body = format!(
        r#"{{"error":{{"code":"Bad\u001b[31m","message":"\u0007{}","innerError":{{"request-id":"{0}"}}}}}}"#,
        "m".repeat(100_000)
    );
    let Answer::Rejected { detail, ids } = answer(&SET, &response(400, &[], &body)) else {
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
    let answer = answer(&SET, &response(401, &[("www-authenticate", &header)], ""));
    assert!(!format!("{answer:?}").contains("nbf"));
    assert_eq!(
        answer,
        Answer::Unauthorized { claims: Some(Private(claims.to_owned())), ids: Ids::new() }
    );
}

#[test]
fn durations_are_written_in_their_shortest_form() {
    for (seconds, text) in [(300, "PT5M"), (3600, "PT1H"), (14400, "PT4H"), (1770, "PT29M30S")] {
        assert_eq!(iso8601(Duration::from_secs(seconds)), text);
    }
}
