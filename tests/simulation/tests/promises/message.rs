//! The status message goes with its status, and what a person wrote in Teams is theirs.

use presence_core::MessageState;

use super::*;

fn stands(world: &World) -> Option<&str> {
    world.cloud.message(MEGAN, world.now)
}

fn with(status: Status, seconds: Option<u64>, message: &str) -> Command {
    Command::Set { status, seconds, message: Some(message.parse().expect("it is a message")) }
}

fn state(world: &World) -> Option<MessageState> {
    world.view().message.map(|message| message.state)
}

#[test]
fn a_message_is_set_with_its_status_by_one_reading_and_one_call() {
    let mut world = World::signed_in(300);
    let from = world.now;
    let reply = world.set_with(Status::Away, "Back at 3");
    world.run(2 * SECOND);

    assert_eq!(world.outcome(reply), Some(&Outcome::Done));
    assert_eq!(stands(&world), Some("Back at 3"));
    assert_eq!(state(&world), Some(MessageState::Set));
    let expected = [Kind::SetPresence, Kind::ReadPresence, Kind::SetMessage];
    assert_eq!(kinds(&world, from), expected, "the reading serves whoever looks, too");
    assert!(world.view().effective.is_some());
}

#[test]
fn another_choice_a_clear_a_quit_and_a_sign_out_end_it() {
    for (seed, command) in [
        Command::Set { status: Status::Available, seconds: None, message: None },
        Command::Set { status: Status::Away, seconds: None, message: None },
        Command::Toggle { status: Status::Away, message: None },
        Command::Clear,
        Command::Quit,
        Command::SignOut,
    ]
    .into_iter()
    .enumerate()
    {
        let mut world = World::signed_in(310 + seed as u64);
        world.set_with(Status::Away, "R&D <3 you");
        world.run(MINUTE);
        assert_eq!(stands(&world), Some("R&amp;D &lt;3 you"), "as the service keeps it");
        world.click(command.clone());
        world.run(4 * SECOND);
        assert_eq!(stands(&world), None, "{command:?}");
        assert_ne!(state(&world), Some(MessageState::Set), "{command:?}");
    }
}

#[test]
fn a_message_takes_the_place_of_ours_and_a_longer_time_keeps_it() {
    let mut world = World::signed_in(320);
    world.set_with(Status::Away, "one");
    world.run(MINUTE);
    world.set_with(Status::Presenting, "two");
    world.run(2 * SECOND);
    assert_eq!(stands(&world), Some("two"));
    world.click(Command::SetDuration { seconds: Some(3_600) });
    world.run(50 * MINUTE);
    assert_eq!(stands(&world), Some("two"));
    world.run(11 * MINUTE);
    assert_eq!(stands(&world), None, "it ends with the status");
    let recent: Vec<_> = world.view().recent_messages.iter().cloned().map(String::from).collect();
    assert_eq!(recent, ["two", "one"]);
}

#[test]
fn what_a_person_wrote_in_teams_is_kept_and_the_status_set() {
    let mut world = World::signed_in(330);
    world.cloud.writes(MEGAN, world.now, Some("On holiday"));
    let reply = world.set_with(Status::Away, "Back at 3");
    world.run(2 * SECOND);
    assert_eq!(failure(&world, reply), Some(ProblemKind::MessageKept));
    assert!(matches!(world.outcome(reply), Some(Outcome::Partly(_))));
    assert_eq!(world.session(), held(Status::Away));
    assert_eq!(problem(&world), None, "it is no trouble of the status");
    world.click(Command::Clear);
    world.run(MINUTE);
    assert_eq!(stands(&world), Some("On holiday"));
    assert_eq!(count(&world, 0, Kind::SetMessage), 0);
}

#[test]
fn what_a_person_wrote_over_ours_is_kept_whatever_ends() {
    for (seed, end) in [Command::Clear, Command::Quit, Command::SignOut].into_iter().enumerate() {
        let mut world = World::signed_in(340 + seed as u64);
        world.set_with(Status::Away, "Back at 3");
        world.run(HOUR);
        world.cloud.writes(MEGAN, world.now, Some("On holiday"));
        world.run(20 * HOUR);
        assert_eq!(stands(&world), Some("On holiday"));
        world.click(end);
        world.run(MINUTE);
        assert_eq!(stands(&world), Some("On holiday"));
    }
}

#[test]
fn what_a_person_deleted_in_teams_does_not_come_back() {
    let mut world = World::signed_in(345);
    world.set_with(Status::Away, "Back at 3");
    world.run(HOUR);
    world.cloud.writes(MEGAN, world.now, None);
    world.run(24 * HOUR);
    assert_eq!(stands(&world), None);
    assert_eq!(world.session(), held(Status::Away));
}

