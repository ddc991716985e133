//! What the fake cloud promises: every refusal that Microsoft documents, and the same on a real port.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use presence_tests::cloud::browser::{self, Pick};
use presence_tests::cloud::{
    ALEX, App, CLIENT_ID, Cloud, CloudServer, Consent, DOMAIN, Delivery, Fault, Kind, MEGAN,
    Millis, On, Options, Pair, Request, Response, RetryAfter, Rotation, SessionState, Shown,
    TENANT, TokenError, User,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const TOKEN: &str = "/organizations/oauth2/v2.0/token";
const DEVICE_CODE: &str = "/organizations/oauth2/v2.0/devicecode";
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const REDIRECT: &str = "http://localhost:50123";
const SCOPE: &str = "https://graph.microsoft.com/Presence.ReadWrite offline_access openid profile";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters";
const CP1: &str = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;
const MINUTE: Millis = 60_000;

// ---- sign-in ----

#[test]
fn a_sign_in_gives_all_three_tokens() {
    let mut cloud = cloud();

    let answer = redeem(&mut cloud, 0, &[]).value();

    let id_token = answer["id_token"].as_str().unwrap();
    let claims = URL_SAFE_NO_PAD.decode(id_token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["oid"], MEGAN);
    assert_eq!(claims["tid"], TENANT);
    assert_eq!(claims["aud"], CLIENT_ID);
    assert_eq!(claims["name"], "Megan Bowen");
    assert_eq!(claims["preferred_username"], "megan@contoso.com");
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["scope"], "https://graph.microsoft.com/Presence.ReadWrite openid profile");
    assert_eq!(answer["refresh_token"].as_str().unwrap().len(), 1_500);
    assert!((3_600..=5_400).contains(&answer["expires_in"].as_u64().unwrap()));
}

#[test]
fn scopes_decide_which_tokens_are_given() {
    let mut cloud = cloud();
    let scope = "https://graph.microsoft.com/Presence.ReadWrite";

    let code = pick(&mut cloud, 0, MEGAN, &[("scope", scope)]);
    let answer = token(&mut cloud, 0, &code_form(&code), &[]).value();

    assert_eq!(answer["scope"], scope);
    assert_eq!(answer["refresh_token"], Value::Null);
    assert_eq!(answer["id_token"], Value::Null);
}

#[test]
fn wrong_clients_and_redirects_are_told_on_a_page_and_sent_nowhere() {
    for (name, value, code) in [
        ("client_id", "00000000-0000-0000-0000-000000000000", "AADSTS700016"),
        ("redirect_uri", "http://127.0.0.1:50123", "AADSTS50011"),
        ("redirect_uri", "http://[::1]:50123", "AADSTS50011"),
        ("redirect_uri", "https://localhost:50123", "AADSTS50011"),
        ("redirect_uri", "http://localhost:50123/callback", "AADSTS50011"),
        ("redirect_uri", "", "AADSTS50011"),
    ] {
        let response = cloud().handle(0, Request::get(&authorize_url("", &[(name, value)])));

        assert_eq!(response.status, 400, "{name}={value}");
        assert_eq!(response.header("location"), None);
        assert!(String::from_utf8(response.body).unwrap().contains(code), "{name}={value}");
    }
}

