//! Tokens are renewed, refused and challenged without anybody noticing.

use super::*;

#[test]
fn a_refused_token_costs_one_refresh_and_the_call_is_made_again() {
    let mut world = World::signed_in(10);
    world.cloud.revoke_access(MEGAN);
    let from = world.now;
    let reply = world.set(Status::InACall);
    world.run(2 * SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert_eq!(world.session(), held(Status::InACall));
    assert_eq!(
        kinds(&world, from),
        [Kind::SetPresence, Kind::Refresh, Kind::SetPresence, Kind::ReadPresence]
    );
}

#[test]
fn a_second_refusal_backs_off_and_never_loops() {
    let mut world = World::signed_in(11);
    world.cloud.fault_between(On::Graph, 0, Millis::MAX, Fault::Status(401, None));
    let from = world.now;
    let reply = world.set(Status::InACall);
    world.run(HOUR);
    assert!(matches!(world.outcome(reply), Some(Outcome::Failed(_))));
    assert_eq!(problem(&world), Some(ProblemKind::TokenRefused));
    assert!(busiest_minute(&world, from) <= 8, "{} calls", busiest_minute(&world, from));
    world.cloud.heal();
    world.run(5 * MINUTE);
    assert_eq!(world.session(), held(Status::InACall));
}

#[test]
fn a_claims_challenge_is_answered_with_its_claims() {
    let mut world = World::signed_in(12);
    world.set(Status::Available);
    world.run(SECOND);
    let from = world.now;
    let claims = json!({"access_token": {"nbf": {"essential": true, "value": "1767600001"}}});
    world.cloud.challenge(MEGAN, claims);
    world.run(5 * MINUTE);
    assert_eq!(world.session(), held(Status::Available));
    assert_eq!(world.cloud.lapses(MEGAN, from, world.now), []);
    assert_eq!(count(&world, from, Kind::Refresh), 1);
}

#[test]
fn a_claims_challenge_that_wants_a_person_asks_for_the_sign_in_with_the_claims() {
    let mut world = World::signed_in(13);
    let claims = json!({"access_token": {"acrs": {"essential": true, "value": "c1"}}});
    world.cloud.challenge(MEGAN, claims);
    world.cloud.fault(Kind::Refresh, 1, Fault::TokenError(TokenError::InteractionRequired));
    let reply = world.set(Status::Available);
    world.run(5 * SECOND);
    assert_eq!(failure(&world, reply), Some(ProblemKind::SignInNeeded));
    world.sign_in();
    world.run(2 * SECOND);
    assert_eq!(world.session(), held(Status::Available));
}

#[test]
fn a_refresh_ahead_of_time_that_fails_delays_nothing() {
    let mut world = World::signed_in(14);
    world.set(Status::Available);
    world.run(SECOND);
    let from = world.now;
    // Shorter than the last five minutes of a token.
    world.cloud.fault(On::Token, 3, Fault::LoseRequest);
    world.run(4 * HOUR);
    assert_eq!(world.cloud.lapses(MEGAN, from, world.now), []);
    assert_eq!(world.notices.len(), 0);
}

#[test]
fn a_revoked_sign_in_keeps_the_wish_and_the_stored_token_and_resumes_after_sign_in() {
    let mut world = World::signed_in(15);
    world.set(Status::InACall);
    world.run(SECOND);
    world.cloud.revoke(MEGAN);
    world.run(2 * HOUR);
    assert_eq!(problem(&world), Some(ProblemKind::SignInNeeded));
    assert!(matches!(world.view().account, AccountView::SignInNeeded { .. }));
    assert!(world.remembers());
    assert_eq!(world.notices.len(), 1);
    assert_eq!(world.view().wish.map(|wish| wish.status), Some(Status::InACall));
    let from = world.now;
    world.run(HOUR);
    assert!(count(&world, from, Kind::Refresh) <= 2, "a refused token is hardly tried again");
    world.sign_in();
    world.run(2 * SECOND);
    assert_eq!(world.session(), held(Status::InACall));
    assert_eq!(world.view().problem, None);
}

#[test]
fn a_passing_policy_needs_no_person() {
    let mut world = World::signed_in(16);
    world.set(Status::InACall);
    world.run(SECOND);
    let end = world.now + 90 * MINUTE;
    let fault = Fault::TokenError(TokenError::InvalidGrant);
    world.cloud.fault_between(Kind::Refresh, 0, end, fault);
    world.run(3 * HOUR);
    assert_eq!(world.session(), held(Status::InACall));
    assert_eq!(world.view().problem, None);
}

#[test]
fn a_missing_permission_is_named() {
    let mut world = World::new(17);
    world.cloud.policy().consent = Consent::WithoutPresence;
    let reply = world.click(Command::SignIn { method: SignInMethod::Browser });
    world.run(SECOND);
    world.browser(Pick::Megan);
    world.run(2 * SECOND);
    assert_eq!(failure(&world, reply), Some(ProblemKind::ConsentNeeded));
    let from = world.now;
    let reply = world.set(Status::Available);
    world.run(5 * MINUTE);
    assert_eq!(failure(&world, reply), Some(ProblemKind::ConsentNeeded));
    assert_eq!(problem(&world), Some(ProblemKind::ConsentNeeded));
    assert!(busiest_minute(&world, from) <= 2);
    world.cloud.policy().consent = Consent::Full;
    world.sign_in();
    world.run(2 * SECOND);
    assert_eq!(world.session(), held(Status::Available));
    assert_eq!(world.view().problem, None);
}

#[test]
fn a_forbidding_policy_is_told_and_tried_rarely() {
    let mut world = World::signed_in(18);
    world.cloud.fault_between(On::Graph, 0, 2 * HOUR, Fault::Status(403, None));
    let from = world.now;
    let reply = world.set(Status::Available);
    world.run(2 * HOUR - from);
    assert_eq!(failure(&world, reply), Some(ProblemKind::NotAllowed));
    assert!(count(&world, from, Kind::SetPresence) <= 5);
    assert_eq!(world.notices.len(), 1);
    world.run(31 * MINUTE);
    assert_eq!(world.session(), held(Status::Available));
}

#[test]
fn an_account_without_presence_is_told_and_tried_rarely() {
    let mut world = World::signed_in(19);
    world.cloud.license(MEGAN, false);
    let from = world.now;
    let reply = world.set(Status::Available);
    world.run(2 * HOUR);
    assert_eq!(failure(&world, reply), Some(ProblemKind::NoPresence));
    assert!(count(&world, from, Kind::SetPresence) <= 5);
}

#[test]
fn a_request_that_the_service_calls_wrong_is_not_repeated_until_someone_chooses() {
    let mut world = World::signed_in(20);
    world.cloud.fault(Kind::SetPresence, 1, Fault::Status(400, None));
    let from = world.now;
    let reply = world.set(Status::Available);
    world.run(8 * HOUR);
    assert_eq!(failure(&world, reply), Some(ProblemKind::Rejected));
    assert_eq!(count(&world, from, Kind::SetPresence), 1);
    let reply = world.set(Status::Available);
    world.run(SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
}

#[test]
fn a_challenge_to_a_token_that_was_just_renewed_is_answered_at_once() {
    let mut world = World::signed_in(23);
    let claims = json!({"access_token": {"nbf": {"essential": true, "value": "1767600001"}}});
    world.cloud.revoke_access(MEGAN);
    world.cloud.challenge(MEGAN, claims);
    world.set(Status::Available);
    world.cloud.fault(Kind::SetPresence, 1, Fault::Status(401, None));
    world.run(3 * SECOND);
    assert_eq!(world.session(), held(Status::Available));
}

#[test]
fn a_lapse_while_entra_wants_patience_is_said() {
    let mut world = World::signed_in(24);
    world.set(Status::Available);
    world.run(54 * MINUTE);
    let after = Some(RetryAfter::Seconds(1_800));
    world.cloud.fault_between(On::Token, 0, 90 * MINUTE, Fault::Status(429, after));
    world.run(30 * MINUTE);
    world.cloud.revoke_access(MEGAN);
    world.run(20 * MINUTE);
    assert!(world.session().is_lapse());
    assert_eq!(problem(&world), Some(ProblemKind::Throttled));
    assert_eq!(world.notices.len(), 1);
}

#[test]
fn a_token_whose_answer_came_late_is_not_used_past_its_end() {
    let mut options = Options::default();
    options.policy.access_minutes = 60..=60;
    // No renewal comes between.
    let settings = Settings { expiration: Duration::from_secs(4 * 3_600), ..settings() };
    let mut world = World::with(Setup::Ready(settings), options, 25);
    world.sign_in();
    world.set(Status::Presenting);
    world.run(MINUTE);
    world.cloud.revoke_access(MEGAN);
    world.cloud.fault(Kind::Refresh, 1, Fault::Late(25 * SECOND));
    world.click(Command::Look);
    let issued = world.now;
    world.run(HOUR - 20 * SECOND);
    // Renewing it ahead of time fails.
    world.cloud.fault(On::Token, 1, Fault::LoseRequest);
    world.click(Command::Look);
    world.run_until(issued + HOUR + SECOND);
    let from = world.now;
    world.click(Command::Look);
    world.run(2 * SECOND);
    assert_eq!(kinds(&world, from), [Kind::Refresh, Kind::ReadPresence]);
}

#[test]
fn another_challenge_after_a_refused_one_is_answered_at_once() {
    let mut world = World::signed_in(26);
    let claims =
        |value: &str| json!({"access_token": {"nbf": {"essential": true, "value": value}}});
    world.cloud.challenge(MEGAN, claims("1767600001"));
    world.cloud.fault(Kind::Refresh, 1, Fault::TokenError(TokenError::InvalidGrant));
    world.set(Status::Presenting);
    world.run(MINUTE);
    assert_eq!(problem(&world), Some(ProblemKind::SignInNeeded));
    world.run(29 * MINUTE);
    world.cloud.challenge(MEGAN, claims("1767600002"));
    world.run(2 * MINUTE);
    assert_eq!(world.session(), held(Status::Presenting));
    let sets = sets(&world, 0);
    let (first, last) = (sets[sets.len() - 2].0, sets[sets.len() - 1].0);
    assert!(last - first < 2 * SECOND, "{} ms between the challenge and its answer", last - first);
}

#[test]
fn a_token_that_a_policy_forbade_was_not_refused() {
    let mut world = World::signed_in(27);
    world.cloud.fault(Kind::SetPresence, 2, Fault::Status(401, None));
    world.cloud.fault(Kind::SetPresence, 1, Fault::Status(403, None));
    world.set(Status::Presenting);
    world.run(2 * MINUTE);
    assert_eq!(problem(&world), Some(ProblemKind::NotAllowed));
    world.cloud.revoke_access(MEGAN);
    world.run(31 * MINUTE);
    assert_eq!(world.session(), held(Status::Presenting));
    let sets = sets(&world, 0);
    let (first, last) = (sets[sets.len() - 2].0, sets[sets.len() - 1].0);
    assert!(last - first < 2 * SECOND, "{} ms between a first 401 and the next try", last - first);
}

#[test]
fn a_token_that_is_refused_after_its_challenge_was_met_is_renewed_once() {
    let mut world = World::signed_in(910);
    let claims = json!({"access_token": {"nbf": {"essential": true, "value": "1767600001"}}});
    world.cloud.challenge(MEGAN, claims);
    let from = world.now;
    world.set(Status::Available);
    while count(&world, from, Kind::Refresh) == 0 {
        world.run(1);
    }
    world.cloud.fault(Kind::SetPresence, 100, Fault::Status(401, None));
    world.run(2 * SECOND);
    assert_eq!(problem(&world), Some(ProblemKind::TokenRefused));
    assert_eq!(count(&world, from, Kind::Refresh), 1);
}

#[test]
fn an_access_token_that_lives_for_minutes_is_not_used_past_its_end() {
    let mut options = Options::default();
    options.policy.access_minutes = 10..=10;
    let mut world = World::with(here(), options, 911);
    world.sign_in();
    world.set(Status::Available);
    world.run(MINUTE);
    let from = world.now;
    world.run(2 * HOUR);
    let times: Vec<Millis> = sets(&world, from).into_iter().map(|(at, _)| at).collect();
    // One that the service refuses is made twice.
    assert!(times.windows(2).all(|two| two[1] - two[0] > MINUTE), "{times:?}");
}