#[test]
fn a_timed_message_expires_with_its_status_though_the_machine_is_off() {
    let mut world = World::signed_in(350);
    world.click(with(Status::Away, Some(1_800), "Lunch"));
    world.run(MINUTE);
    world.crash();
    world.run(28 * MINUTE);
    assert_eq!(stands(&world), Some("Lunch"));
    world.run(2 * MINUTE);
    assert_eq!(stands(&world), None);
}

#[test]
fn a_message_without_an_end_is_renewed_seldom_and_outlives_the_machine_by_half_a_day() {
    let mut world = World::signed_in(351);
    world.set_with(Status::Away, "Travelling");
    world.run(8 * HOUR);
    assert_eq!(count(&world, 0, Kind::SetMessage), 1);
    world.run(40 * HOUR);
    assert_eq!(stands(&world), Some("Travelling"));
    assert!(count(&world, 0, Kind::SetMessage) <= 6, "one in nine hours");
    world.crash();
    world.run(12 * HOUR);
    assert_eq!(stands(&world), None);
}

#[test]
fn a_quit_that_keeps_the_session_lets_the_message_expire_with_it() {
    let keeps = Settings { on_quit: OnQuit::Keep, ..settings() };
    let mut world = World::with(Setup::Ready(keeps), Options::default(), 352);
    world.sign_in();
    world.set_with(Status::Away, "Back at 3");
    world.run(MINUTE);
    world.click(Command::Quit);
    world.run(50 * MINUTE);
    assert_eq!(stands(&world), Some("Back at 3"));
    assert_eq!(world.session(), held(Status::Away));
    world.run(10 * MINUTE);
    assert_eq!(stands(&world), None);
}

#[test]
fn a_crash_between_status_and_message_leaves_no_doubt() {
    for after in [0, 60, 120, 200, 300, 400, 500, 700] {
        let mut world = World::signed_in(360 + after);
        world.set_with(Status::Away, "Back at 3");
        world.run(after);
        world.crash();
        world.run(SECOND);
        world.start();
        world.run(15 * SECOND);
        assert_eq!(stands(&world), Some("Back at 3"), "{after}: set again with the status");

        world.set_with(Status::Presenting, "Do not knock");
        world.run(after);
        world.crash();
        world.setup = Setup::Ready(Settings { on_start: OnStart::Nothing, ..settings() });
        world.run(SECOND);
        world.start();
        world.run(15 * SECOND);
        assert_eq!(stands(&world), None, "{after}: no status is wanted any more");
    }
}

#[test]
fn a_message_that_is_refused_does_not_touch_the_status() {
    for (seed, fault) in
        [Fault::Status(403, None), Fault::Says(400, Words::new("too long"))].into_iter().enumerate()
    {
        let mut world = World::signed_in(370 + seed as u64);
        world.cloud.fault_between(Kind::SetMessage, 0, Millis::MAX, fault);
        let reply = world.set_with(Status::Away, "Back at 3");
        world.run(2 * HOUR);
        assert_eq!(failure(&world, reply), Some(ProblemKind::MessageRefused));
        assert_eq!(world.session(), held(Status::Away));
        assert_eq!(state(&world), Some(MessageState::NotSet));
        assert_eq!(problem(&world), None);
        assert!(world.notices.is_empty());
        assert_eq!(count(&world, 0, Kind::SetMessage), 1, "it is not tried again unasked");
    }
}

#[test]
fn a_message_follows_when_the_service_is_back_and_is_no_trouble_of_the_status() {
    let mut world = World::signed_in(375);
    let until = world.now + 10 * MINUTE;
    world.cloud.fault_between(Kind::SetMessage, 0, until, Fault::Status(503, None));
    let reply = world.set_with(Status::Away, "Back at 3");
    world.run(5 * MINUTE);
    assert_eq!(failure(&world, reply), Some(ProblemKind::ServiceBusy));
    assert_eq!((problem(&world), state(&world)), (None, Some(MessageState::Setting)));
    assert!(count(&world, 0, Kind::SetMessage) < 15, "it is tried with a backoff");
    world.run(7 * MINUTE);
    assert_eq!(stands(&world), Some("Back at 3"));
}

#[test]
fn a_write_that_lands_late_is_overtaken() {
    let mut world = World::signed_in(376);
    world.cloud.fault(Kind::SetMessage, 1, Fault::LandLate(9_000));
    world.set_with(Status::Away, "Back at 3");
    world.run(SECOND);
    world.click(Command::Clear);
    world.run(15 * SECOND);
    assert_eq!(stands(&world), None);
}

