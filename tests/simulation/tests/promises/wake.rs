//! Sleep, crash and restart lose neither the wish nor the sign-in.

use super::*;

#[test]
fn after_sleep_the_session_is_set_again_at_once() {
    for seed in 90..110 {
        let mut world = World::signed_in(seed);
        world.set(Status::Available);
        world.run(SECOND + seed * 2_111);
        world.sleep(9 * HOUR);
        world.run(3 * SECOND);
        assert_eq!(world.session(), held(Status::Available), "seed {seed}");
    }
}

#[test]
fn after_sleep_without_a_network_the_session_is_set_when_the_network_comes() {
    let mut world = World::signed_in(111);
    world.set(Status::Available);
    world.run(SECOND);
    let wake = world.now + 9 * HOUR;
    world.cloud.fault_between(On::All, world.now, wake + 20 * SECOND, Fault::LoseRequest);
    world.sleep(9 * HOUR);
    world.run(21 * SECOND);
    world.happen(Event::Woke(Woke::Network));
    world.run(3 * SECOND);
    assert_eq!(world.session(), held(Status::Available));
}

#[test]
fn a_crash_at_any_moment_loses_neither_wish_nor_sign_in() {
    for rotation in [Rotation::Keep, Rotation::RevokeOld] {
        for step in 0..60 {
            let mut world = World::signed_in(112);
            world.cloud.policy().rotation = rotation;
            world.set(Status::InACall);
            world.run(SECOND);
            // The token is renewed with the first call after an hour or so.
            world.run(80 * MINUTE);
            world.cloud.revoke_access(MEGAN);
            world.set(Status::Presenting);
            world.run(step * 17);
            let unstored = world.stores_due();
            world.crash();
            world.run(3 * SECOND);
            world.start();
            world.run(5 * SECOND);
            let wish = world.view().wish.map(|wish| wish.status);
            assert_eq!(wish, Some(Status::Presenting), "step {step}");
            // Where the service drops the old token before the new one has reached the keyring, no order
            // of our own steps can save it: the person signs in once more, and the wish is still there.
            if rotation == Rotation::RevokeOld && unstored {
                continue;
            }
            assert_eq!(world.session(), held(Status::Presenting), "step {step}");
            assert_eq!(world.view().problem, None);
        }
    }
}

#[test]
fn what_an_earlier_run_sent_does_not_win_when_it_lands_late() {
    let mut world = World::signed_in(116);
    world.set(Status::Away);
    world.run(SECOND);
    world.cloud.fault(Kind::SetPresence, 1, Fault::LandLate(6_000));
    world.set(Status::Available);
    world.run(200);
    world.set(Status::InACall);
    world.crash();
    world.start();
    world.run(15 * SECOND);
    assert_eq!(world.session(), held(Status::InACall));
}

#[test]
fn a_sign_in_lost_to_rotation_in_a_crash_is_said_and_the_wish_survives() {
    let mut world = World::signed_in(113);
    world.cloud.policy().rotation = Rotation::RevokeOld;
    world.set(Status::InACall);
    world.run(SECOND);
    world.cloud.revoke_access(MEGAN);
    world.cloud.fault(Kind::Refresh, 1, Fault::LoseAnswer);
    world.set(Status::Presenting);
    world.run(400);
    world.crash();
    world.start();
    world.run(5 * SECOND);
    assert_eq!(problem(&world), Some(ProblemKind::SignInNeeded));
    world.sign_in();
    world.run(2 * SECOND);
    assert_eq!(world.session(), held(Status::Presenting));
}

#[test]
fn a_restart_resumes_or_not_as_the_settings_say() {
    let cases = [
        (OnStart::Resume, held(Status::InACall)),
        (OnStart::Want(Status::Away), held(Status::Away)),
    ];
    for (on_start, expected) in cases {
        let mut world = World::signed_in(114);
        world.set(Status::InACall);
        world.run(SECOND);
        world.setup = Setup::Ready(Settings { on_start, ..settings() });
        world.crash();
        world.start();
        world.run(5 * SECOND);
        assert_eq!(world.session(), expected);
    }
    let mut world = World::signed_in(115);
    world.set(Status::InACall);
    world.run(SECOND);
    world.setup = Setup::Ready(Settings { on_start: OnStart::Nothing, ..settings() });
    world.crash();
    world.start();
    let from = world.now;
    world.run(HOUR);
    assert_eq!(since(&world, from), []);
}

#[test]
fn a_call_that_the_networks_return_overtook_is_made_again_at_once() {
    for seed in 120..130 {
        let mut world = World::signed_in(seed);
        world.set(Status::InACall);
        world.run(SECOND);
        let end = world.now + 3 * HOUR;
        world.cloud.fault_between(On::All, 0, end, Fault::Silence);
        world.set(Status::Presenting);
        world.run_until(end - SECOND);
        // Whatever the pause is, a call is on its way when the network comes.
        world.set(Status::Presenting);
        world.run_until(end);
        world.happen(Event::Woke(Woke::Network));
        world.run(33 * SECOND);
        assert_eq!(world.session(), held(Status::Presenting), "seed {seed}");
    }
}

#[test]
fn a_network_that_comes_and_goes_is_no_reason_for_many_calls() {
    let mut world = World::signed_in(131);
    world.set(Status::Available);
    world.run(MINUTE);
    let from = world.now;
    world.cloud.fault_between(On::All, from, from + 10 * MINUTE, Fault::LoseRequest);
    for _ in 0..300 {
        world.run(2 * SECOND);
        world.happen(Event::Woke(Woke::Network));
    }
    assert!(busiest_minute(&world, from) <= 8, "{} calls", busiest_minute(&world, from));
    world.run(MINUTE);
    assert_eq!(world.session(), held(Status::Available));
}
