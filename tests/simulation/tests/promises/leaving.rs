//! A quit and a sign-out end what they should, in time.

use super::*;

#[test]
fn a_quit_clears_and_then_nothing_is_sent() {
    let mut world = World::signed_in(120);
    world.set(Status::Presenting);
    world.run(SECOND);
    world.click(Command::Quit);
    world.run(3 * SECOND);
    assert!(world.exited);
    assert_eq!(world.session(), SessionState::Absent);
    assert_eq!(world.unanswered(), 0);
    world.start();
    world.run(3 * SECOND);
    assert_eq!(world.session(), held(Status::Presenting), "the wish survives a quit");
}

#[test]
fn a_quit_takes_three_seconds_at_most_whatever_the_network_does() {
    for fault in [Fault::LoseRequest, Fault::LandLate(60_000), Fault::Late(60_000)] {
        for clicked in [0, 50, 1_500] {
            let mut world = World::signed_in(121);
            world.set(Status::Presenting);
            world.run(SECOND);
            world.cloud.revoke_access(MEGAN);
            world.cloud.fault_between(On::All, 0, Millis::MAX, fault.clone());
            world.set(Status::Away);
            world.run(clicked);
            world.click(Command::Quit);
            world.run(3 * SECOND);
            assert!(world.exited, "{fault:?}");
            assert_eq!(world.unanswered(), 0);
        }
    }
}

#[test]
fn a_quit_while_throttled_does_not_wait() {
    let mut world = World::signed_in(122);
    let after = Some(RetryAfter::Seconds(600));
    world.cloud.fault(Kind::SetPresence, 1, Fault::Status(429, after));
    world.set(Status::Presenting);
    world.run(SECOND);
    world.click(Command::Quit);
    assert!(world.exited);
}

#[test]
fn a_quit_that_is_to_keep_the_session_keeps_it_and_its_pin() {
    let keep = Settings { on_quit: OnQuit::Keep, pin_away: true, ..settings() };
    let mut world = World::with(Setup::Ready(keep), Options::default(), 123);
    world.sign_in();
    world.set(Status::Away);
    world.run(2 * SECOND);
    world.cloud.teams(MEGAN, world.now, "phone", Some(Shown::new("Available", "Available")));
    world.click(Command::Quit);
    assert!(world.exited);
    world.run(MINUTE);
    assert_eq!(world.session(), held(Status::Away));
    assert_eq!(world.cloud.aggregate(MEGAN, world.now), Shown::new("Away", "Away"));
}

#[test]
fn a_sign_out_clears_forgets_and_stays_out() {
    let mut world = World::signed_in(124);
    world.set(Status::Available);
    world.run(HOUR);
    let waiting = world.set(Status::Away);
    let reply = world.click(Command::SignOut);
    world.run(3 * SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert!(world.outcome(waiting).is_some());
    assert_eq!(world.session(), SessionState::Absent);
    assert!(!world.remembers());
    assert_eq!(world.view().account, AccountView::SignedOut);
    assert_eq!(world.view().session, None);
    let from = world.now;
    world.run(8 * HOUR);
    world.crash();
    world.start();
    world.run(HOUR);
    assert_eq!(since(&world, from), []);
    assert_eq!(world.unanswered(), 0);
}

#[test]
fn a_sign_out_offline_forgets_all_the_same() {
    let mut world = World::signed_in(125);
    world.set(Status::Available);
    world.run(SECOND);
    world.cloud.fault_between(On::All, 0, Millis::MAX, Fault::LoseRequest);
    let reply = world.click(Command::SignOut);
    world.run(3 * SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert!(!world.remembers());
    assert_eq!(world.view().session, None);
}

#[test]
fn a_sign_out_is_done_when_the_keyring_has_forgotten_even_if_a_quit_follows() {
    let mut world = World::signed_in(127);
    let sign_out = world.click(Command::SignOut);
    assert_eq!(world.outcome(sign_out), None);
    world.click(Command::Quit);
    while !world.exited {
        world.run(1);
    }
    assert!(!world.remembers());
    assert_eq!(world.outcome(sign_out), Some(&Outcome::Done));
}

#[test]
fn a_keyring_that_does_not_delete_is_said_and_asked_again() {
    let mut world = World::signed_in(128);
    world.keyring(Mood::ReadOnly);
    let reply = world.click(Command::SignOut);
    world.run(SECOND);
    assert!(failure(&world, reply).is_some());
    assert!(world.remembers() && world.view().problem.is_some());
    assert_eq!(world.view().account, AccountView::SignedOut);
    assert_eq!(world.notices.len(), 1);
    world.keyring(Mood::Works);
    world.run(2 * MINUTE);
    assert!(!world.remembers());
    assert_eq!(world.view().problem, None);
}

#[test]
fn a_quit_during_a_sign_out_does_both() {
    let mut world = World::signed_in(126);
    world.set(Status::Available);
    world.run(SECOND);
    world.click(Command::SignOut);
    let quit = world.click(Command::Quit);
    let set = world.set(Status::Away);
    world.run(3 * SECOND);
    assert!(world.exited);
    assert_eq!(world.outcome(quit), Some(&Outcome::Done));
    assert!(failure(&world, set).is_some());
    world.run(SECOND);
    assert!(!world.remembers());
    assert_eq!(world.unanswered(), 0);
}

#[test]
fn a_quit_asks_the_keyring_once_more() {
    let mut world = World::new(350);
    world.keyring(Mood::ReadOnly);
    world.sign_in();
    world.run(20 * SECOND);
    world.keyring(Mood::Works);
    world.click(Command::Quit);
    world.run(3 * SECOND);
    assert!(world.exited && world.remembers());
}

#[test]
fn a_start_after_a_quit_that_gave_a_call_up_sends_the_wish_once_more() {
    let keep = Settings { on_quit: OnQuit::Keep, ..settings() };
    let mut world = World::with(Setup::Ready(keep), Options::default(), 134);
    world.sign_in();
    world.cloud.fault(Kind::SetPresence, 1, Fault::LandLate(8_000));
    world.set(Status::Away);
    world.run(100);
    world.click(Command::Quit);
    world.run(3 * SECOND);
    assert!(world.exited);
    let from = world.now;
    world.start();
    world.run(15 * SECOND);
    assert_eq!(count(&world, from, Kind::SetPresence), 2);
    assert_eq!(world.session(), held(Status::Away));
}

#[test]
fn a_session_is_known_to_the_next_run_only_if_the_last_one_came_to_its_end() {
    for ended in [false, true] {
        let (sent_at, expires_at) = (Time::ZERO, Time::ZERO + Duration::from_secs(3_600));
        let session = SavedSession { status: Status::Away, sent_at, expires_at };
        let saved = Saved { session: Some(session), ended, ..Saved::default() };
        let core = Core::new(here(), saved, [13; 32]);
        assert_eq!(core.view(Time::from_millis(1)).session.is_some(), ended);
    }
}