#[test]
fn a_person_s_message_is_ended_with_their_own_tokens_and_never_given_to_another() {
    let mut world = signed_in_here(380);
    world.cloud.writes(ALEX, world.now, Some("Alex was here"));
    world.set_with(Status::Away, "Back at 3");
    world.run(MINUTE);
    world.sign_in_as(Pick::Alex);
    world.run(10 * SECOND);
    assert_eq!(stands(&world), None, "Megan's is ended");
    assert_eq!(world.cloud.message(ALEX, world.now), Some("Alex was here"));
    world.click(Command::Clear);
    world.run(MINUTE);
    assert_eq!(world.cloud.message(ALEX, world.now), Some("Alex was here"));
    assert!(world.view().recent_messages.is_empty(), "what Megan wrote is hers");
}

#[test]
fn a_message_goes_on_at_another_registration_of_the_same_person() {
    let mut world = signed_in_here(381);
    world.set_with(Status::Away, "Back at 3");
    world.run(MINUTE);
    configure(&mut world, elsewhere());
    world.sign_in();
    world.run(10 * SECOND);
    assert_eq!(stands(&world), Some("Back at 3"));
    world.click(Command::Clear);
    world.run(5 * SECOND);
    assert_eq!(stands(&world), None);
}

#[test]
fn a_sleep_ends_the_message_with_the_status_and_the_morning_brings_it_back() {
    let mut world = World::signed_in(382);
    world.set_with(Status::Away, "Back at 3");
    world.run(MINUTE);
    world.fall_asleep();
    world.run(3 * SECOND);
    assert_eq!(stands(&world), None);
    world.sleep(HOUR);
    world.run(10 * SECOND);
    assert_eq!(stands(&world), Some("Back at 3"));
}

#[test]
fn a_person_who_changes_the_message_often_and_leaves_leaves_none() {
    let mut world = World::signed_in(383);
    for word in ["one", "two", "three", "four"] {
        world.set_with(Status::Away, word);
        world.run(2 * SECOND);
        assert_eq!(stands(&world), Some(word));
    }
    world.click(Command::Quit);
    world.run(4 * SECOND);
    assert_eq!(stands(&world), None);
}

#[test]
fn a_quit_that_keeps_the_session_keeps_no_message_without_one() {
    let keeps = Settings { on_quit: OnQuit::Keep, ..settings() };
    let mut world = World::with(Setup::Ready(keeps), Options::default(), 384);
    world.sign_in();
    world.set_with(Status::Away, "Back at 3");
    world.run(MINUTE);
    let reply = world.click(Command::Clear);
    while world.outcome(reply).is_none() {
        world.run(10);
    }
    world.click(Command::Quit);
    world.run(4 * SECOND);
    assert_eq!(stands(&world), None);
}

#[test]
fn a_removal_before_a_sleep_whose_answer_was_lost_is_made_good_in_the_morning() {
    for times in [1, 9] {
        let mut world = World::signed_in(385 + u64::from(times));
        world.set_with(Status::Available, "Back at 3");
        world.run(MINUTE);
        world.cloud.fault(Kind::SetMessage, times, Fault::LoseAnswer);
        world.fall_asleep();
        world.run(4 * SECOND);
        assert_eq!(stands(&world), None);
        world.cloud.heal();
        world.sleep(5 * MINUTE);
        world.run(10 * SECOND);
        assert_eq!(stands(&world), Some("Back at 3"), "lost {times} times");
        assert_eq!(state(&world), Some(MessageState::Set));
    }
}

#[test]
fn a_choice_that_nobody_signed_in_could_make_brings_the_message_back_with_the_status() {
    let mut world = signed_in_here(390);
    world.set_with(Status::Away, "Back at 3");
    world.run(MINUTE);
    world.crash();
    world.start();
    let reply = world.set(Status::Available);
    configure(&mut world, elsewhere());
    assert_eq!(failure(&world, reply), Some(ProblemKind::SignInNeeded));
    configure(&mut world, here());
    world.run(10 * SECOND);
    assert_eq!(stands(&world), Some("Back at 3"));
    assert_eq!(state(&world), Some(MessageState::Set));
}

