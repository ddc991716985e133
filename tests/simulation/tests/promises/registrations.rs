//! Who goes to another registration and back finds what they left, and nothing of one is taken for the other's.

use super::*;

#[test]
fn whoever_is_back_is_tried_again_although_entra_refused_them_before() {
    let mut world = signed_in_here(470);
    world.run(2 * HOUR);
    world.cloud.fault(Kind::Refresh, 1, Fault::TokenError(TokenError::InteractionRequired));
    world.set(Status::Away);
    world.run(SECOND);
    assert_eq!(problem(&world), Some(ProblemKind::SignInNeeded));
    configure(&mut world, elsewhere());
    configure(&mut world, here());
    assert_eq!(world.session(), held(Status::Away));
    assert_eq!(problem(&world), None);
}

#[test]
fn a_former_registrations_success_ends_no_trouble_of_this_one() {
    let mut world = signed_in_here(471);
    world.set(Status::Presenting);
    world.run(MINUTE);
    world.cloud.fault(Kind::ClearPresence, 4, Fault::Status(503, None));
    configure(&mut world, elsewhere());
    let until = world.now + 10 * MINUTE;
    world.cloud.fault_between(Kind::SetPresence, world.now, until, Fault::Status(503, None));
    world.sign_in();
    while world.session() == held(Status::Presenting) {
        assert_eq!(problem(&world), Some(ProblemKind::ServiceBusy));
        world.run(10);
    }
    world.run(200);
    assert_eq!(problem(&world), Some(ProblemKind::ServiceBusy));
}

#[test]
fn a_former_registration_takes_no_pin_from_the_same_person() {
    let pins = |setup| match setup {
        Setup::Ready(settings) => Setup::Ready(Settings { pin_away: true, ..settings }),
        invalid @ Setup::Invalid(_) => invalid,
    };
    let mut world = two_registrations(pins(here()), 472);
    world.sign_in();
    world.set(Status::Away);
    world.run(2 * SECOND);
    world.cloud.teams(MEGAN, world.now, "phone", Some(Shown::new("Available", "Available")));
    world.cloud.fault(Kind::ClearPresence, 6, Fault::Status(503, None));
    configure(&mut world, pins(elsewhere()));
    world.sign_in();
    world.run(5 * MINUTE);
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), Shown::new("Away", "Away"));
}

#[test]
fn what_a_run_before_left_is_ended_although_the_registration_changed_for_a_moment() {
    let away = Shown::new("Away", "Away");
    let mut world = pinning(473);
    world.cloud.teams(MEGAN, world.now, "phone", Some(Shown::new("Available", "Available")));
    world.set(Status::Away);
    world.run(2 * SECOND);
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), away);
    world.crash();
    world.start();
    world.setup = elsewhere();
    world.click(Command::Reload);
    configure(&mut world, here());
    assert_ne!(world.cloud.aggregate(MEGAN, world.now), away);
}

#[test]
fn what_a_run_before_left_on_its_way_is_waited_for_only_once() {
    let mut world = signed_in_here(474);
    world.set(Status::Presenting);
    world.run(MINUTE);
    world.crash();
    world.start();
    world.setup = elsewhere();
    world.click(Command::Reload);
    world.run(30 * SECOND);
    configure(&mut world, here());
    let from = world.now;
    world.run(MINUTE);
    assert_eq!(since(&world, from), []);
}

#[test]
fn newer_tokens_are_kept_until_the_keyring_says_whose_sign_in_it_holds() {
    let mut world = two_registrations(here(), 475);
    world.cloud.policy().rotation = Rotation::RevokeOld;
    world.sign_in();
    world.set(Status::Away);
    world.run(MINUTE);
    world.cloud.revoke_access(MEGAN);
    configure(&mut world, elsewhere());
    assert_eq!(
        world.session(),
        SessionState::Absent,
        "the former registration's token was renewed"
    );
    world.keyring(Mood::Unavailable);
    configure(&mut world, here());
    world.run(2 * MINUTE);
    world.keyring(Mood::Works);
    world.run(2 * MINUTE);
    assert_eq!(problem(&world), None);
    assert_eq!(world.session(), held(Status::Away));
}

#[test]
fn a_session_that_a_refused_grant_left_is_ended_after_the_next_sign_in() {
    let mut world = signed_in_here(476);
    world.set(Status::Away);
    world.run(MINUTE);
    world.cloud.revoke(MEGAN);
    world.set_for(Status::Presenting, 600);
    world.run(10 * SECOND);
    assert_eq!(problem(&world), Some(ProblemKind::SignInNeeded));
    configure(&mut world, elsewhere());
    configure(&mut world, Setup::Ready(Settings { on_end: OnEnd::Clear, ..settings() }));
    world.run(11 * MINUTE);
    assert_eq!(world.session(), held(Status::Away));
    world.sign_in();
    world.run(2 * SECOND);
    assert_eq!(world.session(), SessionState::Absent);
}

#[test]
fn whoever_is_back_does_not_wait_for_the_call_that_was_to_end_their_session() {
    let mut world = signed_in_here(477);
    world.set(Status::Away);
    world.run(MINUTE);
    world.cloud.fault(Kind::ClearPresence, 1, Fault::Silence);
    configure(&mut world, elsewhere());
    let from = world.now;
    configure(&mut world, here());
    assert_eq!(kinds(&world, from), [Kind::SetPresence]);
}

#[test]
fn a_clear_that_lands_after_somebody_is_back_does_not_end_their_session() {
    let mut world = signed_in_here(478);
    world.set(Status::Away);
    world.run(MINUTE);
    world.cloud.fault(Kind::ClearPresence, 1, Fault::LandLate(6_000));
    configure(&mut world, elsewhere());
    configure(&mut world, here());
    world.run(15 * SECOND);
    assert_eq!(world.session(), held(Status::Away));
}

#[test]
fn what_a_crash_left_on_its_way_is_overtaken_though_the_registration_changed_and_came_back() {
    let mut world = signed_in_here(478);
    world.cloud.fault(Kind::SetPresence, 1, Fault::LandLate(9_000));
    world.set(Status::Presenting);
    world.run(500);
    world.crash();
    let on_start = OnStart::Want(Status::Available);
    world.setup = Setup::Ready(Settings { on_start, ..settings() });
    world.start();
    configure(&mut world, elsewhere());
    configure(&mut world, here());
    world.run(6 * SECOND);
    assert_eq!(world.session(), held(Status::Presenting), "it lands");
    world.run(5 * SECOND);
    assert_eq!(world.session(), held(Status::Available));
}

#[test]
fn what_an_earlier_run_left_here_is_ended_when_the_registration_came_back_and_goes_again() {
    let mut world = signed_in_here(479);
    world.set(Status::Presenting);
    world.run(MINUTE);
    world.crash();
    world.setup = elsewhere();
    world.start();
    world.run(SECOND);
    world.setup = here();
    world.click(Command::Reload);
    world.run(50);
    assert_eq!(count(&world, 0, Kind::SetPresence), 1, "nothing is set yet");
    configure(&mut world, elsewhere());
    world.run(10 * SECOND);
    assert_eq!(world.session(), SessionState::Absent);
}
