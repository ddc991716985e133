//! A sign-in ends as the person chose, by browser or by code.

use super::*;

#[test]
fn whoever_is_signed_out_or_not_configured_is_told() {
    let mut world = World::new(130);
    world.run(SECOND);
    for command in wishes() {
        let reply = world.click(command);
        assert_eq!(failure(&world, reply), Some(ProblemKind::SignInNeeded));
    }
    let missing = Problem::new(ProblemKind::NotConfigured, "Not configured", "No file.", "");
    let mut world = World::with(Setup::Invalid(missing), Options::default(), 131);
    world.run(SECOND);
    let sign_in = Command::SignIn { method: SignInMethod::Browser };
    for command in wishes().into_iter().chain([sign_in]) {
        let reply = world.click(command);
        assert_eq!(failure(&world, reply), Some(ProblemKind::NotConfigured));
    }
    assert_eq!(world.view().account, AccountView::NotConfigured);
    assert_eq!(world.sent, []);
}

#[test]
fn a_wish_without_a_sign_in_is_a_problem_that_stands() {
    let wants = Settings { on_start: OnStart::Want(Status::Available), ..settings() };
    let mut world = World::with(Setup::Ready(wants), Options::default(), 132);
    world.run(MINUTE);
    assert_eq!(problem(&world), Some(ProblemKind::SignInNeeded));
    assert_eq!(world.notices.len(), 1);
    world.sign_in();
    world.run(2 * SECOND);
    assert_eq!(world.session(), held(Status::Available));
    assert_eq!(world.view().problem, None);
}

#[test]
fn a_sign_in_that_the_person_cancels_changes_nothing() {
    let mut world = World::signed_in(133);
    world.set(Status::Available);
    world.run(SECOND);
    for cancel_in_browser in [true, false] {
        let reply = world.click(Command::SignIn { method: SignInMethod::Browser });
        world.run(SECOND);
        if cancel_in_browser {
            world.browser(Pick::Cancel);
        } else {
            world.click(Command::CancelSignIn);
        }
        world.run(SECOND);
        assert_eq!(failure(&world, reply), Some(ProblemKind::SignInCancelled));
    }
    let from = world.now;
    world.run(HOUR);
    assert_eq!(world.cloud.lapses(MEGAN, from, world.now), []);
    assert_eq!(world.notices, []);
}

#[test]
fn a_sign_in_that_nobody_finishes_ends_after_five_minutes() {
    let mut world = World::new(134);
    let reply = world.click(Command::SignIn { method: SignInMethod::Browser });
    world.run(SECOND);
    assert!(matches!(world.view().account, AccountView::SigningIn { url: Some(_), .. }));
    world.run(5 * MINUTE - 2 * SECOND);
    assert_eq!(world.outcome(reply), None);
    world.run(2 * SECOND);
    assert_eq!(failure(&world, reply), Some(ProblemKind::SignInExpired));
    assert_eq!(world.view().account, AccountView::SignedOut);
}

#[test]
fn a_redirect_of_an_older_attempt_changes_nothing() {
    let mut world = World::new(135);
    let older = world.click(Command::SignIn { method: SignInMethod::Browser });
    let newer = world.click(Command::SignIn { method: SignInMethod::Browser });
    assert_eq!(failure(&world, older), Some(ProblemKind::SignInCancelled));
    let attempt = presence_core::AttemptId(1);
    world.happen(Event::Redirected { attempt, redirect: presence_core::Redirect::Code });
    world.run(SECOND);
    assert_eq!(world.sent, []);
    world.browser(Pick::Megan);
    world.run(SECOND);
    assert_eq!(world.outcome(newer), Some(&Outcome::Done));
}

