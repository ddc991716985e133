//! What the keeper promises, each promise against the fake cloud in virtual time. It refuses to know how the
//! core keeps it.

use std::time::Duration;

use presence_core::{
    AccountView, Answer, Call, CallId, Command, Event, GrantId, Notifications, OnQuit, OnStart,
    Outcome, Problem, ProblemKind, Progress, ReplyTo, Settings, Setup, SignInMethod, Status, Woke,
};
use presence_tests::cloud::{
    Consent, Fault, Kind, MEGAN, Millis, On, Options, Pair, RetryAfter, Rotation, SessionState,
    Shown, TokenError,
};
use presence_tests::world::{Mood, Pick, World};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

const SECOND: Millis = 1_000;
const MINUTE: Millis = 60 * SECOND;
const HOUR: Millis = 60 * MINUTE;

// What is chosen is what the session says.

#[test]
fn a_click_on_each_of_the_five_makes_exactly_that_session() {
    let mut world = World::signed_in(1);
    for status in Status::ALL {
        let reply = world.set(status);
        world.run(SECOND);
        assert_eq!(world.outcome(reply), Some(&Outcome::Done));
        assert_eq!(world.session(), held(status));
        assert_eq!(world.view().progress, Progress::Settled);
        assert_eq!(world.view().session.map(|session| session.status), Some(status));
    }
}

#[test]
fn a_click_is_one_set_and_one_look() {
    let mut world = World::signed_in(2);
    let from = world.now;
    world.set(Status::Away);
    world.run(MINUTE);
    let made: Vec<Kind> = kinds(&world, from);
    assert_eq!(made, [Kind::SetPresence, Kind::ReadPresence]);
    assert_eq!(world.view().effective.map(|seen| seen.availability), Some("Away".to_owned()));
}

#[test]
fn available_never_fades_in_a_working_day_at_seventeen_calls_an_hour() {
    let mut world = World::signed_in(3);
    world.set(Status::Available);
    world.run(SECOND);
    let from = world.now;
    world.run(8 * HOUR);
    assert_eq!(world.cloud.lapses(MEGAN, from, world.now), []);
    let made = count(&world, from, Kind::SetPresence);
    assert!(made as f64 <= 8.0 * 17.2 * 1.05, "{made} calls in eight hours");
}

#[test]
fn the_other_four_are_renewed_at_half_of_their_expiration() {
    for status in Status::ALL.into_iter().filter(|status| *status != Status::Available) {
        let mut world = World::signed_in(4);
        world.set(status);
        world.run(SECOND);
        let from = world.now;
        world.run(8 * HOUR);
        assert_eq!(world.cloud.lapses(MEGAN, from, world.now), []);
        let times: Vec<Millis> = sets(&world, 0).into_iter().map(|(at, _)| at).collect();
        for pair in times.windows(2) {
            let pause = pair[1] - pair[0];
            assert!((29 * MINUTE..=31 * MINUTE).contains(&pause), "{pause} ms");
        }
    }
}

