//! A status message is set, ends, and is refused as Graph does.

use super::*;

const GOOD: &str = r#"{"statusMessage":{"message":{"content":"In a meeting & <busy>","contentType":"text"},"expiryDateTime":{"dateTime":"2026-01-05T09:00:00.5","timeZone":"UTC"}}}"#;

#[test]
fn a_message_is_told_as_the_service_keeps_it_until_it_expires() {
    let mut desk = Desk::new();
    assert_eq!(desk.get("/v1.0/me/presence").value()["statusMessage"], Value::Null);
    let response = desk.post(MEGAN, "setStatusMessage", GOOD);
    assert!(response.status == 200 && response.body.is_empty());
    let told = desk.get("/v1.0/me/presence").value()["statusMessage"].clone();
    assert_eq!(told["message"]["content"], "In a meeting &amp; &lt;busy&gt;");
    assert_eq!(told["message"]["contentType"], "text");
    assert_eq!(told["expiryDateTime"]["timeZone"], "UTC");
    assert_eq!(told["expiryDateTime"]["dateTime"], "2026-01-05T09:00:00.5000000");
    desk.now = 24 * 3_600_000;
    assert_eq!(desk.cloud.message(MEGAN, desk.now), None);
}

#[test]
fn without_an_expiry_it_stays_until_an_empty_one_ends_it() {
    for end in [json!(""), Value::Null, json!("  ")] {
        let body = |content: Value| {
            json!({"statusMessage": {"message": {"content": content, "contentType": "text"}}})
                .to_string()
        };
        let mut desk = Desk::new();
        desk.post(MEGAN, "setStatusMessage", &body(json!("Gone fishing")));
        assert_eq!(desk.cloud.message(MEGAN, 1_000_000_000), Some("Gone fishing"));
        assert_eq!(desk.post(MEGAN, "setStatusMessage", &body(end)).status, 200);
        assert_eq!(desk.cloud.message(MEGAN, 0), None);
    }
}

#[test]
fn wrong_messages_are_bad_requests() {
    let changed = |from: &str, to: &str| {
        assert!(GOOD.contains(from));
        GOOD.replace(from, to)
    };
    let long = "x".repeat(281);
    for (body, code) in [
        (String::new(), "BadRequest"),
        ("{}".to_owned(), "BadRequest"),
        (changed(r#""contentType":"text""#, r#""contentType":"html""#), "InvalidArgument"),
        (changed(r#","contentType":"text""#, ""), "BadRequest"),
        (changed("In a meeting & <busy>", &long), "InvalidArgument"),
        (changed("09:00:00.5", "09:00:00.5Z"), "BadRequest"),
        (changed("09:00:00.5", "09:00:00.5+01:00"), "BadRequest"),
        (changed("2026-01-05T", ""), "BadRequest"),
        (changed(r#""timeZone":"UTC""#, r#""timeZone":"Mars""#), "InvalidArgument"),
        (changed(r#","timeZone":"UTC""#, ""), "BadRequest"),
        (changed(r#""message":"#, r#""publishedDateTime":null,"message":"#), "BadRequest"),
        (changed(r#""statusMessage""#, r#""sessionId":"x","statusMessage""#), "BadRequest"),
    ] {
        let mut desk = Desk::new();
        assert_graph(&desk.post(MEGAN, "setStatusMessage", &body), 400, code);
        assert_eq!(desk.cloud.message(MEGAN, 0), None, "{body}");
    }
    let mut desk = Desk::new();
    assert_graph(&desk.post(ALEX, "setStatusMessage", GOOD), 401, "Unauthorized");
}
