//! Away is pinned where the person wants that, and only as long.

use super::*;

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

#[test]
fn a_pin_that_a_newer_choice_was_to_end_is_ended_after_a_crash() {
    let available = Shown::new("Available", "Available");
    let mut world = pinning(163);
    world.cloud.teams(MEGAN, world.now, "phone", Some(available));
    world.set(Status::Away);
    world.run(2 * SECOND);
    world.set(Status::Available);
    world.crash();
    world.start();
    world.run(3 * SECOND);
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), available);
}

#[test]
fn a_pin_that_could_not_be_ended_is_tried_again_with_the_next_choice() {
    let mut world = pinning(164);
    world.cloud.teams(MEGAN, world.now, "phone", Some(Shown::new("Available", "Available")));
    world.set(Status::Away);
    world.run(2 * SECOND);
    world.cloud.fault(Kind::ClearPreferred, 1, Fault::Status(403, None));
    world.set(Status::Available);
    world.run(MINUTE);
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), Shown::new("Away", "Away"));
    world.click(Command::Clear);
    world.run(2 * SECOND);
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), Shown::new("Available", "Available"));
}

#[test]
fn a_pin_is_ended_for_whoever_it_was_set_though_a_crash_came_between_and_another_registration() {
    let pins = Settings { pin_away: true, ..settings() };
    let mut world = two_registrations(Setup::Ready(pins), 165);
    world.sign_in();
    world.cloud.teams(MEGAN, world.now, "phone", Some(Shown::new("Available", "Available")));
    world.set(Status::Away);
    world.run(2 * SECOND);
    world.cloud.fault_between(On::Graph, world.now, world.now + MINUTE, Fault::Status(503, None));
    configure(&mut world, elsewhere());
    world.crash();
    world.start();
    world.run(MINUTE);
    world.sign_in();
    world.set(Status::Available);
    world.run(3 * SECOND);
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), Shown::new("Available", "Available"));
}

#[test]
fn a_pin_that_is_not_wanted_does_not_wait_while_the_session_yields_to_others() {
    for seed in 166..176 {
        let mut world = pinning(seed);
        world.cloud.teams(MEGAN, world.now, "phone", Some(Shown::new("Available", "Available")));
        world.set(Status::Away);
        world.run(SECOND);
        let from = world.now;
        world.cloud.fault(Kind::SetPresence, 1, Fault::Status(429, Some(RetryAfter::Seconds(5))));
        while count(&world, from, Kind::SetPresence) == 0 {
            world.run(SECOND);
        }
        configure(&mut world, here());
        world.run(8 * SECOND);
        let seen = world.cloud.aggregate(MEGAN, world.now);
        assert_eq!(seen, Shown::new("Available", "Available"), "seed {seed}");
    }
}

#[test]
fn a_status_chosen_in_teams_is_removed_when_the_person_asks_and_only_then() {
    let mut world = hidden(166);
    world.run(HOUR);
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), Shown::new("Offline", "OffWork"));
    assert_eq!(count(&world, 0, Kind::ClearPreferred), 0, "what a person chose is theirs");
    world.click(Command::Look);
    world.run(2 * SECOND);
    assert!(world.view().difference.expect("colleagues see something else").can_reset);

    let reply = world.click(Command::Reset);
    world.run(3 * SECOND);

    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), Shown::new("Busy", "InACall"));
    assert_eq!(world.view().difference, None, "what colleagues see was read again");
}

#[test]
fn what_could_not_be_removed_is_said_and_a_newer_choice_in_teams_stays() {
    let mut world = hidden(167);
    world.cloud.fault(Kind::ClearPreferred, 1, Fault::Status(503, None));
    let reply = world.click(Command::Reset);
    world.run(2 * HOUR);
    assert!(matches!(world.outcome(reply), Some(Outcome::Failed(_))));
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), Shown::new("Offline", "OffWork"));
    assert_eq!(problem(&world), None, "and the status holds as before");

    world.cloud.fault(Kind::ClearPreferred, 1, Fault::Status(403, None));
    let reply = world.click(Command::Reset);
    world.run(2 * HOUR);
    assert!(matches!(world.outcome(reply), Some(Outcome::Failed(_))));
    assert_eq!(count(&world, 0, Kind::ClearPreferred), 2, "nothing is tried again unasked");

    world.cloud.fault(Kind::ClearPreferred, 1, Fault::LoseAnswer);
    world.click(Command::Reset);
    world.run(10);
    world.crash();
    world.start();
    world.run(HOUR);
    assert!(count(&world, 0, Kind::ClearPreferred) <= 3, "a crash does not ask for it");
}

#[test]
fn nobody_s_status_is_removed_for_somebody_else() {
    let mut world = World::new(168);
    world.cloud.pin(MEGAN, Some((Shown::new("Offline", "OffWork"), Millis::MAX)));
    let reply = world.click(Command::Reset);
    world.run(MINUTE);
    assert!(matches!(world.outcome(reply), Some(Outcome::Failed(_))));
    assert_eq!(count(&world, 0, Kind::ClearPreferred), 0);
}

/// A person who is in a call, and chose "Appear offline" in Teams.
fn hidden(seed: u64) -> World {
    let mut world = World::signed_in(seed);
    world.set(Status::InACall);
    world.run(2 * SECOND);
    world.cloud.pin(MEGAN, Some((Shown::new("Offline", "OffWork"), Millis::MAX)));
    world
}
