//! What the keyring has to forget is not forgotten, over failures, restarts and other registrations.

use super::*;

#[test]
fn a_sign_out_that_the_keyring_refuses_holds_over_a_quit() {
    let mut world = signed_in_here(450);
    world.keyring(Mood::ReadOnly);
    let reply = world.click(Command::SignOut);
    world.run(4 * SECOND);
    assert_eq!(failure(&world, reply), Some(ProblemKind::NotForgotten));
    world.click(Command::Quit);
    world.run(4 * SECOND);
    assert!(world.exited && world.remembers());
    world.start();
    world.run(MINUTE);
    assert_eq!(world.view().account, AccountView::SignedOut);
    world.keyring(Mood::Works);
    world.run(5 * MINUTE + SECOND);
    assert!(!world.remembers());
    assert_eq!(problem(&world), None);
}

#[test]
fn a_sign_out_that_the_keyring_refuses_holds_over_another_registration_and_back() {
    let mut world = signed_in_here(451);
    world.keyring(Mood::ReadOnly);
    world.click(Command::SignOut);
    world.run(4 * SECOND);
    configure(&mut world, elsewhere());
    configure(&mut world, here());
    assert_eq!(world.view().account, AccountView::SignedOut);
    world.keyring(Mood::Works);
    world.run(5 * MINUTE + SECOND);
    assert!(!world.remembers());
}

#[test]
fn another_registration_leaves_no_sign_in_behind_and_ends_the_session() {
    let mut world = signed_in_here(452);
    world.set(Status::Presenting);
    world.run(MINUTE);
    configure(&mut world, elsewhere());
    assert_eq!(world.session(), SessionState::Absent);
    world.run(MINUTE);
    configure(&mut world, here());
    assert!(!world.remembers());
    assert_eq!(world.view().account, AccountView::SignedOut);
}

#[test]
fn a_registration_that_comes_back_at_once_keeps_sign_in_and_session() {
    let mut world = signed_in_here(456);
    world.set(Status::Presenting);
    world.run(MINUTE);
    configure(&mut world, elsewhere());
    configure(&mut world, here());
    assert!(matches!(world.view().account, AccountView::SignedIn { .. }));
    assert_eq!(world.session(), held(Status::Presenting));
    world.run(HOUR);
    assert!(world.remembers());
    assert_eq!(world.session(), held(Status::Presenting));
}

#[test]
fn another_registration_while_the_program_was_off_leaves_no_sign_in_behind() {
    let mut world = signed_in_here(453);
    world.crash();
    world.setup = elsewhere();
    world.start();
    world.run(2 * MINUTE);
    world.crash();
    world.setup = here();
    world.start();
    world.run(SECOND);
    assert!(!world.remembers());
    assert_eq!(world.view().account, AccountView::SignedOut);
}

#[test]
fn a_registration_that_changes_during_a_sign_out_loses_no_new_sign_in_and_answers() {
    let mut world = signed_in_here(454);
    world.set(Status::Presenting);
    world.run(MINUTE);
    configure(&mut world, elsewhere());
    world.sign_in();
    configure(&mut world, here());
    world.sign_in();
    world.cloud.fault_between(On::Graph, world.now, world.now + MINUTE, Fault::Silence);
    let reply = world.click(Command::SignOut);
    world.run(SECOND);
    world.setup = elsewhere();
    world.click(Command::Reload);
    world.run(4 * SECOND);
    assert!(world.outcome(reply).is_some(), "the sign-out is answered");
    world.sign_in();
    assert!(world.remembers());
    world.run(10 * MINUTE);
    assert!(world.remembers(), "only the older sign-in is forgotten");
}

#[test]
fn who_signs_in_again_is_not_forgotten_by_an_older_sign_out() {
    let mut world = signed_in_here(455);
    world.keyring(Mood::ReadOnly);
    world.click(Command::SignOut);
    world.run(4 * SECOND);
    let reply = world.click(Command::SignIn { method: SignInMethod::Browser });
    world.run(100);
    world.browser(Pick::Megan);
    world.run(2 * SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    world.keyring(Mood::Works);
    world.run(HOUR);
    assert!(world.remembers());
    world.crash();
    world.start();
    world.run(SECOND);
    assert!(matches!(world.view().account, AccountView::SignedIn { .. }));
}

#[test]
fn a_wish_of_somebody_who_is_still_to_be_forgotten_is_not_silently_unset() {
    let mut world = signed_in_here(457);
    world.set(Status::Away);
    world.run(SECOND);
    world.cloud.policy().gives_refresh_tokens = false;
    world.sign_in();
    world.crash();
    world.empty_keyring();
    world.start();
    world.run(SECOND);
    assert_eq!(problem(&world), Some(ProblemKind::SignInNeeded));
}

#[test]
fn a_registration_that_comes_back_goes_on_with_the_newest_tokens() {
    let mut world = signed_in_here(458);
    world.cloud.policy().rotation = Rotation::RevokeOld;
    world.set(Status::Presenting);
    world.run(MINUTE);
    world.cloud.revoke_access(MEGAN);
    configure(&mut world, elsewhere());
    assert_eq!(world.session(), SessionState::Absent);
    configure(&mut world, here());
    world.run(2 * SECOND);
    assert_eq!(world.session(), held(Status::Presenting));
    world.crash();
    world.start();
    world.run(5 * SECOND);
    assert!(matches!(world.view().account, AccountView::SignedIn { .. }));
}

#[test]
fn a_sign_out_that_a_crash_breaks_off_holds() {
    let mut world = signed_in_here(459);
    world.set(Status::Away);
    world.run(SECOND);
    world.cloud.fault(Kind::ClearPresence, 1, Fault::Silence);
    world.click(Command::SignOut);
    world.run(SECOND);
    world.crash();
    world.start();
    world.run(2 * SECOND);
    assert_eq!(world.view().account, AccountView::SignedOut);
    assert!(!world.remembers());
}

#[test]
fn the_sign_in_of_another_registration_is_deleted_beside_one_that_is_still_to_be() {
    let mut world = signed_in_here(460);
    world.keyring(Mood::ReadOnly);
    configure(&mut world, elsewhere());
    world.click(Command::SignOut);
    world.run(4 * SECOND);
    world.crash();
    world.start();
    world.run(30 * SECOND);
    world.keyring(Mood::Works);
    world.run(6 * MINUTE);
    world.setup = here();
    world.crash();
    world.start();
    world.run(2 * SECOND);
    assert_eq!(world.view().account, AccountView::SignedOut);
}
