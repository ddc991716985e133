//! A sleep with notice ends the session as a quit does, within three seconds, and keeps the wish.

use super::*;

#[test]
fn before_a_sleep_the_session_is_cleared_and_after_it_the_wish_is_set_at_once() {
    for seed in 300..320 {
        let mut world = World::signed_in(seed);
        world.set(Status::InACall);
        world.run(SECOND + seed * 1_013);

        let falls = world.now;
        world.fall_asleep();

        assert!(world.now - falls < 3 * SECOND, "seed {seed}");
        assert_eq!(world.session(), SessionState::Absent, "seed {seed}");
        assert_eq!(world.view().wish.map(|wish| wish.status), Some(Status::InACall));
        assert_ne!(world.view().progress, Progress::Settled, "nothing holds while it is cleared");
        world.sleep(7 * HOUR);
        world.run(3 * SECOND);
        assert_eq!(world.session(), held(Status::InACall), "seed {seed}");
        assert_eq!(world.notices, []);
    }
}

#[test]
fn who_keeps_the_session_on_quit_keeps_it_asleep() {
    let keeps = Settings { on_quit: OnQuit::Keep, ..settings() };
    let mut world = World::with(Setup::Ready(keeps), Options::default(), 321);
    world.sign_in();
    world.set(Status::InACall);
    world.run(MINUTE);
    let from = world.now;

    world.fall_asleep();

    assert_eq!(since(&world, from), []);
    assert_eq!(world.let_asleep, [from]);
    assert_eq!(world.session(), held(Status::InACall));
}

#[test]
fn a_machine_that_wants_nothing_of_the_service_sleeps_at_once() {
    let mut world = World::signed_in(322);
    let from = world.now;
    world.fall_asleep();
    assert_eq!(world.let_asleep, [from]);
    world.sleep(HOUR);
    world.run(HOUR);
    assert_eq!(since(&world, from), []);
}

#[test]
fn a_service_that_does_not_answer_delays_no_sleep() {
    let mut world = World::signed_in(323);
    world.set(Status::Available);
    world.run(MINUTE);
    world.cloud.fault_between(On::All, world.now, world.now + MINUTE, Fault::Late(20_000));
    let falls = world.now;

    world.fall_asleep();

    assert!(world.now - falls < 3 * SECOND);
    assert_eq!(world.let_asleep.len(), 1);
    world.sleep(HOUR);
    world.run(5 * SECOND);
    assert_eq!(world.session(), held(Status::Available));
}

#[test]
fn a_choice_made_while_the_machine_falls_asleep_is_set_when_it_wakes() {
    let mut world = World::signed_in(324);
    world.set(Status::InACall);
    world.run(MINUTE);
    world.happen(Event::Sleeping);
    let reply = world.set(Status::Presenting);
    world.run(3 * SECOND);
    assert_eq!(world.session(), SessionState::Absent);
    world.sleep(HOUR);
    world.run(3 * SECOND);
    assert_eq!(world.session(), held(Status::Presenting));
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
}

#[test]
fn a_sleep_that_does_not_come_is_made_good() {
    let mut world = World::signed_in(325);
    world.set(Status::InACall);
    world.run(MINUTE);
    world.fall_asleep();
    world.run(35 * SECOND);
    assert_eq!(world.session(), held(Status::InACall));
}

#[test]
fn two_notices_of_one_wake_make_one_call() {
    let mut world = World::signed_in(326);
    world.set(Status::InACall);
    world.run(MINUTE);
    world.fall_asleep();
    world.sleep(HOUR);
    let wake = world.now;
    world.run(2 * SECOND);
    world.happen(Event::Woke(Woke::Machine));
    world.run(MINUTE);
    assert_eq!(sets(&world, wake).len(), 1);
}

#[test]
fn a_quit_while_falling_asleep_ends_the_program() {
    let mut world = World::signed_in(327);
    world.set(Status::InACall);
    world.run(MINUTE);
    world.happen(Event::Sleeping);
    world.click(Command::Quit);
    world.run(3 * SECOND);
    assert!(world.exited);
    assert_eq!(world.session(), SessionState::Absent);
}

#[test]
fn a_timed_status_that_ends_in_sleep_is_over_on_waking() {
    let mut world = World::signed_in(328);
    world.set(Status::Available);
    world.run(MINUTE);
    world.set_for(Status::Presenting, 1_800);
    world.run(MINUTE);
    world.fall_asleep();
    world.sleep(2 * HOUR);
    world.run(3 * SECOND);
    assert_eq!(world.session(), held(Status::Available));
}

#[test]
fn a_sign_out_just_before_the_machine_sleeps_still_ends_the_session() {
    let keeps = Settings { on_quit: OnQuit::Keep, ..settings() };
    let mut world = World::with(Setup::Ready(keeps), Options::default(), 324);
    world.sign_in();
    world.set(Status::InACall);
    world.run(MINUTE);
    world.fall_asleep();
    world.click(Command::SignOut);
    world.run(2 * SECOND);
    assert_eq!(world.session(), SessionState::Absent);
    assert_eq!(world.view().account, AccountView::SignedOut);
}

#[test]
fn whoever_asked_before_a_sleep_that_does_not_come_is_answered_in_time() {
    let mut world = World::signed_in(325);
    world.run(2 * HOUR);
    world.cloud.fault_between(On::All, world.now, world.now + HOUR, Fault::Silence);
    world.click(Command::Look);
    world.run(SECOND);
    let reply = world.set(Status::Away);
    world.run(10 * SECOND);
    world.fall_asleep();
    world.run(50 * SECOND);
    assert!(world.outcome(reply).is_some());
}

#[test]
fn whoever_asked_is_answered_in_time_though_a_sleep_may_still_come() {
    let mut unanswered = 0;
    // A refresh ahead of time is given up without a word; the call after it is the sleep's.
    for minute in 40..90 {
        let mut world = World::signed_in(326);
        world.run(minute * MINUTE);
        world.cloud.fault_between(On::All, world.now, world.now + HOUR, Fault::Silence);
        let reply = world.set(Status::Presenting);
        world.run(36 * SECOND);
        world.fall_asleep();
        unanswered += usize::from(world.outcome(reply).is_none());
        world.run(28 * SECOND);
        assert!(world.outcome(reply).is_some(), "after {minute} minutes");
    }
    assert!(unanswered > 0);
}