#[test]
fn choosing_again_what_another_machine_changed_sets_it_again() {
    let mut world = World::signed_in(5);
    world.set(Status::Available);
    world.run(20 * SECOND);
    let from = world.now;
    let reply = world.set(Status::Available);
    world.run(SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert_eq!(count(&world, from, Kind::SetPresence), 1);
    let from = world.now;
    let again = world.set(Status::Available);
    assert_eq!(world.outcome(again), Some(&Outcome::Done), "just confirmed");
    world.run(SECOND);
    assert_eq!(count(&world, from, Kind::SetPresence), 0);
}

#[test]
fn a_look_says_what_colleagues_see_and_why() {
    let mut world = World::signed_in(6);
    world.set(Status::Away);
    world.run(30 * SECOND);
    world.cloud.teams(MEGAN, world.now, "phone", Some(Shown::new("Available", "Available")));
    let reply = world.click(Command::Look);
    world.run(SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    let difference = world.view().difference.expect("a difference");
    assert_eq!(difference.cause, "teams-status");
}

#[test]
fn a_look_right_after_a_new_status_does_not_tell_what_was_seen_before_it() {
    let mut world = World::signed_in(6);
    world.set(Status::Away);
    world.run(2 * SECOND);
    let set = world.set(Status::Presenting);
    while world.outcome(set).is_none() {
        world.run(1);
    }
    assert_eq!(world.view().effective, None);
    let look = world.click(Command::Look);
    while world.outcome(look).is_none() {
        world.run(1);
    }
    let seen = world.view().effective.map(|seen| seen.availability);
    assert_eq!(seen, Some("DoNotDisturb".to_owned()));
}

#[test]
fn a_look_is_answered_whatever_happens() {
    let mut world = World::signed_in(7);
    world.set(Status::Away);
    world.run(30 * SECOND);
    for fault in [Fault::LoseAnswer, Fault::Status(403, None), Fault::Status(500, None)] {
        world.cloud.fault(Kind::ReadPresence, 1, fault);
        let reply = world.click(Command::Look);
        world.run(10 * SECOND);
        assert!(matches!(world.outcome(reply), Some(Outcome::Failed(_))));
        assert_eq!(world.view().progress, Progress::Settled);
        assert_eq!(world.view().problem, None);
    }
}

#[test]
fn a_look_that_fails_while_nothing_is_wanted_leaves_no_problem_behind() {
    let mut world = World::signed_in(8);
    world.run(2 * HOUR);
    let end = world.now + 10 * SECOND;
    world.cloud.fault_between(On::All, world.now, end, Fault::LoseRequest);
    let reply = world.click(Command::Look);
    world.run(5 * MINUTE);
    assert!(matches!(world.outcome(reply), Some(Outcome::Failed(_))));
    assert_eq!(world.view().problem, None);
    let reply = world.click(Command::Look);
    world.run(5 * SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert!(world.view().effective.is_some());
}

// Tokens.

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

// Good manners, and coming back.

#[test]
fn retry_after_is_obeyed_in_seconds_and_as_a_date_also_when_someone_clicks() {
    for after in [RetryAfter::Seconds(120), RetryAfter::Date(120)] {
        for status in [429, 503] {
            let mut world = World::signed_in(30);
            world.cloud.fault(Kind::SetPresence, 1, Fault::Status(status, Some(after)));
            world.set(Status::Available);
            world.run(SECOND);
            let told = world.now;
            world.run(30 * SECOND);
            let reply = world.set(Status::InACall);
            assert!(failure(&world, reply).is_some(), "the click is told at once");
            world.run(200 * SECOND);
            let calls = since(&world, told);
            let first = calls.first().expect("a call after the pause").0;
            // The date has no milliseconds; the answer was under way for a moment.
            assert!(first >= told + 118 * SECOND, "{} s early", (told + 120_000 - first) / 1_000);
            assert!(first <= told + 140 * SECOND);
            assert_eq!(world.session(), held(Status::InACall));
        }
    }
}

#[test]
fn retry_after_of_the_token_endpoint_is_obeyed_and_renewals_go_on() {
    let mut world = World::signed_in(31);
    world.set(Status::Available);
    world.run(SECOND);
    let from = world.now;
    let after = Some(RetryAfter::Seconds(150));
    world.cloud.fault(Kind::Refresh, 1, Fault::Status(429, after));
    world.run(2 * HOUR);
    let refreshes: Vec<Millis> = since(&world, from)
        .into_iter()
        .filter(|(_, call)| matches!(call, Call::Refresh { .. }))
        .map(|(at, _)| at)
        .collect();
    assert!(refreshes[1] >= refreshes[0] + 150 * SECOND);
    assert_eq!(world.cloud.lapses(MEGAN, from, world.now), []);
}

#[test]
fn an_outage_is_met_with_backoff_and_ends_within_a_minute() {
    for (seed, minutes) in (40..60).zip([1, 3, 7, 14].into_iter().cycle()) {
        let mut world = World::signed_in(seed);
        world.set(Status::Available);
        world.run(MINUTE);
        let from = world.now;
        let end = from + minutes * MINUTE;
        world.cloud.fault_between(On::All, from, end, Fault::LoseRequest);
        world.run_until(end);
        assert!(busiest_minute(&world, from) <= 8);
        world.run(MINUTE);
        assert_eq!(world.session(), held(Status::Available), "seed {seed}, {minutes} minutes");
    }
}

#[test]
fn an_outage_of_hours_ends_within_five_minutes_and_at_once_with_the_network() {
    for (seed, hours) in [(61, 1), (62, 3), (63, 11)] {
        let mut world = World::signed_in(seed);
        world.set(Status::Presenting);
        world.run(MINUTE);
        let end = world.now + hours * HOUR;
        world.cloud.fault_between(On::All, world.now, end, Fault::LoseRequest);
        world.run_until(end);
        world.run(5 * MINUTE + SECOND);
        assert_eq!(world.session(), held(Status::Presenting));

        let end = world.now + hours * HOUR;
        world.cloud.fault_between(On::All, world.now, end, Fault::LoseRequest);
        world.run_until(end);
        world.happen(Event::Woke(Woke::Network));
        world.run(2 * SECOND);
        assert_eq!(world.session(), held(Status::Presenting));
    }
}

#[test]
fn an_outage_is_announced_once_and_shown_while_it_lasts() {
    let mut world = World::signed_in(64);
    world.set(Status::Available);
    world.run(MINUTE);
    let end = world.now + 3 * HOUR;
    world.cloud.fault_between(On::All, world.now, end, Fault::LoseRequest);
    world.run(4 * MINUTE);
    while world.now < end {
        assert_eq!(problem(&world), Some(ProblemKind::Offline));
        world.run(10 * SECOND);
    }
    world.run(5 * MINUTE);
    assert_eq!(world.notices.len(), 1, "{:?}", world.notices);
    assert_eq!(world.view().problem, None);
}

#[test]
fn an_outage_is_announced_before_the_session_lapses() {
    let mut world = World::signed_in(65);
    world.set(Status::Available);
    world.run(MINUTE);
    let from = world.now;
    world.cloud.fault_between(On::All, from, Millis::MAX, Fault::LoseRequest);
    world.run(10 * MINUTE);
    let lapse = world.cloud.lapses(MEGAN, from, world.now)[0].from;
    assert!(world.notices[0].0 < lapse);
}

#[test]
fn an_outage_that_breaks_nothing_is_shown_and_not_announced() {
    let mut world = World::signed_in(66);
    world.set(Status::InACall);
    world.run(25 * MINUTE);
    let from = world.now;
    world.cloud.fault_between(On::All, from, from + 20 * MINUTE, Fault::LoseRequest);
    world.run(15 * MINUTE);
    assert_eq!(problem(&world), Some(ProblemKind::Offline));
    world.run(4 * HOUR);
    assert_eq!(world.notices, []);
    assert_eq!(world.cloud.lapses(MEGAN, from, world.now), []);
}

#[test]
fn an_answer_that_is_lost_does_no_harm() {
    let mut world = World::signed_in(67);
    world.cloud.fault(Kind::SetPresence, 1, Fault::LoseAnswer);
    world.set(Status::InACall);
    world.run(5 * SECOND);
    assert_eq!(world.session(), held(Status::InACall));
    assert_eq!(world.view().progress, Progress::Settled);
}

#[test]
fn a_captive_portal_is_no_success() {
    let mut world = World::signed_in(68);
    world.cloud.fault_between(On::All, 0, world.now + MINUTE, Fault::CaptivePortal);
    let reply = world.set(Status::InACall);
    world.run(30 * SECOND);
    assert_eq!(failure(&world, reply), Some(ProblemKind::Offline));
    assert_eq!(world.view().session, None);
    world.run(90 * SECOND);
    assert_eq!(world.session(), held(Status::InACall));
}

#[test]
fn renewals_of_many_machines_do_not_line_up() {
    let mut times = Vec::new();
    for seed in 0..20 {
        let mut world = World::signed_in(seed);
        world.set(Status::Available);
        world.run(HOUR);
        let last = sets(&world, 0).last().map(|(at, _)| *at);
        times.push(last.expect("a renewal") / SECOND);
    }
    times.sort_unstable();
    times.dedup();
    assert!(times.len() >= 15, "{times:?}");
}

// Last wish wins.

#[test]
fn a_newer_wish_waits_two_seconds_at_most_and_wins_even_if_the_older_call_lands_late() {
    for delay in [500, 3_000, 6_000, 9_500] {
        let mut world = World::signed_in(70);
        world.cloud.fault(Kind::SetPresence, 1, Fault::LandLate(delay));
        let older = world.set(Status::Presenting);
        world.run(200);
        let newer = world.set(Status::Available);
        assert_eq!(failure(&world, older), Some(ProblemKind::Replaced));
        world.run(2_800);
        assert_eq!(world.outcome(newer), Some(&Outcome::Done), "late by {delay} ms");
        world.run(10 * SECOND);
        assert_eq!(world.session(), held(Status::Available), "late by {delay} ms");
        let from = world.now;
        world.run(2 * MINUTE);
        assert_eq!(count(&world, from, Kind::SetPresence), 0, "sent once more, not for ever");
    }
}

#[test]
fn a_clear_wins_over_an_older_call_that_lands_late() {
    let mut world = World::signed_in(71);
    world.cloud.fault(Kind::SetPresence, 1, Fault::LandLate(7_000));
    world.set(Status::Presenting);
    world.run(200);
    let cleared = world.click(Command::Clear);
    world.run(2_800);
    assert_eq!(world.outcome(cleared), Some(&Outcome::Done));
    let again = world.click(Command::Clear);
    assert_eq!(world.outcome(again), Some(&Outcome::Done));
    world.run(10 * SECOND);
    assert_eq!(world.session(), SessionState::Absent);
}

#[test]
fn of_many_quick_clicks_the_last_wins() {
    let mut world = World::signed_in(72);
    for round in 0..40 {
        world.set(Status::ALL[round % 5]);
        world.run(37);
    }
    world.set(Status::InAConferenceCall);
    world.run(15 * SECOND);
    assert_eq!(world.session(), held(Status::InAConferenceCall));
    assert_eq!(world.unanswered(), 0);
}

#[test]
fn a_new_wish_ends_a_backoff() {
    let mut world = World::signed_in(73);
    let end = world.now + 3 * MINUTE;
    world.cloud.fault_between(On::All, 0, end, Fault::LoseRequest);
    world.set(Status::Away);
    world.run_until(end);
    let reply = world.set(Status::Available);
    world.run(SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
}

#[test]
fn a_click_on_the_same_wish_ends_a_backoff_too() {
    let mut world = World::signed_in(74);
    let end = world.now + 3 * MINUTE;
    world.cloud.fault_between(On::All, 0, end, Fault::LoseRequest);
    world.set(Status::Away);
    world.run_until(end);
    let reply = world.set(Status::Away);
    world.run(SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
}

#[test]
fn nothing_is_sent_after_a_clear() {
    let mut world = World::signed_in(75);
    world.set(Status::Available);
    world.run(HOUR);
    let reply = world.click(Command::Clear);
    world.run(SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert_eq!(world.session(), SessionState::Absent);
    let from = world.now;
    world.run(24 * HOUR);
    assert_eq!(since(&world, from), []);
    assert_eq!(world.deadline(), None, "nothing wanted, nothing to wake up for");
}

#[test]
fn a_clear_during_an_outage_is_kept_and_happens() {
    let mut world = World::signed_in(76);
    world.set(Status::Presenting);
    world.run(SECOND);
    let end = world.now + 3 * MINUTE;
    world.cloud.fault_between(On::All, 0, end, Fault::LoseRequest);
    let reply = world.click(Command::Clear);
    world.run(5 * SECOND);
    assert_eq!(failure(&world, reply), Some(ProblemKind::Offline));
    world.crash();
    world.run(SECOND);
    world.start();
    world.run_until(end + MINUTE);
    assert_eq!(world.session(), SessionState::Absent);
}

#[test]
fn a_clear_is_answered_when_the_call_before_it_came_to_nothing() {
    let mut world = World::signed_in(78);
    world.cloud.fault(Kind::SetPresence, 1, Fault::Status(401, None));
    world.set(Status::Presenting);
    let reply = world.click(Command::Clear);
    world.run(SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert_eq!(world.view().progress, Progress::Settled);
}

#[test]
fn a_toggle_goes_there_and_back() {
    let mut world = World::signed_in(77);
    world.set(Status::Available);
    world.run(SECOND);
    world.click(Command::Toggle { status: Status::Presenting });
    world.run(SECOND);
    assert_eq!(world.session(), held(Status::Presenting));
    world.click(Command::Toggle { status: Status::Presenting });
    world.run(SECOND);
    assert_eq!(world.session(), held(Status::Available));
}

// Timed wishes.

#[test]
fn a_timed_wish_ends_at_its_time_and_what_was_wanted_before_comes_back() {
    let mut world = World::signed_in(80);
    world.set(Status::Available);
    world.run(MINUTE);
    let from = world.now;
    world.set_for(Status::Presenting, 45 * 60);
    world.run_until(from + 45 * MINUTE - 100);
    assert_eq!(world.session(), held(Status::Presenting));
    world.run(2 * SECOND);
    assert_eq!(world.session(), held(Status::Available));
    world.run(3 * HOUR);
    assert_eq!(world.cloud.lapses(MEGAN, from, world.now), []);
}

#[test]
fn a_timed_wish_from_nothing_ends_in_nothing() {
    for status in Status::ALL {
        let mut world = World::signed_in(81);
        let from = world.now;
        world.set_for(status, 20 * 60);
        world.run_until(from + 20 * MINUTE - 100);
        assert_eq!(world.session(), held(status));
        world.run(2 * SECOND);
        assert_eq!(world.session(), SessionState::Absent);
        let from = world.now;
        world.run(HOUR);
        assert_eq!(since(&world, from), []);
    }
}

#[test]
fn the_expiration_of_a_timed_wish_is_what_is_left_of_it_within_what_graph_takes() {
    for (seconds, first) in [(300, 300), (17 * 60, 17 * 60), (6 * 3600, 4 * 3600)] {
        let mut world = World::signed_in(82);
        let from = world.now;
        world.set_for(Status::InACall, seconds);
        world.run(seconds * SECOND - SECOND);
        let sets = sets(&world, from);
        assert_eq!(sets[0].1, Duration::from_secs(first));
        for (at, expiration) in &sets[1..] {
            let left = Duration::from_millis(from + seconds * SECOND - at).as_secs_f64().ceil();
            assert_eq!(expiration.as_secs_f64(), left.clamp(300.0, 14_400.0));
        }
        assert_eq!(sets.len(), if seconds > 14_400 { 2 } else { 1 }, "no call that is not needed");
    }
}

#[test]
fn a_timed_wish_ends_by_expiry_when_the_machine_is_off() {
    let mut world = World::signed_in(83);
    world.set_for(Status::Presenting, 30 * 60);
    world.run(SECOND);
    let end = world.now + 30 * MINUTE;
    world.run(7 * MINUTE);
    world.crash();
    world.run_until(end);
    assert_eq!(world.session(), SessionState::Expired);
    world.off_for(8 * HOUR);
    world.run(MINUTE);
    assert_eq!(world.view().wish, None);
    assert_eq!(world.session(), SessionState::Absent);
}

#[test]
fn what_was_wanted_before_a_timed_wish_comes_back_after_the_machine_was_off() {
    let mut world = World::signed_in(84);
    world.set(Status::Available);
    world.run(SECOND);
    world.set_for(Status::Presenting, 30 * 60);
    world.run(SECOND);
    world.off_for(2 * HOUR);
    world.run(3 * SECOND);
    assert_eq!(world.session(), held(Status::Available));
}

#[test]
fn a_span_that_the_service_cannot_end_is_refused() {
    let mut world = World::signed_in(85);
    for seconds in [0, 299, 24 * 3600 + 1, u64::MAX] {
        let reply = world.set_for(Status::Away, seconds);
        assert_eq!(failure(&world, reply), Some(ProblemKind::WrongUsage));
    }
    let reply = world.click(Command::Last { seconds: Some(600) });
    assert_eq!(failure(&world, reply), Some(ProblemKind::WrongUsage));
    world.set(Status::Away);
    world.run(SECOND);
    world.click(Command::Last { seconds: Some(600) });
    world.run(601 * SECOND);
    assert_eq!(world.session(), SessionState::Absent);
}

// Sleep, crash, restart.

#[test]
fn after_sleep_the_session_is_set_again_at_once() {
    for seed in 90..110 {
        let mut world = World::signed_in(seed);
        world.set(Status::Available);
        world.run(SECOND + seed * 2_111);
        world.sleep(9 * HOUR);
        world.run(3 * SECOND);
        assert_eq!(world.session(), held(Status::Available), "seed {seed}");
    }
}

#[test]
fn after_sleep_without_a_network_the_session_is_set_when_the_network_comes() {
    let mut world = World::signed_in(111);
    world.set(Status::Available);
    world.run(SECOND);
    let wake = world.now + 9 * HOUR;
    world.cloud.fault_between(On::All, world.now, wake + 20 * SECOND, Fault::LoseRequest);
    world.sleep(9 * HOUR);
    world.run(21 * SECOND);
    world.happen(Event::Woke(Woke::Network));
    world.run(3 * SECOND);
    assert_eq!(world.session(), held(Status::Available));
}

#[test]
fn a_crash_at_any_moment_loses_neither_wish_nor_sign_in() {
    for rotation in [Rotation::Keep, Rotation::RevokeOld] {
        for step in 0..60 {
            let mut world = World::signed_in(112);
            world.cloud.policy().rotation = rotation;
            world.set(Status::InACall);
            world.run(SECOND);
            // The token is renewed with the first call after an hour or so.
            world.run(80 * MINUTE);
            world.cloud.revoke_access(MEGAN);
            world.set(Status::Presenting);
            world.run(step * 17);
            let unstored = world.stores_due();
            world.crash();
            world.run(3 * SECOND);
            world.start();
            world.run(5 * SECOND);
            let wish = world.view().wish.map(|wish| wish.status);
            assert_eq!(wish, Some(Status::Presenting), "step {step}");
            // Where the service drops the old token before the new one has reached the keyring, no order
            // of our own steps can save it: the person signs in once more, and the wish is still there.
            if rotation == Rotation::RevokeOld && unstored {
                continue;
            }
            assert_eq!(world.session(), held(Status::Presenting), "step {step}");
            assert_eq!(world.view().problem, None);
        }
    }
}

#[test]
fn what_an_earlier_run_sent_does_not_win_when_it_lands_late() {
    let mut world = World::signed_in(116);
    world.set(Status::Away);
    world.run(SECOND);
    world.cloud.fault(Kind::SetPresence, 1, Fault::LandLate(6_000));
    world.set(Status::Available);
    world.run(200);
    world.set(Status::InACall);
    world.crash();
    world.start();
    world.run(15 * SECOND);
    assert_eq!(world.session(), held(Status::InACall));
}

#[test]
fn a_sign_in_lost_to_rotation_in_a_crash_is_said_and_the_wish_survives() {
    let mut world = World::signed_in(113);
    world.cloud.policy().rotation = Rotation::RevokeOld;
    world.set(Status::InACall);
    world.run(SECOND);
    world.cloud.revoke_access(MEGAN);
    world.cloud.fault(Kind::Refresh, 1, Fault::LoseAnswer);
    world.set(Status::Presenting);
    world.run(400);
    world.crash();
    world.start();
    world.run(5 * SECOND);
    assert_eq!(problem(&world), Some(ProblemKind::SignInNeeded));
    world.sign_in();
    world.run(2 * SECOND);
    assert_eq!(world.session(), held(Status::Presenting));
}

#[test]
fn a_restart_resumes_or_not_as_the_settings_say() {
    let cases = [
        (OnStart::Resume, held(Status::InACall)),
        (OnStart::Want(Status::Away), held(Status::Away)),
    ];
    for (on_start, expected) in cases {
        let mut world = World::signed_in(114);
        world.set(Status::InACall);
        world.run(SECOND);
        world.setup = Setup::Ready(Settings { on_start, ..settings() });
        world.crash();
        world.start();
        world.run(5 * SECOND);
        assert_eq!(world.session(), expected);
    }
    let mut world = World::signed_in(115);
    world.set(Status::InACall);
    world.run(SECOND);
    world.setup = Setup::Ready(Settings { on_start: OnStart::Nothing, ..settings() });
    world.crash();
    world.start();
    let from = world.now;
    world.run(HOUR);
    assert_eq!(since(&world, from), []);
}

// Quit and sign-out.

#[test]
fn a_quit_clears_and_then_nothing_is_sent() {
    let mut world = World::signed_in(120);
    world.set(Status::Presenting);
    world.run(SECOND);
    world.click(Command::Quit);
    world.run(3 * SECOND);
    assert!(world.exited);
    assert_eq!(world.session(), SessionState::Absent);
    assert_eq!(world.unanswered(), 0);
    world.start();
    world.run(3 * SECOND);
    assert_eq!(world.session(), held(Status::Presenting), "the wish survives a quit");
}

#[test]
fn a_quit_takes_three_seconds_at_most_whatever_the_network_does() {
    for fault in [Fault::LoseRequest, Fault::LandLate(60_000), Fault::Late(60_000)] {
        for clicked in [0, 50, 1_500] {
            let mut world = World::signed_in(121);
            world.set(Status::Presenting);
            world.run(SECOND);
            world.cloud.revoke_access(MEGAN);
            world.cloud.fault_between(On::All, 0, Millis::MAX, fault.clone());
            world.set(Status::Away);
            world.run(clicked);
            world.click(Command::Quit);
            world.run(3 * SECOND);
            assert!(world.exited, "{fault:?}");
            assert_eq!(world.unanswered(), 0);
        }
    }
}

#[test]
fn a_quit_while_throttled_does_not_wait() {
    let mut world = World::signed_in(122);
    let after = Some(RetryAfter::Seconds(600));
    world.cloud.fault(Kind::SetPresence, 1, Fault::Status(429, after));
    world.set(Status::Presenting);
    world.run(SECOND);
    world.click(Command::Quit);
    assert!(world.exited);
}

#[test]
fn a_quit_that_is_to_keep_the_session_keeps_it_and_its_pin() {
    let keep = Settings { on_quit: OnQuit::Keep, pin_away: true, ..settings() };
    let mut world = World::with(Setup::Ready(keep), Options::default(), 123);
    world.sign_in();
    world.set(Status::Away);
    world.run(2 * SECOND);
    world.cloud.teams(MEGAN, world.now, "phone", Some(Shown::new("Available", "Available")));
    world.click(Command::Quit);
    assert!(world.exited);
    world.run(MINUTE);
    assert_eq!(world.session(), held(Status::Away));
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), Shown::new("Away", "Away"));
}

#[test]
fn a_sign_out_clears_forgets_and_stays_out() {
    let mut world = World::signed_in(124);
    world.set(Status::Available);
    world.run(HOUR);
    let waiting = world.set(Status::Away);
    let reply = world.click(Command::SignOut);
    world.run(3 * SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert!(world.outcome(waiting).is_some());
    assert_eq!(world.session(), SessionState::Absent);
    assert!(!world.remembers());
    assert_eq!(world.view().account, AccountView::SignedOut);
    assert_eq!(world.view().session, None);
    let from = world.now;
    world.run(8 * HOUR);
    world.crash();
    world.start();
    world.run(HOUR);
    assert_eq!(since(&world, from), []);
    assert_eq!(world.unanswered(), 0);
}

#[test]
fn a_sign_out_offline_forgets_all_the_same() {
    let mut world = World::signed_in(125);
    world.set(Status::Available);
    world.run(SECOND);
    world.cloud.fault_between(On::All, 0, Millis::MAX, Fault::LoseRequest);
    let reply = world.click(Command::SignOut);
    world.run(3 * SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert!(!world.remembers());
    assert_eq!(world.view().session, None);
}

#[test]
fn a_sign_out_is_done_when_the_keyring_has_forgotten_even_if_a_quit_follows() {
    let mut world = World::signed_in(127);
    let sign_out = world.click(Command::SignOut);
    assert_eq!(world.outcome(sign_out), None);
    world.click(Command::Quit);
    while !world.exited {
        world.run(1);
    }
    assert!(!world.remembers());
    assert_eq!(world.outcome(sign_out), Some(&Outcome::Done));
}

#[test]
fn a_keyring_that_does_not_delete_is_said_and_asked_again() {
    let mut world = World::signed_in(128);
    world.keyring(Mood::ReadOnly);
    let reply = world.click(Command::SignOut);
    world.run(SECOND);
    assert!(failure(&world, reply).is_some());
    assert!(world.remembers() && world.view().problem.is_some());
    assert_eq!(world.view().account, AccountView::SignedOut);
    assert_eq!(world.notices.len(), 1);
    world.keyring(Mood::Works);
    world.run(2 * MINUTE);
    assert!(!world.remembers());
    assert_eq!(world.view().problem, None);
}

#[test]
fn a_quit_during_a_sign_out_does_both() {
    let mut world = World::signed_in(126);
    world.set(Status::Available);
    world.run(SECOND);
    world.click(Command::SignOut);
    let quit = world.click(Command::Quit);
    let set = world.set(Status::Away);
    world.run(3 * SECOND);
    assert!(world.exited);
    assert_eq!(world.outcome(quit), Some(&Outcome::Done));
    assert!(failure(&world, set).is_some());
    world.run(SECOND);
    assert!(!world.remembers());
    assert_eq!(world.unanswered(), 0);
}

// Sign-in.

#[test]
fn whoever_is_signed_out_or_not_configured_is_told() {
    let mut world = World::new(130);
    world.run(SECOND);
    for command in wishes() {
        let reply = world.click(command);
        assert_eq!(failure(&world, reply), Some(ProblemKind::SignInNeeded));
    }
    let missing = Problem::new(ProblemKind::NotConfigured, "Not configured", "No file.", "");
    let mut world = World::with(Setup::Missing(missing), Options::default(), 131);
    world.run(SECOND);
    let sign_in = Command::SignIn { method: SignInMethod::Browser };
    for command in wishes().into_iter().chain([sign_in]) {
        let reply = world.click(command);
        assert_eq!(failure(&world, reply), Some(ProblemKind::NotConfigured));
    }
    assert_eq!(world.view().account, AccountView::NotConfigured);
    assert_eq!(world.sent, []);
}

#[test]
fn a_wish_without_a_sign_in_is_a_problem_that_stands() {
    let wants = Settings { on_start: OnStart::Want(Status::Available), ..settings() };
    let mut world = World::with(Setup::Ready(wants), Options::default(), 132);
    world.run(MINUTE);
    assert_eq!(problem(&world), Some(ProblemKind::SignInNeeded));
    assert_eq!(world.notices.len(), 1);
    world.sign_in();
    world.run(2 * SECOND);
    assert_eq!(world.session(), held(Status::Available));
    assert_eq!(world.view().problem, None);
}

#[test]
fn a_sign_in_that_the_person_cancels_changes_nothing() {
    let mut world = World::signed_in(133);
    world.set(Status::Available);
    world.run(SECOND);
    for cancel_in_browser in [true, false] {
        let reply = world.click(Command::SignIn { method: SignInMethod::Browser });
        world.run(SECOND);
        if cancel_in_browser {
            world.browser(Pick::Cancel);
        } else {
            world.click(Command::CancelSignIn);
        }
        world.run(SECOND);
        assert_eq!(failure(&world, reply), Some(ProblemKind::SignInCancelled));
    }
    let from = world.now;
    world.run(HOUR);
    assert_eq!(world.cloud.lapses(MEGAN, from, world.now), []);
    assert_eq!(world.notices, []);
}

#[test]
fn a_sign_in_that_nobody_finishes_ends_after_five_minutes() {
    let mut world = World::new(134);
    let reply = world.click(Command::SignIn { method: SignInMethod::Browser });
    world.run(SECOND);
    assert!(matches!(world.view().account, AccountView::SigningIn { url: Some(_), .. }));
    world.run(5 * MINUTE - 2 * SECOND);
    assert_eq!(world.outcome(reply), None);
    world.run(2 * SECOND);
    assert_eq!(failure(&world, reply), Some(ProblemKind::SignInExpired));
    assert_eq!(world.view().account, AccountView::SignedOut);
}

#[test]
fn a_redirect_of_an_older_attempt_changes_nothing() {
    let mut world = World::new(135);
    let older = world.click(Command::SignIn { method: SignInMethod::Browser });
    let newer = world.click(Command::SignIn { method: SignInMethod::Browser });
    assert_eq!(failure(&world, older), Some(ProblemKind::SignInCancelled));
    let attempt = presence_core::AttemptId(1);
    world.happen(Event::Redirected { attempt, redirect: presence_core::Redirect::Code });
    world.run(SECOND);
    assert_eq!(world.sent, []);
    world.browser(Pick::Megan);
    world.run(SECOND);
    assert_eq!(world.outcome(newer), Some(&Outcome::Done));
}

#[test]
fn a_code_that_meets_a_bad_moment_is_redeemed_again() {
    let mut world = World::new(136);
    let reply = world.click(Command::SignIn { method: SignInMethod::Browser });
    world.run(SECOND);
    world.cloud.fault(Kind::Redeem, 2, Fault::LoseRequest);
    world.browser(Pick::Megan);
    world.run(20 * SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
}

#[test]
fn a_device_code_signs_in_at_the_pace_that_was_asked_for() {
    let mut world = World::new(137);
    world.cloud.fault(Kind::PollDevice, 1, Fault::Status(503, Some(RetryAfter::Seconds(20))));
    let code = device_code(&mut world);
    world.run(2 * MINUTE);
    assert!(matches!(world.view().account, AccountView::SigningIn { code: Some(_), .. }));
    let polls: Vec<Millis> = polls(&world);
    assert!(polls[1] - polls[0] >= 20 * SECOND, "Retry-After");
    for pair in polls[1..].windows(2) {
        let pause = pair[1] - pair[0];
        assert!((5 * SECOND..6 * SECOND).contains(&pause), "{pause} ms");
    }
    world.enter_code(&code, Pick::Megan);
    world.run(6 * SECOND);
    assert!(matches!(world.view().account, AccountView::SignedIn { .. }));
    assert!(world.remembers());
}

#[test]
fn a_device_code_slows_down_when_told_to() {
    let mut world = World::new(138);
    device_code(&mut world);
    world.run(12 * SECOND);
    // A poll from elsewhere makes ours too quick for the service, which adds five seconds each time.
    let poll = world.device_poll();
    let early = world.cloud.handle(world.now, poll);
    assert_eq!(early.value()["error"], "slow_down");
    let from = polls(&world).len();
    world.run(2 * MINUTE);
    let pauses: Vec<Millis> =
        polls(&world)[from..].windows(2).map(|pair| (pair[1] - pair[0]) / SECOND).collect();
    assert_eq!(pauses[..3], [10, 15, 20]);
}

#[test]
fn a_device_code_that_the_person_declines_or_forgets_ends() {
    let mut world = World::new(139);
    let code = device_code(&mut world);
    world.enter_code(&code, Pick::Cancel);
    world.run(6 * SECOND);
    assert_eq!(problem(&world), Some(ProblemKind::SignInCancelled));
    device_code(&mut world);
    world.run(15 * MINUTE);
    assert_eq!(problem(&world), Some(ProblemKind::SignInExpired));
    assert_eq!(world.view().account, AccountView::SignedOut);
    let from = world.now;
    world.run(HOUR);
    assert_eq!(since(&world, from), []);
}

#[test]
fn a_sign_in_that_is_broken_off_makes_way_at_once() {
    let mut world = World::signed_in(140);
    world.run(MINUTE);
    device_code(&mut world);
    world.cloud.fault(Kind::PollDevice, 1, Fault::Late(60_000));
    world.run(8 * SECOND);
    world.click(Command::CancelSignIn);
    let reply = world.set(Status::Away);
    world.run(SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
}

// The keyring.

#[test]
fn a_keyring_that_comes_late_is_waited_for_and_told_of_once() {
    let mut world = World::signed_in(150);
    world.set(Status::Available);
    world.run(SECOND);
    world.crash();
    world.keyring(Mood::Unavailable);
    world.start();
    world.run(30 * MINUTE);
    assert_eq!(problem(&world), Some(ProblemKind::KeyringUnavailable));
    assert_eq!(world.view().account, AccountView::Looking);
    assert_eq!(world.notices.len(), 1);
    let reply = world.set(Status::InACall);
    world.run(SECOND);
    assert_eq!(failure(&world, reply), Some(ProblemKind::KeyringUnavailable));
    world.keyring(Mood::Works);
    world.run(5 * MINUTE + 5 * SECOND);
    assert_eq!(world.session(), held(Status::InACall));
    assert_eq!(world.view().problem, None);
}

#[test]
fn a_sign_in_that_cannot_be_stored_works_is_told_once_and_stored_later() {
    let mut world = World::new(151);
    world.keyring(Mood::ReadOnly);
    world.sign_in();
    let reply = world.set(Status::Available);
    world.run(3 * HOUR);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert_eq!(world.session(), held(Status::Available));
    assert_eq!(problem(&world), Some(ProblemKind::NotRemembered));
    assert_eq!(world.notices.len(), 1, "{:?}", world.notices);
    world.keyring(Mood::Works);
    world.run(5 * MINUTE + SECOND);
    assert!(world.remembers());
    assert_eq!(world.view().problem, None);
}

// Away, pinned.

#[test]
fn away_is_pinned_and_unpinned() {
    let mut world = pinning(160);
    world.cloud.teams(MEGAN, world.now, "phone", Some(Shown::new("Available", "Available")));
    world.set(Status::Away);
    world.run(2 * SECOND);
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), Shown::new("Away", "Away"));
    world.run(3 * HOUR);
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), Shown::new("Away", "Away"));
    world.set(Status::Available);
    world.run(2 * SECOND);
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), Shown::new("Available", "Available"));
    world.set(Status::Away);
    world.run(2 * SECOND);
    world.click(Command::Clear);
    world.run(2 * SECOND);
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), Shown::new("Available", "Available"));
}

#[test]
fn a_pin_does_not_outlive_a_lost_answer_an_outage_or_a_crash() {
    let available = Shown::new("Available", "Available");
    let mut world = pinning(161);
    world.cloud.teams(MEGAN, world.now, "phone", Some(available));
    world.cloud.fault(Kind::SetPreferred, 1, Fault::LoseAnswer);
    world.set(Status::Away);
    world.run(400);
    world.set(Status::Available);
    world.run(3 * SECOND);
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), available, "after a lost answer");

    world.set(Status::Away);
    world.run(2 * SECOND);
    world.cloud.fault(Kind::ClearPreferred, 2, Fault::LoseRequest);
    world.set(Status::Available);
    world.run(10 * SECOND);
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), available, "after an outage");

    world.set(Status::Away);
    world.run(2 * SECOND);
    world.crash();
    world.start();
    world.set(Status::Available);
    world.run(3 * SECOND);
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), available, "after a crash");
}

