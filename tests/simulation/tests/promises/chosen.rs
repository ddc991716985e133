//! What is chosen is what the session says.

use super::*;

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
fn the_other_four_are_renewed_from_half_of_their_expiration_on() {
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
            assert!((30 * MINUTE..=43 * MINUTE).contains(&pause), "{pause} ms");
        }
    }
}

#[test]
fn choosing_again_right_after_a_renewal_sets_it_again() {
    let mut world = World::signed_in(6);
    world.set(Status::Available);
    while sets(&world, 0).len() < 2 {
        world.run(SECOND);
    }
    world.run(SECOND);
    world.cloud.elsewhere(MEGAN, world.now, Some((Pair::Away, HOUR)));
    world.set(Status::Available);
    world.run(SECOND);
    assert_eq!(world.session(), held(Status::Available));
}

#[test]
fn ending_again_right_after_a_second_clear_ends_what_another_machine_set() {
    let mut world = World::signed_in(9);
    world.cloud.fault(Kind::SetPresence, 1, Fault::LandLate(5 * SECOND));
    world.set(Status::Available);
    world.run(SECOND);
    world.click(Command::Clear);
    // The program clears once more when what it gave up can no longer land.
    while count(&world, 0, Kind::ClearPresence) < 2 {
        world.run(SECOND);
    }
    world.run(SECOND);
    world.cloud.elsewhere(MEGAN, world.now, Some((Pair::Away, HOUR)));
    world.click(Command::Clear);
    world.run(SECOND);
    assert_eq!(world.session(), SessionState::Absent);
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
    assert_eq!(difference.cause, DifferenceCause::TeamsStatus);
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

#[test]
fn what_one_would_go_back_to_and_chose_anew_is_nothing_to_go_back_to() {
    let mut world = World::signed_in(29);
    world.set(Status::InACall);
    world.run(SECOND);
    world.set_for(Status::Away, 1_800);
    world.run(SECOND);
    world.set(Status::InACall);
    world.run(SECOND);
    world.click(Command::Toggle { status: Status::InACall, message: None });
    world.run(2 * SECOND);
    assert_eq!(world.view().wish, None);
    assert_eq!(world.session(), SessionState::Absent);
}

#[test]
fn each_status_is_called_as_teams_calls_it() {
    let labels = Status::ALL.map(Status::label);
    let expected =
        ["Available", "In a call", "In a conference call", "Away", "Presenting (do not disturb)"];
    assert_eq!(labels, expected);
}

#[test]
fn a_clear_is_one_call() {
    let mut world = World::signed_in(30);
    world.set(Status::Away);
    world.run(MINUTE);
    let from = world.now;
    world.click(Command::Clear);
    world.run(MINUTE);
    assert_eq!(kinds(&world, from), [Kind::ClearPresence]);
}
