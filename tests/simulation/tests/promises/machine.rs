//! The state machine answers everybody, forgets no deadline and never spins.

use super::*;

#[test]
fn an_answer_to_a_call_that_is_no_longer_on_its_way_changes_nothing() {
    let mut world = World::signed_in(170);
    world.set(Status::Available);
    world.run(MINUTE);
    let (view, deadline) = (world.view(), world.deadline());
    for id in [0, 1, 2, 3, 99].map(CallId) {
        for answer in [
            Answer::Done,
            Answer::Offline { cause: NoAnswer::Broken },
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