#[test]
fn a_reading_that_gets_through_shortens_no_backoff_of_the_status() {
    let mut world = World::signed_in(391);
    world.set_with(Status::Away, "Back at 3");
    world.run(MINUTE);
    let (from, until) = (world.now, world.now + 10 * MINUTE);
    world.cloud.fault_between(Kind::SetPresence, from, until, Fault::Status(429, None));
    world.set(Status::Presenting);
    world.run(10 * MINUTE);
    assert!(count(&world, from, Kind::ReadPresence) > 0, "the message of before is removed");
    assert_eq!(problem(&world), Some(ProblemKind::Throttled));
    let tries = count(&world, from, Kind::SetPresence);
    assert!(tries < 20, "{tries} tries in ten minutes");
}

#[test]
fn a_message_left_at_another_registration_is_removed_by_the_next_run() {
    let mut world = signed_in_here(392);
    world.set_with(Status::Away, "Back at 3");
    world.run(MINUTE);
    world.cloud.fault_between(On::Graph, 0, world.now + HOUR, Fault::Status(503, None));
    world.click(Command::Clear);
    configure(&mut world, elsewhere());
    world.run(10 * MINUTE);
    world.crash();
    world.start();
    world.run(HOUR);
    assert_eq!(stands(&world), Some("Back at 3"), "nobody could");
    world.sign_in();
    world.run(MINUTE);
    assert_eq!(stands(&world), None);
}

#[test]
fn a_message_left_with_a_sign_in_that_was_revoked_is_removed_with_the_next() {
    let mut world = signed_in_here(395);
    world.set_with(Status::Away, "Back at 3");
    world.run(MINUTE);
    let until = world.now + 10 * MINUTE;
    world.cloud.fault_between(On::Graph, 0, until, Fault::Status(503, None));
    world.click(Command::Clear);
    configure(&mut world, elsewhere());
    world.cloud.revoke(MEGAN);
    world.run(2 * HOUR);
    assert_eq!(stands(&world), Some("Back at 3"), "nobody could");
    world.sign_in();
    world.run(MINUTE);
    assert_eq!(stands(&world), None);
}

#[test]
fn a_message_is_tried_again_when_the_service_said_so() {
    let mut world = World::signed_in(396);
    world.cloud.fault(Kind::SetMessage, 8, Fault::LoseRequest);
    let asks = Fault::Status(503, Some(RetryAfter::Seconds(20)));
    world.cloud.fault(Kind::SetMessage, 1, asks);
    world.set_with(Status::Away, "Back at 3");
    while count(&world, 0, Kind::SetMessage) < 9 {
        world.run(SECOND);
    }
    world.run(25 * SECOND);
    assert_eq!(stands(&world), Some("Back at 3"));
}

#[test]
fn nobodys_status_waits_for_the_message_of_the_person_before() {
    let pins = Setup::Ready(Settings { pin_away: true, ..settings() });
    let mut world = two_registrations(pins, 397);
    world.sign_in();
    world.set_with(Status::Away, "Back at 3");
    world.run(MINUTE);
    let from = world.now;
    world.sign_in_as(Pick::Alex);
    world.run(10 * SECOND);
    assert_eq!(stands(&world), None);
    let calls = kinds(&world, from);
    let first = |kind| calls.iter().position(|of| *of == kind);
    assert!(first(Kind::ClearPresence) < first(Kind::SetPresence), "{calls:?}");
    assert!(first(Kind::SetPresence) < first(Kind::SetPreferred), "{calls:?}");
    assert!(first(Kind::SetPreferred) < first(Kind::SetMessage), "{calls:?}");
}

#[test]
fn a_message_left_to_a_former_person_is_removed_hours_later() {
    let mut world = signed_in_here(393);
    world.set_with(Status::Away, "Back at 3");
    world.run(MINUTE);
    world.cloud.fault_between(Kind::SetMessage, 0, world.now + 6 * HOUR, Fault::Status(503, None));
    world.sign_in_as(Pick::Alex);
    world.run(5 * HOUR);
    assert_eq!(stands(&world), Some("Back at 3"));
    world.run(2 * HOUR);
    assert_eq!(stands(&world), None);
}

#[test]
fn a_network_that_is_back_brings_the_message_at_once() {
    let mut world = World::signed_in(394);
    world.cloud.fault(Kind::SetMessage, 8, Fault::LoseRequest);
    world.set_with(Status::Away, "Back at 3");
    world.run(10 * SECOND);
    world.cloud.heal();
    world.cloud.fault(Kind::ReadPresence, 1, Fault::Silence);
    let from = world.now;
    while count(&world, from, Kind::ReadPresence) == 0 {
        world.run(100);
    }
    world.happen(Event::Woke(Woke::Network));
    world.run(12 * SECOND);
    assert_eq!(stands(&world), Some("Back at 3"));
}
