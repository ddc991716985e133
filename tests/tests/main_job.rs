//! Proves the main job end to end: the built program in a private desktop with a real keyring and a real tray
//! menu, against the fake cloud.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use presence_tests::cloud::{CLIENT_ID, Fault, Kind, MEGAN, Options, SessionState, TokenError};
use presence_tests::cloud::{Pick, browser};
use presence_tests::desktop::menu::{checked, find, headline, text};
use presence_tests::desktop::{Desktop, TrayHost, wait_for};
use presence_tests::stage::{LIMIT, Stage, until};
use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};
use serde_json::Value;

const FIVE: [(&str, &str, &str); 5] = [
    ("available", "Available", r#""availability":"Available","activity":"Available""#),
    ("in-a-call", "In a call", r#""availability":"Busy","activity":"InACall""#),
    (
        "in-a-conference-call",
        "In a conference call",
        r#""availability":"Busy","activity":"InAConferenceCall""#,
    ),
    ("away", "Away", r#""availability":"Away","activity":"Away""#),
    (
        "presenting",
        "Presenting (do not disturb)",
        r#""availability":"DoNotDisturb","activity":"Presenting""#,
    ),
];

#[test]
fn sign_in_click_all_five_clear_and_quit() {
    let (mut stage, host) = started("five");
    let item = host.wait_for_item(LIMIT).unwrap();
    stage.sign_in(&item).unwrap();
    stage.agree().unwrap();

    for (name, label, pair) in FIVE {
        item.click(&[label]).unwrap();
        let menu = item.wait_until(|menu| headline(menu) == label, LIMIT).unwrap();
        assert_eq!(checked(&menu), [label], "{}", text(&menu));
        assert_eq!(item.tooltip().unwrap(), label);
        let body = format!(r#"{{"sessionId":"{CLIENT_ID}",{pair},"expirationDuration":"PT1H"}}"#);
        assert_eq!(stage.bodies(Kind::SetPresence).last(), Some(&body));
        let status = stage.agree().unwrap();
        assert_eq!(status["wanted"], name);
        assert_eq!(status["problem"], Value::Null);
    }
    assert_eq!(stage.bodies(Kind::SetPresence).len(), 5);

    item.click(&["Clear my status"]).unwrap();
    item.wait_until(|menu| headline(menu) == "No status set", LIMIT).unwrap();
    assert_eq!(stage.bodies(Kind::ClearPresence), [format!(r#"{{"sessionId":"{CLIENT_ID}"}}"#)]);
    stage.agree().unwrap();

    item.click(&["Away"]).unwrap();
    item.wait_until(|menu| headline(menu) == "Away", LIMIT).unwrap();
    item.click(&["Quit"]).unwrap();
    stage.wait_for_end().unwrap();
    assert_eq!(session(&stage), SessionState::Absent);
    host.wait_until_empty(LIMIT).unwrap();
    assert_eq!(fs::read_dir(stage.folder().join("run")).unwrap().count(), 0);
}

#[test]
fn available_never_fades_while_it_is_wanted() {
    // Cloud and program run in step, twenty times as fast as the wall: past both fades in half a minute.
    let desktop = Desktop::builder("holds").without_display();
    let mut stage = Stage::at_rate(desktop, Options::default(), 20.0).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "available"]).unwrap();
    let set = stage.cloud.with(|_, now| now);

    let minutes = |count: u64| set + count * 60_000;
    for step in 1..=12 {
        until_cloud(&stage, minutes(step));
        stage.agree().unwrap();
    }

    let lapses = stage.cloud.lapses(MEGAN, set);
    assert!(lapses.is_empty(), "{lapses:?}\n{}", stage.log());
    let calls = stage.bodies(Kind::SetPresence).len();
    assert!((4..=5).contains(&calls), "{calls} calls in 12 minutes");
}

#[test]
fn the_refresh_token_is_in_the_keyring_and_a_crash_would_not_write_it_down() {
    let most = getrlimit(Resource::Core).maximum;
    setrlimit(Resource::Core, Rlimit { current: most, maximum: most }).unwrap();
    let (mut stage, host) = started("secret");
    let item = host.wait_for_item(LIMIT).unwrap();
    stage.sign_in(&item).unwrap();

    assert!(stage.remembered_token().unwrap().len() > 1_000);
    let id = stage.program().unwrap().id();
    let limits = fs::read_to_string(format!("/proc/{id}/limits")).unwrap();
    let dumps = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(dumps.split_whitespace().nth(4), Some("0"), "{dumps}");
    assert_ne!(most, Some(0), "nothing was allowed before");
}

#[test]
fn the_browser_shows_what_became_of_its_code() {
    let (mut stage, _host) = started("page");
    let sign_in = |stage: &Stage| {
        let mut command =
            stage.command(&["sign-in"]).unwrap().stderr(Stdio::null()).spawn().unwrap();
        let page = stage.browse(Pick::Megan).unwrap();
        (page, command.wait().unwrap().success())
    };
    for ends in ["with the program", "with the command"] {
        let refused = Fault::TokenError(TokenError::InteractionRequired);
        stage.cloud.with(|cloud, _| cloud.fault(Kind::Redeem, 1, refused));
        let (page, is_done) = sign_in(&stage);
        assert!(page.contains("You are not signed in") && !is_done, "{ends}: {page}");
        let (page, is_done) = sign_in(&stage);
        assert!(page.contains("You are signed in") && is_done, "{ends}: {page}");
        stage.succeed(&["sign-out"]).unwrap();
        if stage.program().unwrap().ended().unwrap().is_none() {
            stage.succeed(&["quit"]).unwrap();
        }
    }
}

#[test]
fn a_killed_program_loses_neither_the_sign_in_nor_the_wish() {
    let (mut stage, host) = started("killed");
    let item = host.wait_for_item(LIMIT).unwrap();
    stage.sign_in(&item).unwrap();
    stage.succeed(&["set", "presenting"]).unwrap();
    stage.remembered_token().unwrap();

    stage.signal(Signal::KILL).unwrap();
    until("the end", || stage.program().unwrap().ended().unwrap().is_some()).unwrap();
    let calls = stage.bodies(Kind::SetPresence).len();
    stage.start().unwrap();

    until("the wish", || stage.bodies(Kind::SetPresence).len() > calls).unwrap();
    until("the session", || stage.status().unwrap()["session"]["status"] == "presenting").unwrap();
    stage.agree().unwrap();
}

#[test]
fn only_what_a_crash_left_on_the_way_makes_the_next_start_set_the_session_twice() {
    let desktop = Desktop::builder("twice").without_display();
    let mut stage = Stage::at_rate(desktop, Options::default(), 20.0).unwrap();
    stage.configure(&format!("on_quit = \"keep\"\n{}", stage.configuration())).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    let sets = |stage: &Stage| stage.bodies(Kind::SetPresence).len();

    stage.succeed(&["quit"]).unwrap();
    stage.wait_for_end().unwrap();
    stage.start().unwrap();
    until("the wish", || sets(&stage) == 2).unwrap();
    let later = stage.cloud.with(|_, now| now) + 60_000;
    until_cloud(&stage, later);
    assert_eq!(sets(&stage), 2, "{}", stage.log());

    stage.signal(Signal::KILL).unwrap();
    until("the end", || stage.program().unwrap().ended().unwrap().is_some()).unwrap();
    stage.start().unwrap();
    until("the wish, and once more", || sets(&stage) == 4).unwrap();
}

#[test]
fn a_log_out_clears_the_session_though_nobody_sends_a_signal() {
    let mut stage = Stage::new(Desktop::builder("logout").without_display()).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "in-a-call"]).unwrap();

    stage.end_session().unwrap();

    stage.wait_for_end().unwrap();
    assert_eq!(session(&stage), SessionState::Absent);
}

#[test]
fn a_code_typed_on_another_device_signs_in() {
    let (stage, host) = started("code");
    let item = host.wait_for_item(LIMIT).unwrap();

    let told = stage.succeed(&["sign-in", "--device-code"]).unwrap();

    let code = told.trim().rsplit(' ').next().unwrap().to_owned();
    let shown = format!("Enter the code {code} at ");
    item.wait_until(|menu| headline(menu).starts_with(&shown), LIMIT).unwrap();
    let uri = told.split(' ').find(|word| word.starts_with("http")).unwrap().to_owned();
    wait_for(async move { browser::enter_code(&uri, &code, Pick::Megan).await }).unwrap();
    let account = "Signed in as megan@contoso.com";
    item.wait_until(|menu| find(menu, &[account]).is_some(), LIMIT).unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    stage.agree().unwrap();
}

#[test]
fn a_termination_clears_the_session_first() {
    let mut stage = Stage::new(Desktop::builder("term").without_display()).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "in-a-call"]).unwrap();

    stage.signal(Signal::TERM).unwrap();

    stage.wait_for_end().unwrap();
    assert_eq!(session(&stage), SessionState::Absent);
}

#[test]
fn a_refused_token_costs_one_refresh_and_nobody_notices() {
    let mut stage = Stage::new(Desktop::builder("refused").without_display()).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    let before = stage.remembered_token().unwrap();
    stage.cloud.with(|cloud, _| cloud.revoke_access(MEGAN));

    stage.succeed(&["set", "presenting"]).unwrap();

    stage.agree().unwrap();
    assert_eq!(stage.bodies(Kind::Refresh).len(), 1);
    until("the new refresh token", || {
        stage.stored_token().unwrap().is_some_and(|token| token != before)
    })
    .unwrap();
}

#[test]
fn signing_out_clears_the_session_and_forgets_the_token() {
    let (mut stage, host) = started("signout");
    let item = host.wait_for_item(LIMIT).unwrap();
    stage.sign_in(&item).unwrap();
    stage.succeed(&["set", "away"]).unwrap();

    item.click(&["Signed in as megan@contoso.com", "Sign out"]).unwrap();

    item.wait_until(|menu| headline(menu) == "Not signed in", LIMIT).unwrap();
    assert_eq!(session(&stage), SessionState::Absent);
    until("an empty keyring", || stage.stored_token().is_ok_and(|token| token.is_none())).unwrap();
    assert_eq!(stage.run(&["set", "away"]).unwrap().status.code(), Some(3));
    stage.program().unwrap();
}

#[test]
fn a_timed_status_from_the_menu_is_set_for_what_is_left() {
    let (stage, host) = started("timed");
    let item = host.wait_for_item(LIMIT).unwrap();
    stage.sign_in(&item).unwrap();
    item.click(&["Presenting (do not disturb)"]).unwrap();
    item.wait_until(|menu| headline(menu) == "Presenting (do not disturb)", LIMIT).unwrap();

    item.click(&["For", "30 minutes"]).unwrap();

    let starts = "Presenting (do not disturb) until ";
    let menu = item.wait_until(|menu| headline(menu).starts_with(starts), LIMIT).unwrap();
    assert_eq!(find(&menu, &["For", "30 minutes"]).unwrap().checked, Some(true));
    assert!(
        stage
            .bodies(Kind::SetPresence)
            .last()
            .unwrap()
            .ends_with(r#""expirationDuration":"PT30M"}"#)
    );
    stage.agree().unwrap();
}

#[test]
fn a_timed_status_is_shown_by_the_clock_on_the_wall_also_when_that_changes() {
    // In this zone the clocks go forward by an hour, one hour from now.
    let change = Utc::now() + TimeDelta::hours(1);
    let (day, time) = (change.ordinal0(), change.format("%H:%M:%S"));
    let back = (day + 100) % 365;
    let zone = format!("OLD0NEW-1,{day}/{time},{back}/0");
    let desktop = Desktop::builder("zone").without_display().zone(&zone);
    let mut stage = Stage::new(desktop).unwrap();
    let host = TrayHost::start(stage.desktop.bus_address()).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "away", "--for", "3h"]).unwrap();

    let until = stage.status().unwrap()["until"].as_str().unwrap().to_owned();
    let until = DateTime::parse_from_rfc3339(&until).unwrap() + TimeDelta::hours(1);
    let is_today = until.date_naive() == Utc::now().date_naive();
    let shown = until.format(if is_today { "Away until %H:%M" } else { "Away until %a %H:%M" });
    let item = host.wait_for_item(LIMIT).unwrap();
    item.wait_until(|menu| headline(menu) == shown.to_string(), LIMIT).unwrap();
    let words = stage.succeed(&["status"]).unwrap();
    assert!(words.contains(&until.format("Away until %a %H:%M:%S").to_string()), "{words}");
}

fn started(name: &str) -> (Stage, TrayHost) {
    let mut stage = Stage::new(Desktop::builder(name).without_display()).unwrap();
    let host = TrayHost::start(stage.desktop.bus_address()).unwrap();
    stage.start().unwrap();
    (stage, host)
}

fn session(stage: &Stage) -> SessionState {
    stage.cloud.with(|cloud, now| cloud.session(MEGAN, now))
}

fn until_cloud(stage: &Stage, time: u64) {
    let left = |stage: &Stage| stage.cloud.with(|_, now| time.saturating_sub(now));
    while left(stage) > 0 {
        std::thread::sleep(Duration::from_millis(20));
    }
}
