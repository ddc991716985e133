//! A timed wish ends when it said, and what was wanted before comes back.

use super::*;

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
    let reply = world.click(Command::SetDuration { seconds: Some(600) });
    assert_eq!(failure(&world, reply), Some(ProblemKind::WrongUsage));
    world.set(Status::Away);
    world.run(SECOND);
    world.click(Command::SetDuration { seconds: Some(600) });
    world.run(601 * SECOND);
    assert_eq!(world.session(), SessionState::Absent);
}