#[test]
fn a_code_that_meets_a_bad_moment_is_redeemed_again() {
    let mut world = World::new(136);
    let reply = world.click(Command::SignIn { method: SignInMethod::Browser });
    world.run(SECOND);
    world.cloud.fault(Kind::Redeem, 2, Fault::LoseRequest);
    world.browser(Pick::Megan);
    world.run(20 * SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
}

#[test]
fn a_device_code_signs_in_at_the_pace_that_was_asked_for() {
    let mut world = World::new(137);
    world.cloud.fault(Kind::PollDevice, 1, Fault::Status(503, Some(RetryAfter::Seconds(20))));
    let code = device_code(&mut world);
    world.run(2 * MINUTE);
    assert!(matches!(world.view().account, AccountView::SigningIn { code: Some(_), .. }));
    let polls: Vec<Millis> = polls(&world);
    assert!(polls[1] - polls[0] >= 20 * SECOND, "Retry-After");
    for pair in polls[1..].windows(2) {
        let pause = pair[1] - pair[0];
        assert!((5 * SECOND..6 * SECOND).contains(&pause), "{pause} ms");
    }
    world.enter_code(&code, Pick::Megan);
    world.run(6 * SECOND);
    assert!(matches!(world.view().account, AccountView::SignedIn { .. }));
    assert!(world.remembers());
}

#[test]
fn a_device_code_slows_down_when_told_to() {
    let mut world = World::new(138);
    device_code(&mut world);
    world.run(12 * SECOND);
    // A poll from elsewhere makes ours too quick for the service, which adds five seconds each time.
    let poll = world.device_poll();
    let early = world.cloud.handle(world.now, poll);
    assert_eq!(early.value()["error"], "slow_down");
    let from = polls(&world).len();
    world.run(2 * MINUTE);
    let pauses: Vec<Millis> =
        polls(&world)[from..].windows(2).map(|pair| (pair[1] - pair[0]) / SECOND).collect();
    assert_eq!(pauses[..3], [10, 15, 20]);
}

#[test]
fn a_device_code_that_the_person_declines_or_forgets_ends() {
    let mut world = World::new(139);
    let code = device_code(&mut world);
    world.enter_code(&code, Pick::Cancel);
    world.run(6 * SECOND);
    assert_eq!(problem(&world), Some(ProblemKind::SignInCancelled));
    device_code(&mut world);
    world.run(15 * MINUTE);
    assert_eq!(problem(&world), Some(ProblemKind::SignInExpired));
    assert_eq!(world.view().account, AccountView::SignedOut);
    let from = world.now;
    world.run(HOUR);
    assert_eq!(since(&world, from), []);
}

#[test]
fn a_sign_in_that_is_broken_off_makes_way_at_once() {
    let mut world = World::signed_in(140);
    world.run(MINUTE);
    device_code(&mut world);
    world.cloud.fault(Kind::PollDevice, 1, Fault::Late(60_000));
    world.run(8 * SECOND);
    world.click(Command::CancelSignIn);
    let reply = world.set(Status::Away);
    world.run(SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
}

/// A core that knows that nobody is signed in.
fn nobody() -> Core {
    let mut core = Core::new(here(), Saved::default(), [21; 32]);
    core.handle(Time::from_millis(0), Event::Tick);
    core.handle(Time::from_millis(1), Event::Vault(VaultEvent::Absent));
    core
}

/// Lets it open the browser.
fn open(core: &mut Core, now: i64, reply: Option<ReplyTo>) -> AttemptId {
    let command = Command::SignIn { method: SignInMethod::Browser };
    let effects = core.handle(Time::from_millis(now), Event::Command { command, reply });
    let opened = effects.iter().find_map(|effect| match effect {
        Effect::OpenSignIn { attempt, .. } => Some(*attempt),
        _ => None,
    });
    opened.expect("the browser opens")
}

fn redirected(attempt: AttemptId) -> Event {
    Event::Redirected { attempt, redirect: Redirect::Code }
}

#[test]
fn tokens_of_a_sign_in_that_does_not_say_whose_it_is_are_dropped() {
    let mut core = nobody();
    let attempt = open(&mut core, 2, None);
    let called = core.handle(Time::from_millis(3), redirected(attempt));
    let [Effect::Call { id, .. }] = called[..] else { panic!("{called:?}") };
    let access_for = Duration::from_secs(3_600);
    let answer = Answer::Granted(Granted { account: None, access_for, may_set_presence: true });
    let effects = core.handle(Time::from_millis(4), Event::Answered { id, answer });
    assert!(effects.contains(&Effect::Drop(GrantId(id.0))), "{effects:?}");
}

#[test]
fn the_redirect_of_an_older_attempt_is_not_taken_for_the_newest_ones() {
    let mut core = nobody();
    let (older, newest) = (open(&mut core, 2, None), open(&mut core, 3, None));
    assert_eq!(core.handle(Time::from_millis(4), redirected(older)), []);
    let effects = core.handle(Time::from_millis(5), redirected(newest));
    assert!(matches!(effects[..], [Effect::Call { .. }]), "{effects:?}");
}

#[test]
fn a_sign_in_that_cannot_begin_says_why_and_is_over() {
    let mut core = nobody();
    let attempt = open(&mut core, 2, Some(ReplyTo(1)));
    let problem = Problem::new(ProblemKind::SignInFailed, "No port is free", "", "");
    let now = Time::from_millis(3);
    let impossible = Event::SignInImpossible { attempt, problem: problem.clone() };
    let effects = core.handle(now, impossible);
    let told = Effect::Reply { to: ReplyTo(1), outcome: Outcome::Failed(problem.clone()) };
    assert!(effects.contains(&told), "{effects:?}");
    let view = core.view(now);
    assert_eq!((view.account, view.problem), (AccountView::SignedOut, Some(problem)));
}
