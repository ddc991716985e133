//! The keyring may be away, locked or full.

use super::*;

#[test]
fn a_keyring_that_comes_late_is_waited_for_and_told_of_once() {
    let mut world = World::signed_in(150);
    world.set(Status::Available);
    world.run(SECOND);
    world.crash();
    world.keyring(Mood::Unavailable);
    world.start();
    world.run(30 * MINUTE);
    assert_eq!(problem(&world), Some(ProblemKind::KeyringUnavailable));
    assert_eq!(world.view().account, AccountView::Looking);
    assert_eq!(world.notices.len(), 1);
    let reply = world.set(Status::InACall);
    world.run(SECOND);
    assert_eq!(failure(&world, reply), Some(ProblemKind::KeyringUnavailable));
    world.keyring(Mood::Works);
    world.run(5 * MINUTE + 5 * SECOND);
    assert_eq!(world.session(), held(Status::InACall));
    assert_eq!(world.view().problem, None);
}

#[test]
fn a_sign_in_that_cannot_be_stored_works_is_told_once_and_stored_later() {
    let mut world = World::new(151);
    world.keyring(Mood::ReadOnly);
    world.sign_in();
    let reply = world.set(Status::Available);
    world.run(3 * HOUR);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert_eq!(world.session(), held(Status::Available));
    assert_eq!(problem(&world), Some(ProblemKind::NotRemembered));
    assert_eq!(world.notices.len(), 1, "{:?}", world.notices);
    world.keyring(Mood::Works);
    world.run(5 * MINUTE + SECOND);
    assert!(world.remembers());
    assert_eq!(world.view().problem, None);
}

#[test]
fn a_choice_made_before_the_keyring_says_that_nobody_is_signed_in_changes_nothing() {
    let mut world = World::new(62);
    let reply = world.set(Status::Away);
    world.run(SECOND);
    assert_eq!(failure(&world, reply), Some(ProblemKind::SignInNeeded));
    assert_eq!(world.view().wish, None);
}

#[test]
fn a_keyring_that_is_slow_to_fail_is_no_older_trouble_for_it() {
    let mut core = Core::new(Setup::Ready(settings()), Saved::default(), [152; 32]);
    let at = |seconds: u64| Time::ZERO + Duration::from_secs(seconds);
    assert_eq!(core.handle(at(0), Event::Tick), [Effect::Load]);
    let failed = at(600);
    let problem = Problem::new(ProblemKind::KeyringUnavailable, "Locked", "", "");
    let fails = || Event::Vault(VaultEvent::Unavailable(problem.clone()));
    core.handle(failed, fails());
    while let Some(due) = core.deadline().filter(|due| due.since(failed) < Duration::from_secs(900))
    {
        if core.handle(due, Event::Tick).contains(&Effect::Load) {
            core.handle(due, fails());
            let pause = core.deadline().map(|next| next.since(due));
            assert!(pause <= Some(Duration::from_secs(60)), "{pause:?} at {due:?}");
        }
    }
}
