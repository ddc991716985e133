//! Presence is set, cleared, aggregated, and refused as Graph does.

use super::*;

#[test]
fn only_the_five_pairs_can_be_set() {
    for availability in ["Available", "Busy", "Away", "DoNotDisturb", "BeRightBack", "Offline"] {
        for activity in ["Available", "InACall", "InAConferenceCall", "Away", "Presenting", "Busy"]
        {
            let shown = Shown::new(availability, activity);
            let documented = Pair::ALL.iter().any(|pair| pair.shown() == shown);
            let mut desk = Desk::new();

            let response = desk.set(shown, "PT1H");

            assert_eq!(response.status, if documented { 200 } else { 400 }, "{shown:?}");
            assert!(!documented || response.body.is_empty());
            assert_eq!(desk.cloud.aggregate(MEGAN, 0) == shown, documented);
        }
    }
}

#[test]
fn wrong_bodies_are_bad_requests() {
    let good = json!({"sessionId": CLIENT_ID, "availability": "Away", "activity": "Away",
        "expirationDuration": "PT1H"});
    let changed = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body.to_string()
    };
    for (body, code, text) in [
        (String::new(), "InvalidArgument", "[SessionId]: The SessionId field is required."),
        (changed("sessionId", Value::Null), "InvalidArgument", "SessionId field is required"),
        (changed("sessionId", json!(ALEX)), "InvalidArgument", "[SessionId]"),
        (changed("availability", Value::Null), "InvalidArgument", "[Availability]"),
        (
            changed("expirationDuration", json!("PT4M59S")),
            "InvalidArgument",
            "The provided [ExpirationDuration] is out of range.",
        ),
        (changed("expirationDuration", json!("PT4H1S")), "InvalidArgument", "out of range"),
        (changed("expirationDuration", json!("1:00:00")), "BadRequest", ""),
        (changed("expirationDuration", json!(3600)), "BadRequest", ""),
        (changed("expiration", json!("PT1H")), "BadRequest", ""),
        ("not json".into(), "BadRequest", ""),
    ] {
        let mut desk = Desk::new();
        let response = desk.post(MEGAN, "setPresence", &body);
        assert_graph(&response, 400, code);
        let message = response.value()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(text), "{body}: {message}");
        assert_eq!(desk.cloud.session(MEGAN, 0), SessionState::Absent);
    }
    let mut desk = Desk::new();
    let mut request = Request::json(&verb(MEGAN, "setPresence"), good.to_string());
    request.content_type = Some("text/plain".into());
    let response = desk.cloud.handle(0, request.bearer(&desk.token));
    assert_graph(&response, 400, "BadRequest");
    for duration in ["PT5M", "PT4H", "PT300S"] {
        assert_eq!(desk.set(Pair::Away.shown(), duration).status, 200, "{duration}");
    }
}

#[test]
fn the_wrong_caller_is_turned_away() {
    let mut desk = Desk::new();
    let body = json!({"sessionId": CLIENT_ID}).to_string();
    assert_graph(&desk.post("me", "setPresence", &body), 404, "ResourceNotFound");
    assert_graph(&desk.post(ALEX, "clearPresence", &body), 401, "Unauthorized");
    assert_graph(&desk.get(&format!("/v1.0/users/{ALEX}/presence")), 403, "Forbidden");
    assert_eq!(desk.get("/beta/me/presence").status, 404);
    assert_eq!(desk.get(&format!("/v1.0/users/{MEGAN}/presence")).status, 200);

    desk.cloud.license(MEGAN, false);
    assert_graph(&desk.get("/v1.0/me/presence"), 404, "NotFound");
    assert_graph(&desk.set(Pair::Away.shown(), "PT1H"), 404, "NotFound");

    desk.token = "unknown".into();
    assert_graph(&desk.get("/v1.0/me/presence"), 401, "InvalidAuthenticationToken");
    let nobody = desk.cloud.handle(0, Request::get("/v1.0/me/presence"));
    assert_graph(&nobody, 401, "InvalidAuthenticationToken");
}

