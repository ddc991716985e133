//! Nothing is said that is not so: no trouble that is not there, no time that has passed, no answer that is too old.

use super::*;

fn at_rest(seed: u64) -> World {
    let mut world = World::signed_in(seed);
    world.set(Status::Presenting);
    world.run(MINUTE);
    assert_eq!(problem(&world), None);
    world
}

#[test]
fn what_fails_for_a_look_is_no_trouble_of_the_status() {
    let busy = Fault::Status(503, None);
    let asks = |status| Fault::Status(status, Some(RetryAfter::Seconds(20)));
    for (number, fault) in
        [busy, asks(429), asks(503), Fault::Status(429, None)].into_iter().enumerate()
    {
        let mut world = at_rest(400 + number as u64);
        world.cloud.fault(Kind::ReadPresence, 1, fault);
        let reply = world.click(Command::Look);
        world.run(SECOND);
        assert!(failure(&world, reply).is_some(), "whoever looked is told");
        let view = world.view();
        assert_eq!((view.problem, view.progress), (None, Progress::Settled));
        world.run(HOUR);
        assert_eq!(world.notices, []);
    }
}

#[test]
fn a_refresh_that_fails_for_a_look_is_no_trouble_of_the_status() {
    let mut world = at_rest(410);
    world.cloud.fault(Kind::ReadPresence, 1, Fault::Status(401, None));
    world.cloud.fault(Kind::Refresh, 1, Fault::TokenError(TokenError::TemporarilyUnavailable));
    world.click(Command::Look);
    world.run(SECOND);
    assert_eq!(problem(&world), None);
    world.run(10 * SECOND);
    let reply = world.click(Command::Look);
    world.run(2 * SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert_eq!(problem(&world), None);
}

#[test]
fn patience_that_a_look_was_asked_for_holds_for_a_wish_and_is_told_at_once() {
    let mut world = at_rest(411);
    world.cloud.fault(Kind::ReadPresence, 1, Fault::Status(429, Some(RetryAfter::Seconds(30))));
    world.click(Command::Look);
    world.run(SECOND);
    let from = world.now;
    let reply = world.set(Status::Away);
    assert_eq!(failure(&world, reply), Some(ProblemKind::Throttled));
    assert_eq!(problem(&world), Some(ProblemKind::Throttled));
    world.run(28 * SECOND);
    assert_eq!(since(&world, from), []);
    world.run(6 * SECOND);
    assert_eq!(world.session(), held(Status::Away));
    assert_eq!(problem(&world), None);
}

#[test]
fn a_refresh_that_entra_wants_later_delays_nothing_while_the_token_serves() {
    let mut world = World::signed_in(412);
    world.set(Status::Available);
    let until = world.now + 2 * HOUR;
    let later = Fault::Status(429, Some(RetryAfter::Seconds(240)));
    world.cloud.fault_between(Kind::Refresh, world.now, until, later);
    while !kinds(&world, 0).contains(&Kind::Refresh) {
        world.run(SECOND);
    }
    world.run(65 * SECOND);
    let reply = world.set(Status::Away);
    world.run(2 * SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert_eq!(world.session(), held(Status::Away));
}

#[test]
fn what_colleagues_see_is_taken_down_when_it_is_too_old_although_nothing_happens() {
    let mut world = at_rest(413);
    let stale = world.now + 15 * MINUTE;
    assert!(world.view().effective.is_some());
    assert!(world.deadline().is_some_and(|at| at <= stale), "faces are shown what has changed");
    world.run(16 * MINUTE);
    assert_eq!(world.view().effective, None);
}

#[test]
fn the_next_renewal_is_never_in_the_past() {
    let mut world = at_rest(414);
    world.cloud.fault_between(On::Graph, world.now, world.now + 50 * MINUTE, Fault::LoseRequest);
    for _ in 0..60 {
        world.run(MINUTE);
        let Some(session) = world.view().session else { return };
        let now = world.time();
        if let Some(renews_at) = session.renews_at {
            assert!(
                now <= renews_at && renews_at <= session.expires_at,
                "{renews_at:?} at {now:?}"
            );
        }
    }
}

#[test]
fn the_end_of_a_timed_status_reads_nothing() {
    let mut world = World::signed_in(415);
    world.set(Status::Available);
    world.run(MINUTE);
    world.set_for(Status::Presenting, 600);
    world.run(MINUTE);
    let from = world.now;
    world.run(12 * MINUTE);
    assert_eq!(world.session(), held(Status::Available));
    assert_eq!(count(&world, from, Kind::ReadPresence), 0);
}

#[test]
fn a_clear_before_the_keyring_has_answered_keeps_the_saved_wish_when_nobody_is_signed_in() {
    let mut world = World::signed_in(416);
    world.set(Status::Away);
    world.run(SECOND);
    world.crash();
    world.empty_keyring();
    world.start();
    let reply = world.click(Command::Clear);
    world.run(SECOND);
    assert_eq!(failure(&world, reply), Some(ProblemKind::SignInNeeded));
    assert_eq!(world.view().wish.map(|wish| wish.status), Some(Status::Away));
}

#[test]
fn every_command_is_answered_within_a_minute() {
    let mut world = World::signed_in(417);
    world.cloud.fault_between(On::All, world.now, world.now + HOUR, Fault::Silence);
    world.cloud.revoke_access(MEGAN);
    let reply = world.set(Status::Away);
    world.run(65 * SECOND);
    assert!(failure(&world, reply).is_some());
}

#[test]
fn commands_during_a_sign_out_are_not_told_that_the_program_is_closing() {
    let mut world = World::signed_in(418);
    world.set(Status::Away);
    world.run(SECOND);
    world.click(Command::SignOut);
    let reply = world.set(Status::Available);
    assert_eq!(failure(&world, reply), Some(ProblemKind::SignInNeeded));
}

#[test]
fn a_choice_that_came_to_nothing_does_not_make_the_one_before_it_be_set_again_and_again() {
    let mut world = World::signed_in(419);
    world.set(Status::Available);
    world.run(SECOND);
    world.crash();
    world.empty_keyring();
    world.start();
    world.set(Status::Presenting);
    world.run(SECOND);
    let from = world.now;
    world.sign_in();
    world.run(MINUTE);
    assert_eq!(world.session(), held(Status::Available));
    assert_eq!(count(&world, from, Kind::SetPresence), 2, "what the crash left may land later");
}

#[test]
fn a_keyring_that_never_answers_keeps_nobody_waiting_for_longer_than_a_minute() {
    let mut core = Core::new(Setup::Ready(settings()), Saved::default(), [20; 32]);
    let at = |seconds: u64| Time::ZERO + Duration::from_secs(seconds);
    assert_eq!(core.handle(at(0), Event::Tick), [Effect::Load]);
    let command = Command::Set { status: Status::Away, seconds: None, message: None };
    let asked = core.handle(at(1), Event::Command { command, reply: Some(ReplyTo(1)) });
    let replies = |effects: &[Effect]| {
        let reply = |effect: &&Effect| matches!(effect, Effect::Reply { to: ReplyTo(1), .. });
        effects.iter().filter(reply).count()
    };
    assert_eq!(replies(&asked), 0);
    assert_eq!(core.deadline(), Some(at(61)));
    assert_eq!(replies(&core.handle(at(61), Event::Tick)), 1);
}

#[test]
fn the_reason_for_which_entra_asked_for_patience_is_the_one_that_is_shown() {
    let kinds = [(429, ProblemKind::Throttled), (503, ProblemKind::ServiceBusy)];
    for (status, kind) in kinds {
        let mut world = World::signed_in(416);
        world.set(Status::Available);
        let later = Fault::Status(status, Some(RetryAfter::Seconds(700)));
        world.cloud.fault_between(Kind::Refresh, world.now, world.now + 2 * HOUR, later);
        while count(&world, 0, Kind::Refresh) == 0 {
            world.run(SECOND);
        }
        // The access token lives five minutes longer.
        world.run(6 * MINUTE);
        world.set(Status::Away);
        assert_eq!(problem(&world), Some(kind));
    }
}

#[test]
fn a_status_that_a_late_write_may_have_changed_is_not_shown_as_held() {
    let mut world = World::signed_in(417);
    world.cloud.fault(Kind::SetPresence, 1, Fault::LandLate(9_000));
    world.set(Status::InACall);
    world.run(100);
    world.set(Status::Presenting);
    world.run(4 * SECOND);
    assert_eq!(world.session(), held(Status::Presenting));
    world.run(5 * SECOND + 500);
    world.cloud.fault_between(On::Graph, world.now, world.now + HOUR, Fault::LoseRequest);
    world.run(MINUTE);
    assert_eq!(world.session(), held(Status::InACall), "it landed last");
    let view = world.view();
    assert_eq!((view.session, view.progress), (None, Progress::Waiting));
    assert_eq!(problem(&world), Some(ProblemKind::Offline));
}

#[test]
fn a_sign_in_beside_a_good_one_that_does_not_work_is_shown_and_ends_nothing() {
    let mut world = at_rest(418);
    world.click(Command::SignIn { method: SignInMethod::Browser });
    world.run(6 * MINUTE);
    assert_eq!(problem(&world), Some(ProblemKind::SignInExpired));
    assert!(matches!(world.view().account, AccountView::SignedIn { .. }));
    assert_eq!(world.session(), held(Status::Presenting));
}

#[test]
fn whoever_looks_while_nothing_can_be_asked_is_answered_at_once() {
    let mut world = at_rest(419);
    world.cloud.fault_between(On::Graph, world.now, world.now + HOUR, Fault::LoseRequest);
    world.set(Status::Away);
    world.run(5 * MINUTE);
    let from = world.now;
    let reply = world.click(Command::Look);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert_eq!(since(&world, from), []);
}

#[test]
fn what_wins_over_the_status_in_teams_is_named_as_people_write_it() {
    let mut world = World::signed_in(426);
    let meeting = Shown::new("DoNotDisturb", "Presenting");
    world.cloud.teams(MEGAN, world.now, "meeting room", Some(meeting));
    world.set(Status::Available);
    world.run(2 * SECOND);
    let difference = world.view().difference.expect("something else is seen");
    assert!(difference.text.contains("shows Do not disturb:"), "{}", difference.text);
}

#[test]
fn trouble_says_what_is_done_as_soon_as_it_is_over() {
    let mut world = at_rest(427);
    world.cloud.fault_between(On::Graph, world.now, world.now + HOUR, Fault::LoseRequest);
    let title = |world: &World| world.view().problem.map(|problem| problem.title);
    world.set(Status::Away);
    world.run(SECOND);
    assert_eq!(title(&world).as_deref(), Some("Offline: will set Away when connected"));
    world.click(Command::Clear);
    world.run(SECOND);
    assert_eq!(title(&world).as_deref(), Some("Offline: will clear your status when connected"));
}
