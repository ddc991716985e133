//! A service that has too many callers: whoever has time yields, and whoever waits for something comes first.

use super::*;

fn throttles(world: &mut World, times: u32, seconds: u64) {
    let fault = Fault::Status(429, Some(RetryAfter::Seconds(seconds)));
    world.cloud.fault(Kind::SetPresence, times, fault);
}

/// What the next pauses between settings of the session were, once calls had been throttled.
fn pauses(world: &World, from: Millis) -> Vec<Millis> {
    let times: Vec<Millis> = sets(world, from).into_iter().map(|(at, _)| at).collect();
    times.windows(2).map(|two| two[1] - two[0]).collect()
}

#[test]
fn a_throttled_renewal_uses_what_is_left_of_its_session_and_lapses_nothing() {
    let mut retries = Vec::new();
    for seed in 0..20 {
        let mut world = World::signed_in(seed);
        world.set(Status::Available);
        world.run(SECOND);
        let from = world.now;
        throttles(&mut world, 1, 5);
        world.run(15 * MINUTE);
        assert_eq!(world.cloud.lapses(MEGAN, from, world.now), [], "seed {seed}");
        assert_eq!(world.notices, [], "seed {seed}");
        retries.push(pauses(&world, from)[0] / SECOND);
    }
    retries.sort_unstable();
    retries.dedup();
    assert!(retries.len() >= 10, "they come back together, after {retries:?} s");
}

#[test]
fn renewals_stretch_towards_the_fade_under_throttling_and_shrink_back() {
    let mut world = World::signed_in(80);
    world.set(Status::Available);
    world.run(SECOND);
    let from = world.now;
    throttles(&mut world, 1, 5);
    world.run(30 * MINUTE);
    let throttled = pauses(&world, from).into_iter().skip(1).min();
    assert!(throttled.is_some_and(|least| least > 215 * SECOND), "{throttled:?}");
    world.run(90 * MINUTE);
    let from = world.now;
    world.run(HOUR);
    let usual = pauses(&world, from).into_iter().max();
    assert!(usual.is_some_and(|most| most < 242 * SECOND), "{usual:?}");
    assert_eq!(world.cloud.lapses(MEGAN, 10 * SECOND, world.now), []);
}

#[test]
fn who_is_throttled_again_and_again_calls_less_and_less() {
    let mut world = World::signed_in(81);
    world.set(Status::InACall);
    world.run(SECOND);
    // Nobody waits for what comes after a restart.
    world.crash();
    throttles(&mut world, 20, 10);
    let from = world.now;
    world.start();
    world.run(2 * HOUR);
    let pauses = pauses(&world, from);
    assert!(pauses[0] < 75 * SECOND, "{pauses:?}");
    assert!(pauses[2..5].iter().all(|pause| *pause > 230 * SECOND), "{pauses:?}");
    assert!(pauses[7..].iter().all(|pause| *pause > 450 * SECOND), "{pauses:?}");
    assert_eq!(problem(&world), Some(ProblemKind::Throttled));
    assert_eq!(world.notices.len(), 1);
    world.cloud.heal();
    world.run(11 * MINUTE);
    assert_eq!(world.session(), held(Status::InACall));
}

#[test]
fn a_click_comes_before_those_who_yield() {
    let mut world = World::signed_in(82);
    world.set(Status::Available);
    world.run(MINUTE);
    world.crash();
    throttles(&mut world, 2, 10);
    world.start();
    world.run(2 * MINUTE);
    assert!(problem(&world).is_some());
    let reply = world.set(Status::InACall);
    world.run(2 * SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert_eq!(world.session(), held(Status::InACall));
}

#[test]
fn a_click_is_first_also_when_the_call_before_it_is_throttled() {
    for seed in 0..10 {
        let mut world = World::signed_in(seed);
        throttles(&mut world, 1, 10);
        world.set(Status::Away);
        world.set(Status::InACall);
        world.run(15 * SECOND);
        assert_eq!(world.session(), held(Status::InACall), "seed {seed}");
    }
}

#[test]
fn a_clear_does_not_wait_for_the_end_of_the_session() {
    let mut world = World::signed_in(85);
    world.set(Status::InACall);
    world.run(MINUTE);
    let fault = Fault::Status(429, Some(RetryAfter::Seconds(10)));
    world.cloud.fault(Kind::ClearPresence, 2, fault);
    world.click(Command::Clear);
    world.run(30 * SECOND);
    assert_eq!(world.session(), SessionState::Absent);
}

#[test]
fn nobody_looks_unasked_under_throttling() {
    let mut world = World::signed_in(83);
    world.set(Status::Available);
    world.run(SECOND);
    throttles(&mut world, 1, 5);
    world.run(10 * MINUTE);
    let from = world.now;
    world.set(Status::InACall);
    world.run(MINUTE);
    assert_eq!(kinds(&world, from), [Kind::SetPresence]);
    world.click(Command::Look);
    world.run(SECOND);
    assert_eq!(kinds(&world, from), [Kind::SetPresence, Kind::ReadPresence]);
}

#[test]
fn a_start_after_a_quit_is_one_call_and_after_a_crash_one_more() {
    let mut world = World::with(
        Setup::Ready(Settings { on_quit: OnQuit::Keep, ..settings() }),
        Options::default(),
        84,
    );
    world.sign_in();
    world.set(Status::Away);
    world.run(MINUTE);
    world.click(Command::Quit);
    world.run(MINUTE);
    let from = world.now;
    world.start();
    world.run(MINUTE);
    assert_eq!(kinds(&world, from), [Kind::Refresh, Kind::SetPresence]);
    world.crash();
    let from = world.now;
    world.start();
    world.run(MINUTE);
    // What the run before sent may have landed after the first.
    assert_eq!(kinds(&world, from), [Kind::Refresh, Kind::SetPresence, Kind::SetPresence]);
}

#[test]
fn a_long_session_that_holds_yields_for_as_long_as_it_lasts() {
    let mut longest = 0;
    for seed in 20..30 {
        let mut world = World::signed_in(seed);
        world.set(Status::InACall);
        world.run(SECOND);
        let from = world.now;
        throttles(&mut world, 1, 5);
        world.run(HOUR);
        assert_eq!(world.cloud.lapses(MEGAN, from, world.now), [], "seed {seed}");
        longest = longest.max(pauses(&world, from)[0]);
    }
    assert!(longest > 5 * MINUTE, "{longest} ms");
}

#[test]
fn whoever_chooses_while_the_service_has_too_many_callers_is_told_at_once() {
    let mut world = World::signed_in(31);
    let until = world.now + HOUR;
    world.cloud.fault_between(Kind::SetPresence, world.now, until, Fault::Status(429, None));
    world.set(Status::Away);
    while count(&world, 0, Kind::SetPresence) < 4 {
        world.run(10);
    }
    world.run(500);
    let reply = world.set(Status::Presenting);
    assert_eq!(failure(&world, reply), Some(ProblemKind::Throttled));
}

#[test]
fn a_session_that_a_late_write_overtook_does_not_yield_as_if_it_held() {
    for seed in 82..92 {
        let mut world = World::signed_in(seed);
        world.cloud.fault(Kind::SetPresence, 1, Fault::LandLate(9_000));
        world.set(Status::Available);
        world.run(500);
        world.set(Status::Presenting);
        world.run(6 * SECOND);
        assert_eq!(world.session(), held(Status::Presenting));
        world.run(2_900);
        assert_eq!(world.session(), held(Status::Available));
        throttles(&mut world, 1, 5);
        world.run(90 * SECOND);
        assert_eq!(world.session(), held(Status::Presenting), "seed {seed}");
    }
}