#[test]
fn tokens_end_by_time_and_by_revocation() {
    let mut desk = Desk::new();
    desk.cloud.policy().access_minutes = 60..=60;
    desk.sign_in(&[]);
    desk.now = 60 * MINUTE - 1;
    assert_eq!(desk.get("/v1.0/me/presence").status, 200);
    desk.now = 60 * MINUTE;
    assert_graph(&desk.get("/v1.0/me/presence"), 401, "InvalidAuthenticationToken");
    desk.sign_in(&[]);
    desk.cloud.revoke_access(MEGAN);
    assert_graph(&desk.get("/v1.0/me/presence"), 401, "InvalidAuthenticationToken");
}

#[test]
fn a_token_without_the_permission_is_forbidden_without_a_word() {
    let mut desk = Desk::new();
    desk.cloud.policy().consent = Consent::WithoutPresence;
    desk.sign_in(&[]);

    let response = desk.set(Pair::Away.shown(), "PT1H");

    assert_graph(&response, 403, "Forbidden");
    assert_eq!(response.value()["error"]["message"], "");
}

#[test]
fn clearing_nothing_is_not_found() {
    let mut desk = Desk::new();
    let body = json!({"sessionId": CLIENT_ID}).to_string();
    assert_graph(&desk.post(MEGAN, "clearPresence", &body), 404, "NotFound");
    desk.set(Pair::InACall.shown(), "PT5M");
    assert_eq!(desk.post(MEGAN, "clearPresence", &body).status, 200);
    assert_graph(&desk.post(MEGAN, "clearPresence", &body), 404, "NotFound");
    desk.set(Pair::InACall.shown(), "PT5M");
    desk.now = 5 * MINUTE;
    assert_graph(&desk.post(MEGAN, "clearPresence", &body), 404, "NotFound");
    assert_graph(&desk.post(MEGAN, "clearPresence", ""), 400, "InvalidArgument");
}

#[test]
fn available_fades_whatever_its_expiration_until_it_is_set_again() {
    let mut desk = Desk::new();
    desk.set(Pair::Available.shown(), "PT4H");
    desk.now = 4 * MINUTE;
    desk.get("/v1.0/me/presence");
    desk.now = 12 * MINUTE;

    let seen = desk.get("/v1.0/me/presence").value();
    desk.set(Pair::Available.shown(), "PT4H");

    assert_eq!((&seen["availability"], &seen["id"]), (&json!("Away"), &json!(MEGAN)));
    let inactive = Shown::new("Available", "AvailableInactive");
    assert_eq!(desk.cloud.session(MEGAN, 5 * MINUTE).shown(), Some(inactive));
    assert_eq!(desk.cloud.session(MEGAN, 12 * MINUTE), SessionState::Holding(Pair::Available));
    let lapses = desk.cloud.lapses(MEGAN, 6 * MINUTE, 16 * MINUTE);
    let lapses: Vec<_> = lapses.iter().map(|lapse| (lapse.from, lapse.to, lapse.state)).collect();
    let expected = [
        (6 * MINUTE, 10 * MINUTE, SessionState::Inactive),
        (10 * MINUTE, 12 * MINUTE, SessionState::FadedAway),
    ];
    assert_eq!(lapses, expected);
}

#[test]
fn the_other_pairs_last_until_they_expire() {
    let mut desk = Desk::new();
    desk.post(
        MEGAN,
        "setPresence",
        &json!({"sessionId": CLIENT_ID, "availability": "Busy",
        "activity": "InACall"})
        .to_string(),
    );

    assert_eq!(desk.cloud.aggregate(MEGAN, 5 * MINUTE - 1), Pair::InACall.shown());
    assert_eq!(desk.cloud.aggregate(MEGAN, 5 * MINUTE), Shown::OFFLINE);
    desk.set(Pair::Presenting.shown(), "PT4H");
    assert_eq!(desk.cloud.lapses(MEGAN, 0, 240 * MINUTE), []);
}