#[test]
fn a_pin_that_is_not_allowed_does_not_hurt_the_session() {
    let mut world = pinning(162);
    world.cloud.fault_between(Kind::SetPreferred, 0, Millis::MAX, Fault::Status(403, None));
    let reply = world.set(Status::Away);
    world.run(4 * HOUR);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert_eq!(world.session(), held(Status::Away));
    assert!(count(&world, 0, Kind::SetPreferred) <= 9);
}

// The core itself.

#[test]
fn an_answer_to_a_call_that_is_no_longer_on_its_way_changes_nothing() {
    let mut world = World::signed_in(170);
    world.set(Status::Available);
    world.run(MINUTE);
    let (view, deadline) = (world.view(), world.deadline());
    for id in [0, 1, 2, 3, 99].map(CallId) {
        for answer in [
            Answer::Done,
            Answer::Offline { detail: String::new() },
            Answer::Unauthorized { claims: None, ids: Default::default() },
            Answer::Forbidden { ids: Default::default() },
        ] {
            world.happen(Event::Answered { id, answer });
        }
    }
    let stored = presence_core::VaultEvent::Stored(GrantId(77));
    world.happen(Event::Vault(stored));
    assert_eq!((world.view(), world.deadline()), (view, deadline));
}

#[test]
fn while_something_is_wanted_there_is_a_deadline_and_few_wake_ups() {
    let mut world = World::signed_in(171);
    world.set(Status::Available);
    world.run(SECOND);
    let mut wake_ups = 0;
    let end = world.now + 8 * HOUR;
    while world.now < end {
        let deadline = world.deadline().expect("a deadline while something is wanted");
        world.run_until(deadline + SECOND);
        wake_ups += 1;
    }
    assert!(wake_ups <= 8 * 19 + 20, "{wake_ups} wake-ups in eight hours");
}

