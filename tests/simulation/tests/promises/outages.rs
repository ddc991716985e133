//! The session comes back after every outage, no earlier than the service asked, and the outage is told once.

use super::*;

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
        .filter(|(_, call)| matches!(call, Call::Entra(EntraRequest::Refresh { .. })))
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

#[test]
fn trouble_that_passes_is_tried_often_at_first_although_another_stood_for_long() {
    let mut world = World::signed_in(119);
    world.cloud.fault(Kind::SetPresence, 1, Fault::Status(400, None));
    world.set(Status::Away);
    world.run(HOUR);
    assert_eq!(problem(&world), Some(ProblemKind::Rejected));
    let from = world.now;
    world.cloud.fault_between(On::Graph, from, from + HOUR, Fault::LoseRequest);
    world.set(Status::Presenting);
    world.run(14 * MINUTE);
    let times: Vec<Millis> = sets(&world, from).into_iter().map(|(at, _)| at).collect();
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] <= MINUTE + SECOND), "{times:?}");
}
