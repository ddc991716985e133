//! One person's session is never another's: who comes after somebody ends what they left, with their own tokens.

use super::*;

/// A machine of two people, the first of them signed in.
fn shared(seed: u64) -> World {
    shared_with(settings(), seed)
}

fn shared_with(settings: Settings, seed: u64) -> World {
    let users = vec![User::megan(), User::alex()];
    let options = Options { users, ..Options::default() };
    let mut world = World::with(Setup::Ready(settings), options, seed);
    world.sign_in();
    world
}

fn session_of(world: &World, oid: &str) -> SessionState {
    world.cloud.session(oid, world.now)
}

#[test]
fn another_person_ends_the_session_of_the_one_before_and_then_sets_their_own() {
    let mut world = shared(440);
    world.set(Status::Presenting);
    world.run(MINUTE);
    let from = world.now;
    world.sign_in_as(Pick::Alex);
    world.run(2 * SECOND);
    assert_eq!(session_of(&world, MEGAN), SessionState::Absent);
    assert_eq!(session_of(&world, ALEX), held(Status::Presenting));
    let order = [Kind::Redeem, Kind::ClearPresence, Kind::SetPresence];
    assert_eq!(kinds(&world, from), order);
}

#[test]
fn nothing_of_the_person_before_is_shown_as_the_new_ones() {
    let mut world = shared(441);
    world.set(Status::Presenting);
    world.run(MINUTE);
    world.cloud.fault_between(On::Graph, world.now, world.now + 10 * MINUTE, Fault::LoseRequest);
    world.sign_in_as(Pick::Alex);
    let view = world.view();
    assert_eq!((view.session, view.effective), (None, None));
    assert_ne!(view.progress, Progress::Settled);
    world.run(20 * MINUTE);
    assert_eq!(session_of(&world, MEGAN), SessionState::Absent, "as soon as that is possible");
    assert_eq!(session_of(&world, ALEX), held(Status::Presenting));
}

#[test]
fn a_pin_and_a_late_write_of_the_person_before_are_ended_too() {
    let mut world = shared_with(Settings { pin_away: true, ..settings() }, 442);
    world.set(Status::Away);
    world.run(MINUTE);
    world.cloud.teams(MEGAN, world.now, "phone", Some(Shown::new("Available", "Available")));
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), Shown::new("Away", "Away"));
    let reply = world.click(Command::SignIn { method: SignInMethod::Browser });
    world.run(100);
    world.cloud.fault(Kind::SetPresence, 1, Fault::LandLate(9_000));
    world.set(Status::InACall);
    world.run(50);
    world.browser(Pick::Alex);
    world.run(15 * SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert_eq!(session_of(&world, MEGAN), SessionState::Absent);
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), Shown::new("Available", "Available"));
    assert_eq!(session_of(&world, ALEX), held(Status::InACall));
}

#[test]
fn what_a_run_before_left_is_not_of_whoever_signs_in_before_the_keyring_answers() {
    let (on_quit, on_start) = (OnQuit::Keep, OnStart::Nothing);
    let mut world = shared_with(Settings { on_quit, on_start, pin_away: true, ..settings() }, 448);
    world.set(Status::Away);
    world.run(MINUTE);
    world.click(Command::Quit);
    world.run(4 * SECOND);
    assert!(world.exited);
    let in_teams = Shown::new("BeRightBack", "BeRightBack");
    world.cloud.pin(ALEX, Some((in_teams, world.now + HOUR)));
    world.keyring(Mood::Unavailable);
    world.start();
    world.run(SECOND);
    let from = world.now;
    world.sign_in_as(Pick::Alex);
    assert_eq!(world.view().session, None, "that is Megan's");
    world.set(Status::Presenting);
    world.run(2 * SECOND);
    assert_eq!(session_of(&world, ALEX), held(Status::Presenting));
    assert_eq!(count(&world, from, Kind::ClearPreferred), 0, "what Alex chose in Teams stays");
}

#[test]
fn the_same_person_who_signs_in_again_keeps_the_session() {
    let mut world = shared(443);
    world.set(Status::Presenting);
    world.run(MINUTE);
    let from = world.now;
    world.sign_in();
    world.run(MINUTE);
    assert_eq!(kinds(&world, from), [Kind::Redeem]);
    assert_eq!(world.session(), held(Status::Presenting));
}

#[test]
fn a_person_who_is_back_before_their_session_was_ended_keeps_it() {
    let mut world = shared(444);
    world.set(Status::Presenting);
    world.run(MINUTE);
    world.cloud.fault_between(Kind::ClearPresence, 0, Millis::MAX, Fault::Status(503, None));
    world.sign_in_as(Pick::Alex);
    world.sign_in();
    world.cloud.heal();
    world.run(10 * MINUTE);
    assert_eq!(world.session(), held(Status::Presenting));
    assert_eq!(session_of(&world, ALEX), SessionState::Absent);
}