#[test]
fn every_command_is_answered_exactly_once() {
    // The world refuses a second answer; here, none may be missing.
    for seed in 180..200 {
        let mut world = World::signed_in(seed);
        for (number, command) in commands().into_iter().cycle().take(60).enumerate() {
            world.click(command);
            world.run((number as u64 * seed * 7_919) % 900);
        }
        world.run(20 * MINUTE);
        assert_eq!(world.unanswered(), 0, "seed {seed}");
    }
}

#[test]
fn the_end_of_a_timed_wish_is_notified_only_to_those_who_want_all() {
    for (notifications, expected) in
        [(Notifications::All, 1), (Notifications::Problems, 0), (Notifications::None, 0)]
    {
        let chosen = Settings { notifications, ..settings() };
        let mut world = World::with(Setup::Ready(chosen), Options::default(), 201);
        world.sign_in();
        world.set_for(Status::Away, 300);
        world.run(10 * MINUTE);
        assert_eq!(world.notices.len(), expected);
    }
}

#[test]
fn a_day_follows_from_its_seed() {
    let day = |seed| {
        let mut world = World::signed_in(seed);
        world.set(Status::Available);
        world.run(24 * HOUR);
        world.story()
    };
    assert_eq!(day(7), day(7));
    assert_ne!(day(7), day(8));
}

