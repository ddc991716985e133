//! Refresh tokens rotate, end and add nothing.

use super::*;

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
