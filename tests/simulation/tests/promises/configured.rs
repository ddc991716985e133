//! A configuration that is read again applies at once, and one with a mistake breaks nothing that works.

use super::*;

#[test]
fn a_mistake_is_said_and_the_configuration_before_it_stays_in_force() {
    let mut world = World::signed_in(340);
    world.set(Status::Available);
    world.run(MINUTE);
    world.setup = Setup::Invalid(mistake());

    let reply = world.click(Command::Reload);
    world.run(SECOND);

    assert_eq!(failure(&world, reply), Some(ProblemKind::NotConfigured));
    let view = world.view();
    assert_eq!(view.problem, None, "what holds is not hidden by it");
    assert_eq!(view.desktop.len(), 1);
    assert!(view.desktop[0].detail.ends_with("keeps the previous configuration."));
    assert_eq!(world.notices.len(), 1);
    let from = world.now;
    world.run(HOUR);
    assert_eq!(world.cloud.lapses(MEGAN, from, world.now), []);

    world.setup = Setup::Ready(settings());
    let reply = world.click(Command::Reload);
    world.run(SECOND);
    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert_eq!(world.view().desktop, []);
}

#[test]
fn a_reload_that_changes_nothing_calls_nobody() {
    let mut world = World::signed_in(341);
    world.set(Status::InACall);
    world.run(MINUTE);
    let from = world.now;
    world.click(Command::Reload);
    world.run(MINUTE);
    assert_eq!(since(&world, from), []);
}

#[test]
fn another_expiration_applies_with_the_next_renewal() {
    let mut world = World::signed_in(342);
    world.set(Status::InACall);
    world.run(MINUTE);
    let expiration = Duration::from_secs(1_800);
    world.setup = Setup::Ready(Settings { expiration, ..settings() });
    world.click(Command::Reload);
    let from = world.now;
    world.run(40 * MINUTE);
    assert_eq!(sets(&world, from).first().map(|(_, span)| *span), Some(expiration));
}

#[test]
fn the_first_configuration_that_works_is_the_start() {
    for (on_start, expected) in
        [(OnStart::Nothing, None), (OnStart::Want(Status::Away), Some(Status::Away))]
    {
        let mut world = World::signed_in(343);
        world.set(Status::InACall);
        world.run(SECOND);
        world.setup = Setup::Invalid(mistake());
        world.crash();
        world.start();
        world.run(SECOND);
        world.setup = Setup::Ready(Settings { on_start, ..settings() });
        world.click(Command::Reload);
        world.run(5 * SECOND);
        assert_eq!(world.view().wish.map(|wish| wish.status), expected);
    }
}

#[test]
fn after_a_timed_status_comes_nothing_for_those_who_say_so() {
    let clears = Settings { on_end: OnEnd::Clear, ..settings() };
    let mut world = World::with(Setup::Ready(clears), Options::default(), 344);
    world.sign_in();
    world.set(Status::Available);
    world.run(MINUTE);
    world.set_for(Status::Presenting, 600);
    world.run(11 * MINUTE);
    assert_eq!(world.session(), SessionState::Absent);
    assert_eq!(world.view().wish, None);
}

fn mistake() -> Problem {
    let detail = "config.toml, line 1, column 1: a mistake.";
    Problem::new(ProblemKind::NotConfigured, "The configuration has a mistake", detail, "Mend it.")
}

#[test]
fn a_shorter_expiration_that_was_never_confirmed_is_not_outlived() {
    let long = Settings { expiration: Duration::from_secs(14_400), ..settings() };
    let mut world = World::with(Setup::Ready(long), Options::default(), 250);
    world.sign_in();
    world.set(Status::InACall);
    world.run(MINUTE);
    let short = Settings { expiration: Duration::from_secs(300), ..settings() };
    world.setup = Setup::Ready(short);
    world.click(Command::Reload);
    world.run(SECOND);
    world.cloud.fault(Kind::SetPresence, 1, Fault::LoseAnswer);
    world.cloud.fault_between(On::All, world.now, world.now + HOUR, Fault::LoseRequest);
    world.set(Status::InACall);
    world.run(10 * MINUTE);
    assert!(world.session().is_lapse());
    assert_eq!(world.view().session, None, "what nobody confirmed is not shown");
}
