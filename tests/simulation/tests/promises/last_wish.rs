//! The last wish wins, whatever is still on its way.

use super::*;

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
    world.click(Command::Toggle { status: Status::Presenting, message: None });
    world.run(SECOND);
    assert_eq!(world.session(), held(Status::Presenting));
    world.click(Command::Toggle { status: Status::Presenting, message: None });
    world.run(SECOND);
    assert_eq!(world.session(), held(Status::Available));
}

#[test]
fn a_clear_ends_what_another_machine_has_set() {
    let mut world = World::signed_in(79);
    world.run(MINUTE);
    world.cloud.elsewhere(MEGAN, world.now, Some((Pair::Presenting, HOUR)));
    let reply = world.click(Command::Clear);
    world.run(SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert_eq!(world.session(), SessionState::Absent);
}