#[test]
fn wrong_authorize_requests_go_back_with_an_error() {
    let other_host = "https://graph.microsoft.us/Presence.ReadWrite offline_access openid profile";
    for (name, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("response_mode", "form_post", "invalid_request"),
        ("state", "", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("scope", other_host, "invalid_scope"),
        ("scope", "Presence.ReadWrite", "invalid_scope"),
        ("claims", "cp1", "invalid_request"),
    ] {
        let response = cloud().handle(0, Request::get(&authorize_url("", &[(name, value)])));

        assert_eq!(redirected(&response, "error").as_deref(), Some(error), "{name}={value}");
        let state = redirected(&response, "state");
        assert_eq!(state.as_deref(), (name != "state").then_some("s7"), "{name}={value}");
    }
}

#[test]
fn a_person_or_an_administrator_can_say_no() {
    let mut cloud = cloud();
    let cancelled = post_pick(&mut cloud, 0, "cancel", &[]);
    cloud.policy().consent = Consent::AdminOnly;
    let refused = post_pick(&mut cloud, 0, MEGAN, &[]);

    assert_eq!(redirected(&cancelled, "error").as_deref(), Some("access_denied"));
    assert_eq!(redirected(&cancelled, "state").as_deref(), Some("s7"));
    assert_eq!(redirected(&refused, "error").as_deref(), Some("consent_required"));
    assert!(redirected(&refused, "error_description").unwrap().contains("AADSTS90094"));
}

#[test]
fn a_code_is_for_one_use_by_the_one_who_asked() {
    for (name, value, error, number) in [
        ("code", "1.none", "invalid_grant", 70_000),
        ("code_verifier", "another", "invalid_grant", 501_481),
        ("code_verifier", "", "invalid_grant", 501_481),
        ("redirect_uri", "http://localhost:50124", "invalid_grant", 500_112),
        ("client_id", "unknown", "unauthorized_client", 700_016),
        ("client_secret", "s", "invalid_client", 700_025),
        ("grant_type", "password", "unsupported_grant_type", 70_003),
        ("claims", "[]", "invalid_request", 50_000),
    ] {
        assert_refused(&redeem(&mut cloud(), 0, &[(name, value)]), error, number);
    }
    let mut cloud = cloud();
    let code = pick(&mut cloud, 0, MEGAN, &[]);
    assert_eq!(token(&mut cloud, 10 * MINUTE - 1, &code_form(&code), &[]).status, 200);
    assert_refused(&token(&mut cloud, 2, &code_form(&code), &[]), "invalid_grant", 54_005);
    let late = pick(&mut cloud, 0, MEGAN, &[]);
    assert_refused(
        &token(&mut cloud, 10 * MINUTE, &code_form(&late), &[]),
        "invalid_grant",
        70_008,
    );
}

#[test]
fn token_requests_must_be_well_made() {
    let mut cloud = cloud();
    let json = cloud.handle(0, Request::json(TOKEN, "{}"));
    let twice = [("client_id", CLIENT_ID), ("client_id", CLIENT_ID)];
    let twice = cloud.handle(0, Request::form(TOKEN, &twice));
    let tenant = Request::form("/consumers/oauth2/v2.0/token", &[("client_id", CLIENT_ID)]);
    let tenant = cloud.handle(0, tenant);
    let basic = Request::form(TOKEN, &[("client_id", CLIENT_ID)]).bearer("x");
    let basic = cloud.handle(0, basic);
    let method = cloud.handle(0, Request::get(TOKEN));

    assert_refused(&json, "invalid_request", 900_144);
    assert_refused(&twice, "invalid_request", 900_144);
    assert_refused(&tenant, "invalid_request", 90_002);
    assert_refused(&basic, "invalid_client", 700_025);
    assert_eq!(method.status, 404);
    for tenant in ["common", TENANT, DOMAIN] {
        let path = format!("/{tenant}/oauth2/v2.0/devicecode");
        let form = Request::form(&path, &[("client_id", CLIENT_ID), ("scope", SCOPE)]);
        assert_eq!(cloud.handle(0, form).status, 200, "{tenant}");
    }
}

#[test]
fn a_registration_without_public_client_flows_is_asked_for_a_secret() {
    let mut options = Options::default();
    options.apps[0].public_client = false;
    let mut cloud = Cloud::new(options, 1);

    assert_refused(&redeem(&mut cloud, 0, &[]), "invalid_client", 7_000_218);
}

#[test]
fn cp1_can_be_demanded_at_every_door() {
    let mut cloud = cloud();
    cloud.policy().require_cp1 = true;

    let without = cloud.handle(0, Request::get(&authorize_url("", &[])));
    let code = pick(&mut cloud, 0, MEGAN, &[("claims", CP1)]);

    assert_eq!(redirected(&without, "error").as_deref(), Some("invalid_request"));
    assert_refused(&token(&mut cloud, 0, &code_form(&code), &[]), "invalid_request", 50_000);
    let answer = token(&mut cloud, 0, &code_form(&code), &[("claims", CP1)]);
    assert_eq!(answer.status, 200);
    assert_refused(&refresh(&mut cloud, 0, &answer.value(), &[]), "invalid_request", 50_000);
    assert_eq!(refresh(&mut cloud, 0, &answer.value(), &[("claims", CP1)]).status, 200);
}

// ---- refresh tokens ----

#[test]
fn every_refresh_gives_a_new_token_and_rotation_decides_about_the_old() {
    for (rotation, old_again, new_after) in [
        (Rotation::Keep, 200, 200),
        (Rotation::RevokeOld, 400, 200),
        (Rotation::RevokeFamilyOnReuse, 400, 400),
    ] {
        let mut cloud = cloud();
        cloud.policy().rotation = rotation;
        let first = redeem(&mut cloud, 0, &[]).value();

        let second = refresh(&mut cloud, 1, &first, &[]).value();

        assert_ne!(first["refresh_token"], second["refresh_token"]);
        assert_eq!(refresh(&mut cloud, 2, &first, &[]).status, old_again, "{rotation:?}");
        assert_eq!(refresh(&mut cloud, 3, &second, &[]).status, new_after, "{rotation:?}");
    }
}

#[test]
fn refresh_tokens_end_and_are_checked_to_the_last_character() {
    let mut cloud = cloud();
    let tokens = redeem(&mut cloud, 0, &[]).value();
    let whole = tokens["refresh_token"].as_str().unwrap();
    let cut = json!({ "refresh_token": whole[..1_400] });
    let days = 24 * 60 * MINUTE;

    assert_refused(&refresh(&mut cloud, 0, &cut, &[]), "invalid_grant", 9_002_313);
    assert_eq!(refresh(&mut cloud, 90 * days - 1, &tokens, &[]).status, 200);
    assert_refused(&refresh(&mut cloud, 90 * days, &tokens, &[]), "invalid_grant", 700_082);
    let tokens = redeem(&mut cloud, 91 * days, &[]).value();
    cloud.revoke(MEGAN);
    assert_refused(&refresh(&mut cloud, 91 * days, &tokens, &[]), "invalid_grant", 50_173);
    let tokens = redeem(&mut cloud, 92 * days, &[]).value();
    cloud.policy().consent = Consent::AdminOnly;
    let refused = refresh(&mut cloud, 92 * days, &tokens, &[]);
    assert_refused(&refused, "invalid_grant", 65_001);
    assert_eq!(refused.value()["suberror"], "consent_required");
}

#[test]
fn a_refresh_cannot_add_a_scope() {
    let mut cloud = cloud();
    let tokens = redeem(&mut cloud, 0, &[]).value();
    let more = "https://graph.microsoft.com/User.Read openid";

    assert_refused(&refresh(&mut cloud, 0, &tokens, &[("scope", more)]), "invalid_grant", 65_001);
    assert_eq!(refresh(&mut cloud, 0, &tokens, &[("scope", SCOPE)]).status, 200);
}

// ---- device code ----

#[test]
fn a_device_code_waits_slows_down_and_is_granted_once() {
    let mut cloud = cloud();
    let asked = device_code(&mut cloud, 0);
    let poll = |cloud: &mut Cloud, now| poll(cloud, now, &asked);

    assert_eq!(asked["interval"], 5);
    assert_eq!(asked["verification_uri_complete"], Value::Null);
    assert_refused(&poll(&mut cloud, 5_000), "authorization_pending", 70_016);
    assert_refused(&poll(&mut cloud, 9_999), "slow_down", 70_017);
    assert_refused(&poll(&mut cloud, 19_998), "slow_down", 70_017);
    assert_refused(&poll(&mut cloud, 34_998), "authorization_pending", 70_016);
    assert_eq!(enter(&mut cloud, 40_000, "WRONG", MEGAN).status, 400);
    assert_eq!(enter(&mut cloud, 40_000, asked["user_code"].as_str().unwrap(), MEGAN).status, 200);
    assert_eq!(poll(&mut cloud, 50_000).status, 200);
    assert_refused(&poll(&mut cloud, 70_000), "bad_verification_code", 70_018);
}

#[test]
fn a_device_code_can_be_declined_and_expires() {
    let mut cloud = cloud();
    let declined = device_code(&mut cloud, 0);
    enter(&mut cloud, 1, declined["user_code"].as_str().unwrap(), "cancel");
    let forgotten = device_code(&mut cloud, 0);

    assert_refused(&poll(&mut cloud, 5_000, &declined), "authorization_declined", 70_019);
    assert_refused(&poll(&mut cloud, 15 * MINUTE, &forgotten), "expired_token", 70_020);
}

// ---- presence ----

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

// ---- what goes wrong on purpose ----

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

// ---- on a port ----

#[tokio::test]
async fn a_whole_sign_in_set_get_and_clear_on_loopback() {
    let server = CloudServer::start(Options::default(), 1.0);
    let base = server.base_url();
    let program = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let redirect = format!("http://localhost:{}", program.local_addr().unwrap().port());
    let scope = format!("{base}/Presence.ReadWrite offline_access openid profile");
    let url = authorize_url(base, &[("redirect_uri", &redirect), ("scope", &scope)]);

    let (page, line) = tokio::join!(browser::sign_in(&url, Pick::Megan), catch_redirect(program));
    assert_eq!(page.unwrap(), "You are signed in.");
    let target = line.split(' ').nth(1).unwrap();
    let landed = Response::default().with("location", format!("http://localhost{target}"));
    assert_eq!(redirected(&landed, "state").as_deref(), Some("s7"));
    let code = redirected(&landed, "code").unwrap();

    let http = browser::client().unwrap();
    let mut form = code_form(&code);
    form.retain(|(name, _)| *name != "redirect_uri");
    form.push(("redirect_uri", &redirect));
    let answer = http.post(format!("{base}{TOKEN}")).form(&form).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    let token = answer["access_token"].as_str().unwrap();
    let post = |name: &str, body: Value| {
        http.post(format!("{base}{}", verb(MEGAN, name))).bearer_auth(token).json(&body).send()
    };
    let body = json!({"sessionId": CLIENT_ID, "availability": "DoNotDisturb",
        "activity": "Presenting", "expirationDuration": "PT5M"});
    assert_eq!(post("setPresence", body).await.unwrap().status(), 200);
    let read = http.get(format!("{base}/v1.0/me/presence")).bearer_auth(token).send();
    let read: Value = read.await.unwrap().json().await.unwrap();
    assert_eq!(read["activity"], "Presenting");
    let body = json!({"sessionId": CLIENT_ID});
    assert_eq!(post("clearPresence", body.clone()).await.unwrap().status(), 200);
    assert_eq!(post("clearPresence", body).await.unwrap().status(), 404);
    assert_eq!(server.with(|cloud, now| cloud.aggregate(MEGAN, now)), Shown::OFFLINE);
    assert_eq!(http.get(base).send().await.unwrap().status(), 200);
    let address = base.trim_start_matches("http://").to_owned();
    server.stop();
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[tokio::test]
async fn a_user_code_is_typed_on_loopback_while_it_lives() {
    // At the second rate the code's 15 minutes are 9 ms.
    for (rate, granted) in [(1.0, true), (100_000.0, false)] {
        let server = CloudServer::start(Options::default(), rate);
        let asked = server.with(device_code);
        let uri = asked["verification_uri"].as_str().unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;

        let typed =
            browser::enter_code(uri, asked["user_code"].as_str().unwrap(), Pick::Megan).await;

        assert!(uri.starts_with(server.base_url()));
        assert_eq!(typed.is_ok(), granted);
        let polled = server.with(|cloud, now| poll(cloud, now, &asked));
        assert_eq!(polled.status == 200, granted);
    }
}

#[tokio::test]
async fn lost_means_a_closed_connection_and_abandoned_requests_still_land() {
    let server = CloudServer::start(Options::default(), 1.0);
    let token = server.with(|cloud, now| {
        redeem(cloud, now, &[]).value()["access_token"].as_str().unwrap().to_owned()
    });
    let http = browser::client().unwrap();
    let url = format!("{}{}", server.base_url(), verb(MEGAN, "setPresence"));
    let set = |pair: Pair, patience| {
        let shown = pair.shown();
        let body = json!({"sessionId": CLIENT_ID, "availability": shown.availability,
            "activity": shown.activity});
        let patience = Duration::from_millis(patience);
        http.post(&url).bearer_auth(&token).json(&body).timeout(patience).send()
    };
    let session = || server.with(|cloud, now| cloud.session(MEGAN, now));

    server.with(|cloud, _| cloud.fault(Kind::SetPresence, 1, Fault::LoseRequest));
    let lost = set(Pair::Away, 5_000).await.unwrap_err();
    assert!(!lost.is_timeout() && lost.status().is_none());
    assert_eq!(session(), SessionState::Absent);

    server.with(|cloud, _| cloud.fault(Kind::SetPresence, 1, Fault::LoseAnswer));
    assert!(!set(Pair::Away, 5_000).await.unwrap_err().is_timeout());
    assert_eq!(session(), SessionState::Holding(Pair::Away));

    server.with(|cloud, _| cloud.fault(Kind::SetPresence, 1, Fault::LandLate(300)));
    assert!(set(Pair::InACall, 100).await.unwrap_err().is_timeout());
    assert_eq!(session(), SessionState::Holding(Pair::Away));
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(session(), SessionState::Holding(Pair::InACall));
}

// ---- helpers ----

/// A signed-in program at a moment.
struct Desk {
    cloud: Cloud,
    now: Millis,
    token: String,
}

impl Desk {
    fn new() -> Desk {
        Desk::with(Options::default())
    }

    fn with(options: Options) -> Desk {
        let mut desk = Desk { cloud: Cloud::new(options, 1), now: 0, token: String::new() };
        desk.sign_in(&[]);
        desk
    }

    fn sign_in(&mut self, changes: &[(&str, &str)]) -> Value {
        let answer = redeem(&mut self.cloud, self.now, changes).value();
        self.token = answer["access_token"].as_str().unwrap().into();
        answer
    }

    fn post(&mut self, oid: &str, name: &str, body: &str) -> Response {
        let request = Request::json(&verb(oid, name), body).bearer(&self.token);
        self.cloud.handle(self.now, request)
    }

    fn get(&mut self, path: &str) -> Response {
        self.cloud.handle(self.now, Request::get(path).bearer(&self.token))
    }

    fn set(&mut self, shown: Shown, duration: &str) -> Response {
        let body = json!({"sessionId": CLIENT_ID, "availability": shown.availability,
            "activity": shown.activity, "expirationDuration": duration});
        self.post(MEGAN, "setPresence", &body.to_string())
    }
}

fn cloud() -> Cloud {
    Cloud::new(Options::default(), 1)
}

fn verb(oid: &str, name: &str) -> String {
    let whose = if oid == "me" { "me".into() } else { format!("users/{oid}") };
    format!("/v1.0/{whose}/presence/{name}")
}

fn authorize_url(base: &str, changes: &[(&str, &str)]) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let fields = [
        ("client_id", CLIENT_ID),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", SCOPE),
        ("state", "s7"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let query = Request::form("", &changed(&fields, changes)).body;
    format!("{base}/organizations/oauth2/v2.0/authorize?{}", String::from_utf8(query).unwrap())
}

fn changed<'a>(
    fields: &[(&'a str, &'a str)],
    changes: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let kept = fields.iter().filter(|(name, _)| changes.iter().all(|(other, _)| other != name));
    kept.chain(changes).copied().collect()
}

fn post_pick(cloud: &mut Cloud, now: Millis, whom: &str, changes: &[(&str, &str)]) -> Response {
    cloud.handle(now, Request::form(&authorize_url("", changes), &[("pick", whom)]))
}

fn pick(cloud: &mut Cloud, now: Millis, whom: &str, changes: &[(&str, &str)]) -> String {
    redirected(&post_pick(cloud, now, whom, changes), "code").unwrap()
}

fn redirected(response: &Response, name: &str) -> Option<String> {
    let url = url::Url::parse(response.header("location")?).unwrap();
    url.query_pairs().find(|(have, _)| have == name).map(|(_, value)| value.into_owned())
}

fn code_form(code: &str) -> Vec<(&str, &str)> {
    vec![
        ("client_id", CLIENT_ID),
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ]
}

fn token(
    cloud: &mut Cloud,
    now: Millis,
    form: &[(&str, &str)],
    changes: &[(&str, &str)],
) -> Response {
    cloud.handle(now, Request::form(TOKEN, &changed(form, changes)))
}

fn redeem(cloud: &mut Cloud, now: Millis, changes: &[(&str, &str)]) -> Response {
    let code = pick(cloud, now, MEGAN, &[]);
    token(cloud, now, &code_form(&code), changes)
}

fn refresh(cloud: &mut Cloud, now: Millis, held: &Value, changes: &[(&str, &str)]) -> Response {
    let held = held["refresh_token"].as_str().unwrap();
    let form = [("client_id", CLIENT_ID), ("grant_type", "refresh_token"), ("refresh_token", held)];
    token(cloud, now, &form, changes)
}

fn device_code(cloud: &mut Cloud, now: Millis) -> Value {
    let form = [("client_id", CLIENT_ID), ("scope", SCOPE)];
    cloud.handle(now, Request::form(DEVICE_CODE, &form)).value()
}

fn poll(cloud: &mut Cloud, now: Millis, asked: &Value) -> Response {
    let code = asked["device_code"].as_str().unwrap();
    let form = [("client_id", CLIENT_ID), ("grant_type", DEVICE_GRANT), ("device_code", code)];
    token(cloud, now, &form, &[])
}

fn enter(cloud: &mut Cloud, now: Millis, user_code: &str, whom: &str) -> Response {
    let form = [("user_code", user_code), ("pick", whom)];
    cloud.handle(now, Request::form("/devicelogin", &form))
}

async fn catch_redirect(program: tokio::net::TcpListener) -> String {
    let (mut stream, _) = program.accept().await.unwrap();
    let mut buffer = vec![0; 8_192];
    let length = stream.read(&mut buffer).await.unwrap();
    let page =
        "HTTP/1.1 200 OK\r\ncontent-length: 18\r\nconnection: close\r\n\r\nYou are signed in.";
    stream.write_all(page.as_bytes()).await.unwrap();
    String::from_utf8(buffer[..length].to_vec()).unwrap()
}

fn assert_refused(response: &Response, error: &str, number: u64) {
    let body = response.value();
    assert_eq!(body["error"], error, "{body}");
    assert_eq!(body["error_codes"], json!([number]), "{body}");
    let description = body["error_description"].as_str().unwrap();
    assert!(description.starts_with(&format!("AADSTS{number}: ")), "{description}");
    let names = ["timestamp", "trace_id", "correlation_id"];
    assert!(names.iter().all(|name| body[name].is_string()), "{body}");
    assert_eq!(response.status, if error == "invalid_client" { 401 } else { 400 });
}

fn assert_graph(response: &Response, status: u16, code: &str) {
    let body = response.value();
    assert_eq!((response.status, body["error"]["code"].as_str()), (status, Some(code)), "{body}");
    let names = ["date", "request-id", "client-request-id"];
    assert!(names.iter().all(|name| body["error"]["innerError"][name].is_string()), "{body}");
}