/// What may happen to the person, the machine and the service.
#[derive(Clone, Debug)]
enum Turn {
    Click(Command),
    Run(Millis),
    Sleep(Millis),
    Crash,
    Network,
    RevokeAccess,
    Fault(On, u32, Fault),
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// Whatever happened before: once it stops, the session is what is wanted, and stays so.
    #[test]
    fn after_all_trouble_the_wish_holds(seed in any::<u64>(), turns in vec(turn(), 1..40)) {
        let mut world = World::signed_in(seed);
        for turn in turns {
            take(&mut world, turn);
        }
        world.cloud.heal();
        // Half an hour is the pause after what only an administrator changes.
        world.run(36 * MINUTE);
        prop_assert_eq!(world.unanswered(), 0);
        settle(&mut world);
        prop_assert_eq!(problem(&world), None);
        let from = world.now;
        for _ in 0..8 {
            match world.view().wish {
                Some(wish) => prop_assert_eq!(world.session(), held(wish.status)),
                None => prop_assert_eq!(world.session().shown(), None),
            }
            world.run(HOUR);
            settle(&mut world);
        }
        prop_assert_eq!(world.cloud.lapses(MEGAN, from, world.now).into_iter().find(
            |lapse| lapse.state != SessionState::Expired
        ), None);
    }
}