#[test]
fn a_quit_ends_what_the_person_before_left() {
    let mut world = shared(445);
    world.set(Status::Presenting);
    world.run(MINUTE);
    world.cloud.fault(Kind::ClearPresence, 1, Fault::Status(503, None));
    world.sign_in_as(Pick::Alex);
    world.click(Command::Quit);
    world.run(3 * SECOND);
    assert!(world.exited);
    assert_eq!(session_of(&world, MEGAN), SessionState::Absent);
    assert_eq!(session_of(&world, ALEX), SessionState::Absent);
}

#[test]
fn a_sign_in_without_a_refresh_token_leaves_the_one_before_to_nobody() {
    let mut world = shared(446);
    world.cloud.policy().gives_refresh_tokens = false;
    let reply = world.click(Command::SignIn { method: SignInMethod::Browser });
    world.run(100);
    world.browser(Pick::Alex);
    world.run(2 * SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert_eq!(problem(&world), Some(ProblemKind::NotRemembered));
    world.crash();
    world.start();
    world.run(SECOND);
    assert_eq!(
        world.view().account,
        AccountView::SignedOut,
        "the one before is not signed in again"
    );
}

#[test]
fn a_longer_session_whose_answer_was_lost_is_ended_for_the_person_before() {
    let short = Settings { expiration: Duration::from_secs(300), ..settings() };
    let mut world = shared_with(short, 447);
    world.set(Status::Away);
    world.run(MINUTE);
    world.cloud.fault(Kind::SetPresence, 1, Fault::LoseAnswer);
    let busy = Fault::Status(503, None);
    world.cloud.fault_between(Kind::SetPresence, world.now + 200, world.now + HOUR, busy.clone());
    world.cloud.fault_between(Kind::ClearPresence, world.now, world.now + 6 * MINUTE, busy);
    world.set_for(Status::Away, 3_600);
    world.run(SECOND);
    world.sign_in_as(Pick::Alex);
    world.run(15 * MINUTE);
    assert_eq!(session_of(&world, MEGAN), SessionState::Absent);
}

#[test]
fn a_write_of_the_person_before_that_lands_after_their_clear_is_ended() {
    let presenting = Command::Set { status: Status::Presenting, seconds: None, message: None };
    for next in [Command::Clear, presenting] {
        let mut world = shared(448);
        let reply = world.click(Command::SignIn { method: SignInMethod::Browser });
        world.run(100);
        world.cloud.fault(Kind::SetPresence, 1, Fault::LandLate(6_000));
        world.set(Status::InACall);
        world.run(100);
        world.click(next);
        world.run(3 * SECOND);
        world.browser(Pick::Alex);
        world.run(MINUTE);
        assert_eq!(world.outcome(reply), Some(&Outcome::Done));
        assert_eq!(session_of(&world, MEGAN), SessionState::Absent);
    }
}

#[test]
fn what_a_sleep_kept_from_the_person_before_is_ended_when_the_machine_wakes() {
    let long = Settings { expiration: Duration::from_secs(4 * 3_600), ..settings() };
    let mut world = shared_with(long, 449);
    world.set(Status::Presenting);
    world.run(MINUTE);
    let healed = world.now + HOUR;
    world.cloud.fault_between(Kind::Refresh, 0, healed, Fault::Silence);
    world.cloud.revoke_access(MEGAN);
    world.sign_in_as(Pick::Alex);
    // Old trouble is tried every few minutes.
    world.run(20 * MINUTE);
    let from = world.now;
    while count(&world, from, Kind::Refresh) == 0 {
        world.run(SECOND);
    }
    world.sleep(HOUR);
    world.run(15 * SECOND);
    assert_eq!(session_of(&world, MEGAN), SessionState::Absent);
}

#[test]
fn a_session_that_is_not_wanted_is_ended_for_whoever_the_keyring_brings() {
    let mut world = shared(450);
    world.set(Status::Presenting);
    world.run(MINUTE);
    world.keyring(Mood::Unavailable);
    world.crash();
    world.start();
    world.sign_in_as(Pick::Alex);
    world.crash();
    world.start();
    world.click(Command::Clear);
    world.run(MINUTE);
    // It never heard of Alex.
    world.keyring(Mood::Works);
    world.run(2 * MINUTE);
    assert_eq!(session_of(&world, MEGAN), SessionState::Absent);
}
