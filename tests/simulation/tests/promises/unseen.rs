//! Who presses keys in another program, or clicks where nothing comes up, is told why, and only once.

use super::*;

#[test]
fn a_shortcut_that_needs_a_person_tells_them_and_does_not_repeat_what_was_just_told() {
    let mut world = World::new(420);
    world.run(SECOND);
    let told = |world: &World| world.notices.len();
    world.happen(Event::Pressed(Command::Set {
        status: Status::Away,
        seconds: None,
        message: None,
    }));
    world.run(SECOND);
    assert_eq!(told(&world), 1, "{:?}", world.notices);
    world.happen(Event::Pressed(Command::Set {
        status: Status::Away,
        seconds: None,
        message: None,
    }));
    assert_eq!(told(&world), 1, "{:?}", world.notices);
    world.run(10 * SECOND);
    world.happen(Event::Pressed(Command::Set {
        status: Status::Away,
        seconds: None,
        message: None,
    }));
    assert_eq!(told(&world), 2, "{:?}", world.notices);
}

#[test]
fn a_shortcut_that_works_or_fails_for_a_while_says_nothing_of_its_own() {
    let mut world = World::signed_in(421);
    world.happen(Event::Pressed(Command::Set {
        status: Status::Away,
        seconds: None,
        message: None,
    }));
    world.run(2 * SECOND);
    assert_eq!(world.session(), held(Status::Away));
    world.cloud.fault_between(On::Graph, world.now, world.now + 5 * SECOND, Fault::LoseRequest);
    world.happen(Event::Pressed(Command::Set {
        status: Status::Presenting,
        seconds: None,
        message: None,
    }));
    world.run(MINUTE);
    assert_eq!(world.session(), held(Status::Presenting));
    assert_eq!(world.notices, []);
}

#[test]
fn a_window_that_does_not_open_is_told_each_time_it_was_asked_for() {
    let mut world = World::signed_in(422);
    let kind = ProblemKind::WindowUnavailable;
    let problem = Problem::new(kind, "The window cannot be opened", "It is missing.", "");
    for times in 1..=2 {
        world.happen(Event::Failed(problem.clone()));
        assert_eq!(world.notices.len(), times);
        world.run(10 * SECOND);
    }
}
