//! No minute sees more calls than the ceiling, whoever asks, and the newest wish still wins.

use super::*;

const CEILING: usize = 20;

#[test]
fn a_script_that_alternates_makes_no_more_calls_than_the_ceiling_and_its_last_wish_wins() {
    let mut world = World::signed_in(430);
    let from = world.now;
    let mut replies = Vec::new();
    for turn in 0..2_000 {
        let status = if turn % 2 == 0 { Status::Away } else { Status::Available };
        replies.push(world.set(status));
        world.run(10);
    }
    let last = world.set(Status::Presenting);
    assert_eq!(failure(&world, last), Some(ProblemKind::TooManyChanges), "told at once");
    assert_eq!(problem(&world), Some(ProblemKind::TooManyChanges));
    assert!(replies.iter().all(|reply| world.outcome(*reply).is_some()));
    world.run(MINUTE);
    assert_eq!(world.session(), held(Status::Presenting));
    assert_eq!(problem(&world), None);
    assert!(busiest_minute(&world, from) <= CEILING);
}

#[test]
fn sign_ins_count() {
    let mut world = World::signed_in(431);
    let from = world.now;
    for _ in 0..200 {
        world.click(Command::SignIn { method: SignInMethod::DeviceCode });
        world.run(100);
    }
    assert!(busiest_minute(&world, from) <= CEILING);
}

#[test]
fn a_quit_has_room_for_its_last_things() {
    let mut world = World::signed_in(432);
    for turn in 0..100 {
        world.set(if turn % 2 == 0 { Status::Away } else { Status::Available });
        world.run(300);
    }
    world.click(Command::Quit);
    world.run(3 * SECOND);
    assert!(world.exited);
    assert_eq!(world.session(), SessionState::Absent);
}