#[test]
fn what_is_pinned_wins_while_a_session_exists() {
    let mut desk = Desk::new();
    let off =
        json!({"availability": "Offline", "activity": "OffWork", "expirationDuration": "PT1H"});
    desk.cloud.teams(MEGAN, 0, "phone", Some(Shown::new("Busy", "InAMeeting")));
    desk.set(Pair::Away.shown(), "PT4H");
    assert_eq!(desk.cloud.aggregate(MEGAN, 0).activity, "InAMeeting");

    assert_eq!(desk.post(MEGAN, "setUserPreferredPresence", &off.to_string()).status, 200);
    assert_eq!(desk.cloud.aggregate(MEGAN, 0).activity, "OffWork");
    desk.cloud.teams(MEGAN, 0, "phone", None);
    assert_eq!(desk.cloud.aggregate(MEGAN, 0).activity, "OffWork");
    assert_eq!(desk.cloud.aggregate(MEGAN, 60 * MINUTE), Pair::Away.shown());
    assert_eq!(desk.post(MEGAN, "clearUserPreferredPresence", "{}").status, 200);
    assert_eq!(desk.cloud.aggregate(MEGAN, 0), Pair::Away.shown());

    let odd = json!({"availability": "Busy", "activity": "InACall"}).to_string();
    assert_graph(&desk.post(MEGAN, "setUserPreferredPresence", &odd), 400, "InvalidArgument");
}

#[test]
fn a_session_belongs_to_user_and_application() {
    let other = "11111111-2222-4333-8444-555555555555";
    let mut options = Options::default();
    let app = App { client_id: other.into(), name: "Other".into(), public_client: true };
    options.apps.push(app);
    options.users.push(User::alex());
    let mut desk = Desk::with(options);
    desk.set(Pair::InACall.shown(), "PT1H");

    // The same person's second machine, then another application.
    desk.sign_in(&[]);
    desk.set(Pair::Away.shown(), "PT1H");
    let code = pick(&mut desk.cloud, 0, MEGAN, &[("client_id", other)]);
    let answer = token(&mut desk.cloud, 0, &code_form(&code), &[("client_id", other)]).value();
    let body = json!({"sessionId": other, "availability": "Busy", "activity": "InACall"});
    let request = Request::json(&verb(MEGAN, "setPresence"), body.to_string());
    let request = request.bearer(answer["access_token"].as_str().unwrap());
    assert_eq!(desk.cloud.handle(0, request).status, 200);

    assert_eq!(desk.cloud.session(MEGAN, 0), SessionState::Holding(Pair::Away));
    assert_eq!(desk.cloud.session_of(MEGAN, other, 0), SessionState::Holding(Pair::InACall));
    assert_eq!(desk.cloud.aggregate(ALEX, 0), Shown::OFFLINE);
    let last = desk.cloud.seen().last().unwrap();
    assert_eq!((last.client.as_deref(), last.user.as_deref()), (Some(other), Some(MEGAN)));
    assert_eq!(last.request.body, body.to_string().into_bytes());
}

#[test]
fn the_limit_counts_what_it_refuses() {
    let mut desk = Desk::new();
    for _ in 0..1_500 {
        assert_eq!(desk.get("/v1.0/me/presence").status, 200);
    }
    desk.now = 10_000;
    let refused = desk.get("/v1.0/me/presence");
    assert_graph(&refused, 429, "TooManyRequests");
    assert_eq!(refused.header("retry-after"), Some("20"));
    desk.cloud.policy().throttle = 1;
    desk.now = 30_000;
    assert_eq!(desk.get("/v1.0/me/presence").header("retry-after"), Some("30"));
}