fn take(world: &mut World, turn: Turn) {
    match turn {
        Turn::Click(command) => {
            world.click(command);
        }
        Turn::Run(millis) => world.run(millis),
        Turn::Sleep(millis) => world.sleep(millis),
        Turn::Crash => {
            world.crash();
            world.start();
        }
        Turn::Network => world.happen(Event::Woke(Woke::Network)),
        Turn::RevokeAccess => world.cloud.revoke_access(MEGAN),
        Turn::Fault(on, times, fault) => world.cloud.fault(on, times, fault),
    }
}

/// Lets what is under way end.
fn settle(world: &mut World) {
    for _ in 0..30 {
        if world.view().progress == Progress::Settled {
            return;
        }
        world.run(SECOND);
    }
}

fn turn() -> impl Strategy<Value = Turn> {
    let status = || select(&Status::ALL[..]);
    let command = prop_oneof![
        4 => status().prop_map(|status| Command::Set { status, seconds: None }),
        2 => (status(), 300..20_000u64)
            .prop_map(|(status, seconds)| Command::Set { status, seconds: Some(seconds) }),
        2 => status().prop_map(|status| Command::Toggle { status }),
        1 => Just(Command::Clear),
        1 => Just(Command::Look),
        1 => Just(Command::SignIn { method: SignInMethod::Browser }),
        1 => Just(Command::SignIn { method: SignInMethod::DeviceCode }),
    ];
    let on = select(&[On::All, On::Graph, On::Token, On::Kind(Kind::SetPresence)][..]);
    let fault = prop_oneof![
        2 => Just(Fault::LoseRequest),
        2 => Just(Fault::LoseAnswer),
        1 => Just(Fault::CaptivePortal),
        2 => (0..9_500u64).prop_map(Fault::LandLate),
        1 => (0..40_000u64).prop_map(Fault::Late),
        2 => select(&[401, 403, 500, 503, 429][..]).prop_map(|status| Fault::Status(status, None)),
        1 => (0..300u64)
            .prop_map(|seconds| Fault::Status(429, Some(RetryAfter::Seconds(seconds)))),
        1 => Just(Fault::TokenError(TokenError::TemporarilyUnavailable)),
    ];
    prop_oneof![
        6 => command.prop_map(Turn::Click),
        4 => (0..4_000u64).prop_map(Turn::Run),
        4 => (0..3 * HOUR).prop_map(Turn::Run),
        1 => (0..12 * HOUR).prop_map(Turn::Sleep),
        1 => Just(Turn::Crash),
        1 => Just(Turn::Network),
        1 => Just(Turn::RevokeAccess),
        5 => (on, 1..6u32, fault).prop_map(|(on, times, fault)| Turn::Fault(on, times, fault)),
    ]
}

