//! Device codes wait, slow down, and end.

use super::*;

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
