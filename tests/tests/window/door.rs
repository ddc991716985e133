//! The window at a door that makes no sense, does not answer, or tells too much.

use std::thread::sleep;
use std::time::Duration;

use presence_tests::desktop::Window;
use presence_tests::stage::{Bend, until};
use rustix::process::Signal;
use serde_json::{Value, json};

use super::{LIMIT, click, signed_in, stage};

#[test]
fn a_resident_that_makes_no_sense_is_named_and_the_next_try_shows_what_is_so() {
    let mut stage = stage("senseless");
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    let told = stage.snapshot().unwrap();
    let with = |key: &str, value: Value| {
        let mut bent = told.clone();
        bent[key] = value;
        format!("{bent}\n").into_bytes()
    };
    let lines = [
        (b"{}\n".to_vec(), "missing field"),
        (b"7\n".to_vec(), "invalid type"),
        (with("desktop", json!("none")), "invalid type"),
        (with("progress", json!("levitating")), "unknown variant"),
        (with("sign_in", json!({"is": "signing-in"})), "missing field"),
        (with("config_file", json!("x".repeat(100_000))), "too long"),
        (b"\xff\xfe{}\n".to_vec(), "invalid utf-8"),
        (b"SSH-2.0-OpenSSH_9.2\n".to_vec(), "expected value"),
    ];
    let door = stage.bend_door(Bend::Says(lines[0].0.clone())).unwrap();
    let window = stage.open_window().unwrap();
    for (line, why) in lines {
        door.bend(Bend::Says(line));
        window.run("document.getElementById('again').click()").unwrap();
        window.wait_for_text("#problem-detail", |text| text.contains(why), LIMIT).unwrap();
        let note = window.find("#account-note", LIMIT).unwrap().text().unwrap();
        assert_eq!((note.as_str(), is_shown(&window, "#presence")), ("Not connected", false));
    }
    door.bend(Bend::Straight);
    click(&window, "#again");
    window.wait_for_text("#account", |text| text.contains("Signed in"), LIMIT).unwrap();
    assert!(is_shown(&window, "#presence") && !is_shown(&window, "#problem"));
}

#[test]
fn a_resident_that_does_not_answer_is_named_and_the_next_try_shows_what_is_so() {
    let mut stage = stage("stalled");
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    let door = stage.bend_door(Bend::Stalls).unwrap();
    let window = stage.open_window().unwrap();
    let says = |text: &str| text.contains("did not respond");
    window.wait_for_text("#problem-detail", says, LIMIT).unwrap();

    door.bend(Bend::Straight);
    click(&window, "#again");
    window.wait_for_text("#account", |text| text.contains("Signed in"), LIMIT).unwrap();
    door.bend(Bend::Stalls);
    click(&window, "[data-section=settings]");
    window.wait_for_text("#problem-detail", says, LIMIT).unwrap();
    door.bend(Bend::Straight);
    click(&window, "[data-section=settings]");
    window.find("#key-tenant", LIMIT).unwrap();
}

#[test]
fn a_resident_that_crashed_is_told_of_and_started_again_with_the_same_window() {
    let (mut stage, window) = signed_in("crashed");
    stage.signal(Signal::KILL).unwrap();
    let says = |text: &str| text.contains("ended unexpectedly");
    window.wait_for_text("#problem-detail", says, LIMIT).unwrap();
    assert!(!is_shown(&window, "#presence"));

    click(&window, "#again");
    window.wait_for_text("#account", |text| text.contains("Signed in"), LIMIT).unwrap();
    let ours = stage.window_processes().unwrap();
    stage.succeed(&["open"]).unwrap();
    // A second one would be there by then.
    sleep(Duration::from_secs(1));
    assert_eq!(stage.window_processes().unwrap(), ours);
    stage.succeed(&["quit"]).unwrap();
    until("the end of the window", || stage.window_processes().unwrap().is_empty()).unwrap();
}

#[test]
fn a_thousand_snapshots_a_second_leave_the_window_usable_and_small() {
    let mut stage = stage("flood");
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    let door = stage.bend_door(Bend::Straight).unwrap();
    let window = stage.open_window().unwrap();
    window.wait_for_text("#account", |text| text.contains("Signed in"), LIMIT).unwrap();
    door.bend(Bend::Floods);
    stage.succeed(&["set", "away"]).unwrap();
    // The engine takes some tens of MB for whatever moves, once.
    sleep(Duration::from_secs(2));
    let before = stage.window_memory().unwrap();
    sleep(Duration::from_secs(2));
    click(&window, "[data-section=settings]");
    window.find("#key-tenant", Duration::from_secs(2)).unwrap();
    click(&window, "[data-section=status]");
    let after = stage.window_memory().unwrap();
    assert!(after < before + 20_000_000, "{before} bytes grew to {after}");

    door.bend(Bend::Straight);
    stage.succeed(&["set", "presenting"]).unwrap();
    window.wait_for_text("#holds", |text| text.contains("Presenting"), LIMIT).unwrap();
    until("what was asked", || stage.agree().is_ok_and(|told| told["wanted"] == "presenting"))
        .unwrap();
}

fn is_shown(window: &Window, css: &str) -> bool {
    let script = format!("return document.querySelector('{css}').checkVisibility()");
    window.run(&script).unwrap() == true
}