fn settings() -> Settings {
    Settings { identity: "contoso".to_owned(), ..Settings::default() }
}

fn pinning(seed: u64) -> World {
    let pins = Settings { pin_away: true, ..settings() };
    let mut world = World::with(Setup::Ready(pins), Options::default(), seed);
    world.sign_in();
    world
}

fn wishes() -> Vec<Command> {
    vec![
        Command::Set { status: Status::Away, seconds: None },
        Command::Toggle { status: Status::Away },
        Command::Clear,
    ]
}

fn commands() -> Vec<Command> {
    let mut all = wishes();
    all.extend([
        Command::Set { status: Status::Available, seconds: Some(600) },
        Command::Look,
        Command::SignIn { method: SignInMethod::Browser },
        Command::Last { seconds: Some(900) },
        Command::Toggle { status: Status::Presenting },
        Command::Look,
        Command::CancelSignIn,
        Command::Clear,
        Command::Open,
        Command::Set { status: Status::InACall, seconds: None },
        Command::SignIn { method: SignInMethod::DeviceCode },
        Command::Set { status: Status::InACall, seconds: None },
        Command::SignOut,
    ]);
    all
}

fn held(status: Status) -> SessionState {
    SessionState::Holding(match status {
        Status::Available => Pair::Available,
        Status::InACall => Pair::InACall,
        Status::InAConferenceCall => Pair::InAConferenceCall,
        Status::Away => Pair::Away,
        Status::Presenting => Pair::Presenting,
    })
}

