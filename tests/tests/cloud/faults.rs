//! What goes wrong on purpose goes wrong as planned.

use super::*;

#[test]
fn a_claims_challenge_holds_until_a_token_was_asked_with_its_claims() {
    let mut desk = Desk::new();
    let tokens = desk.sign_in(&[("claims", CP1)]);
    let wanted = json!({"access_token": {"nbf": {"essential": true, "value": "1700000000"}}});
    desk.cloud.challenge(MEGAN, wanted.clone());

    let challenged = desk.get("/v1.0/me/presence");

    assert_graph(&challenged, 401, "InvalidAuthenticationToken");
    let header = challenged.header("www-authenticate").unwrap();
    assert!(header.starts_with("Bearer realm=\"\", authorization_uri=\"https://"), "{header}");
    assert!(header.contains("error=\"insufficient_claims\""));
    let claims = header.split_once("claims=\"").unwrap().1.trim_end_matches('"');
    assert_eq!(STANDARD.decode(claims).unwrap(), wanted.to_string().into_bytes());

    let mut merged = wanted;
    merged["access_token"]["xms_cc"] = json!({"values": ["cp1"]});
    let merged = refresh(&mut desk.cloud, 0, &tokens, &[("claims", &merged.to_string())]).value();
    desk.token = merged["access_token"].as_str().unwrap().into();
    assert_eq!(desk.get("/v1.0/me/presence").status, 200);

    desk.sign_in(&[]);
    let plain = desk.get("/v1.0/me/presence");
    assert_eq!((plain.status, plain.header("www-authenticate")), (401, None));
}

#[test]
fn faults_come_in_order_on_what_they_are_meant_for() {
    let mut desk = Desk::new();
    let date = Some(RetryAfter::Date(90));
    desk.cloud.fault(On::Graph, 1, Fault::Status(503, Some(RetryAfter::Seconds(7))));
    desk.cloud.fault(Kind::SetPresence, 2, Fault::Status(429, date));
    desk.cloud.fault(On::Token, 1, Fault::TokenError(TokenError::InteractionRequired));
    desk.cloud.fault_between(On::All, 100, 200, Fault::CaptivePortal);

    let first = desk.get("/v1.0/me/presence");
    assert_eq!((first.status, first.header("retry-after")), (503, Some("7")));
    assert_eq!(desk.get("/v1.0/me/presence").status, 200);
    let second = desk.set(Pair::Away.shown(), "PT1H");
    let until = httpdate::parse_http_date(second.header("retry-after").unwrap()).unwrap();
    let epoch = std::time::UNIX_EPOCH + Duration::from_millis(Options::default().epoch);
    assert_eq!(until.duration_since(epoch).unwrap(), Duration::from_secs(90));
    assert_refused(&redeem(&mut desk.cloud, 0, &[]), "interaction_required", 50_076);
    desk.now = 150;
    let portal = desk.get("/v1.0/me/presence");
    assert_eq!((portal.status, portal.value()), (200, Value::Null));
    desk.now = 200;
    assert_eq!(desk.set(Pair::Away.shown(), "PT1H").status, 429);
    assert_eq!(desk.set(Pair::Away.shown(), "PT1H").status, 200);
    desk.cloud.fault(On::All, 1, Fault::LoseRequest);
    desk.cloud.heal();
    assert_eq!(desk.get("/v1.0/me/presence").status, 200);
}

#[test]
fn lost_and_late_are_told_apart_by_their_effect() {
    for (fault, delivery, lands) in [
        (Fault::LoseRequest, Delivery::LostBefore, false),
        (Fault::LandLate(9), Delivery::LandsLate(9), false),
        (Fault::LoseAnswer, Delivery::LostAfter, true),
        (Fault::Late(9), Delivery::Late(9), true),
    ] {
        let mut desk = Desk::new();
        desk.cloud.fault(Kind::SetPresence, 1, fault);

        let response = desk.set(Pair::Away.shown(), "PT1H");

        assert_eq!(response.delivery, delivery);
        assert_eq!(desk.cloud.session(MEGAN, 0) != SessionState::Absent, lands, "{delivery:?}");
        assert_eq!(desk.cloud.count(Kind::SetPresence), u64::from(lands));
    }
}

#[test]
fn the_same_seed_gives_the_same_cloud() {
    let run = |seed| redeem(&mut Cloud::new(Options::default(), seed), 0, &[]).body;
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
}
