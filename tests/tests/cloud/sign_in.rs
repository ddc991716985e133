//! Who signs in gets what was asked for, and nobody else does.

use super::*;

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