fn problem(world: &World) -> Option<ProblemKind> {
    world.view().problem.map(|problem| problem.kind)
}

fn failure(world: &World, reply: ReplyTo) -> Option<ProblemKind> {
    match world.outcome(reply)? {
        Outcome::Failed(problem) => Some(problem.kind),
        Outcome::Done | Outcome::ShowCode { .. } => None,
    }
}

fn since(world: &World, from: Millis) -> Vec<(Millis, Call)> {
    world.sent.iter().filter(|(at, _)| *at >= from).cloned().collect()
}

fn kind(call: &Call) -> Kind {
    match call {
        Call::SetPresence { .. } => Kind::SetPresence,
        Call::ClearPresence { .. } => Kind::ClearPresence,
        Call::ReadPresence { .. } => Kind::ReadPresence,
        Call::PinAway { .. } => Kind::SetPreferred,
        Call::Unpin { .. } => Kind::ClearPreferred,
        Call::Redeem { .. } => Kind::Redeem,
        Call::Refresh { .. } => Kind::Refresh,
        Call::StartDevice { .. } => Kind::DeviceCode,
        Call::PollDevice { .. } => Kind::PollDevice,
    }
}

fn kinds(world: &World, from: Millis) -> Vec<Kind> {
    since(world, from).iter().map(|(_, call)| kind(call)).collect()
}

fn count(world: &World, from: Millis, of: Kind) -> usize {
    kinds(world, from).into_iter().filter(|kind| *kind == of).count()
}

fn sets(world: &World, from: Millis) -> Vec<(Millis, Duration)> {
    let set = |(at, call): (Millis, Call)| match call {
        Call::SetPresence { expiration, .. } => Some((at, expiration)),
        _ => None,
    };
    since(world, from).into_iter().filter_map(set).collect()
}

fn polls(world: &World) -> Vec<Millis> {
    let is_poll = |(_, call): &&(Millis, Call)| kind(call) == Kind::PollDevice;
    world.sent.iter().filter(is_poll).map(|(at, _)| *at).collect()
}

fn busiest_minute(world: &World, from: Millis) -> usize {
    let times: Vec<Millis> = since(world, from).into_iter().map(|(at, _)| at).collect();
    let within =
        |start: Millis| times.iter().filter(|at| (start..start + MINUTE).contains(*at)).count();
    times.iter().map(|start| within(*start)).max().unwrap_or(0)
}

fn device_code(world: &mut World) -> String {
    let reply = world.click(Command::SignIn { method: SignInMethod::DeviceCode });
    world.run(SECOND);
    match world.outcome(reply) {
        Some(Outcome::ShowCode { user_code, .. }) => user_code.0.clone(),
        other => panic!("no device code: {other:?}"),
    }
}
