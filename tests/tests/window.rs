//! The real window on a private desktop, driven as a person drives it: from nothing to a held status, settings,
//! shortcuts and help.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;

use presence_tests::cloud::{CLIENT_ID, Fault, Kind, MEGAN, On, Shown};
use presence_tests::desktop::{Desktop, Window};
use presence_tests::stage::{Stage, until};

#[path = "window/controls.rs"]
mod controls;
#[path = "window/door.rs"]
mod door;
#[path = "window/guide.rs"]
mod guide;
#[path = "window/placed.rs"]
mod placed;

use guide::{LIMIT, click};

/// As WebDriver names keys: each modifier stays down until the last character lets go of all.
const CONTROL_ALT_SHIFT_P: &str = "\u{e009}\u{e00a}\u{e008}p\u{e000}";

#[test]
fn a_person_who_only_reads_the_screen_gets_from_nothing_to_a_held_status() {
    let mut stage = stage("first");
    let root = stage.cloud.base_url();
    let mine = format!(
        "# mine\ncloud = \"custom\" # ours\n\n[custom_cloud]\nauthority = \"{root}\"\ngraph = \"{root}\"\n"
    );
    stage.configure(&mine).unwrap();
    stage.start().unwrap();
    let window = stage.open_window().unwrap();

    guide::follow(&stage, &window);

    assert_eq!(stage.agree().unwrap()["wanted"], "presenting");
    let file = fs::read_to_string(stage.config_file()).unwrap();
    assert!(file.starts_with("# mine\ncloud = \"custom\" # ours\n"), "{file}");
    assert!(file.contains(&format!("client_id = \"{CLIENT_ID}\"")), "{file}");
}

#[test]
fn the_window_shows_the_live_view_and_sets_a_status() {
    let (stage, window) = signed_in("live");
    window.wait_for_text("#account", |text| text.contains("megan@contoso.com"), LIMIT).unwrap();
    click(&window, "[data-status=\"presenting\"]");
    window.wait_for_text("#holds", |text| text.contains("Presenting"), LIMIT).unwrap();
    assert_eq!(stage.agree().unwrap()["wanted"], "presenting");
    stage.succeed(&["set", "away"]).unwrap();
    window.wait_for_text("#holds", |text| text.contains("Away"), LIMIT).unwrap();
}

#[test]
fn a_message_is_written_with_a_status_and_picked_again() {
    let (stage, window) = signed_in("message");
    let stands = || stage.cloud.with(|cloud, now| cloud.message(MEGAN, now).map(str::to_owned));
    window.find("#message", LIMIT).unwrap().write("Back at 3").unwrap();
    click(&window, "[data-status=\"away\"]");
    window.wait_for_text("#message-note", |text| text.contains("is set"), LIMIT).unwrap();
    assert_eq!(stands().as_deref(), Some("Back at 3"));
    let offered = "return document.querySelector('#messages option')?.value ?? ''";
    until("the list", || window.run(offered).unwrap() == "Back at 3").unwrap();

    let field = window.find("#message", LIMIT).unwrap();
    field.clear().unwrap();
    field.write("Lunch").unwrap();
    click(&window, "#set-message");
    until("the other message", || stands().as_deref() == Some("Lunch")).unwrap();
    stage.succeed(&["clear"]).unwrap();
    until("its end", || stands().is_none()).unwrap();
    assert_eq!(stage.status().unwrap()["message"], serde_json::Value::Null);
}

#[test]
fn what_was_chosen_in_teams_is_removed_once_the_person_has_read_what_that_does() {
    let mut stage = stage("reset");
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    let offline = Shown::new("Offline", "OffWork");
    stage.cloud.with(|cloud, now| cloud.pin(MEGAN, Some((offline, now + 3_600_000))));
    stage.succeed(&["set", "presenting"]).unwrap();
    let window = stage.open_window().unwrap();
    click(&window, "#reset summary");
    window.wait_for_text("#reset-what", |text| text.contains("Appear offline"), LIMIT).unwrap();
    click(&window, "#reset-now");
    window.wait_for_text("#effective", |text| text.contains("Do not disturb"), LIMIT).unwrap();
    let seen = stage.cloud.with(|cloud, now| cloud.aggregate(MEGAN, now));
    assert_eq!(seen, Shown::new("DoNotDisturb", "Presenting"));

    stage.cloud.with(|cloud, now| cloud.pin(MEGAN, Some((offline, now + 3_600_000))));
    stage.succeed(&["reset"]).unwrap();
    assert_eq!(stage.cloud.with(|cloud, now| cloud.aggregate(MEGAN, now)), seen);
}

#[test]
fn a_setting_is_saved_when_it_is_changed_and_one_that_makes_no_sense_says_why() {
    let (stage, window) = signed_in("settings");
    click(&window, "[data-section=settings]");
    window.find("#key-on_quit", LIMIT).unwrap();
    choose(&window, "#key-on_quit", "keep");
    said(&window, "Saved");
    let file = fs::read_to_string(stage.config_file()).unwrap();
    assert!(file.contains("on_quit = \"keep\""), "{file}");

    let tenant = window.find("#key-tenant", LIMIT).unwrap();
    tenant.write("consumers\u{e007}").unwrap();
    window
        .wait_for_text("#key-tenant-wrong", |text| text.contains("personal accounts"), LIMIT)
        .unwrap();
    assert_eq!(fs::read_to_string(stage.config_file()).unwrap(), file);
}

#[test]
fn a_file_with_a_mistake_is_named_and_set_aside_only_when_asked() {
    let (stage, window) = signed_in("aside");
    let broken =
        format!("{}tenat = 1\n", stage.configuration().replace("[custom", "x = 1\n[custom"));
    stage.configure(&broken).unwrap();
    window.wait_for_text("#broken-place", |text| text.contains("column"), LIMIT).unwrap();
    assert_eq!(fs::read_to_string(stage.config_file()).unwrap(), broken);

    click(&window, "#set-aside");
    window.wait_for_text("#guide h2", |text| text == "Register the program", LIMIT).unwrap();
    let kept = fs::read_dir(stage.folder()).unwrap().flatten();
    let texts: Vec<String> = kept.flat_map(|file| fs::read_to_string(file.path())).collect();
    assert!(texts.contains(&broken), "it is kept");
}

#[test]
fn keys_are_recorded_by_pressing_them() {
    let (stage, window) = signed_in("record");
    click(&window, "[data-section=shortcuts]");
    for leave in ["\u{e00c}", "[data-section=settings]", "[data-section=shortcuts]"] {
        click(&window, "#record-presenting");
        window.find(".recording", LIMIT).unwrap();
        if leave.starts_with('[') {
            click(&window, leave);
            click(&window, "[data-section=shortcuts]");
        } else {
            window.press(leave).unwrap();
        }
        until("no recording", || window.find_all(".recording").unwrap().is_empty()).unwrap();
    }
    click(&window, "#record-presenting");
    window.find("#record-presenting", LIMIT).unwrap().write(CONTROL_ALT_SHIFT_P).unwrap();
    said(&window, "Ctrl+Alt+Shift+P");
    let file = fs::read_to_string(stage.config_file()).unwrap();
    assert!(file.contains("presenting = \"Ctrl+Alt+Shift+P\""), "{file}");
    // Whoever uses the keyboard goes on from there.
    window.find("#record-presenting:focus", LIMIT).unwrap();
}

#[test]
fn the_day_tells_what_was_so_and_why_a_status_lapsed() {
    let mut stage = stage("day");
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    let busy = Fault::Status(503, None);
    // Twice: what is over within a second of the clock, the history does not tell.
    stage.cloud.with(|cloud, _| cloud.fault(On::Kind(Kind::SetPresence), 2, busy));
    stage.run(&["set", "presenting"]).unwrap();
    let window = stage.open_window().unwrap();
    window.wait_for_text("#day-said", |text| text.starts_with("1 lapse"), LIMIT).unwrap();

    window.run("document.querySelector('#day-strip .lapse').focus()").unwrap();
    let cause = |text: &str| text.contains("Presenting") && text.contains("has a problem");
    window.wait_for_text("#day-said", cause, LIMIT).unwrap();
    click(&window, "#day summary");
    window.wait_for_text("#day-table", |text| text.contains("Presenting"), LIMIT).unwrap();
    stage.succeed(&["set", "in-a-call"]).unwrap();
    window.wait_for_text("#day-table", |text| text.contains("In a call"), LIMIT).unwrap();
}

#[test]
fn help_shows_what_the_doctor_finds_and_copies_nobodys_name() {
    let (_stage, window) = signed_in("help");
    click(&window, "[data-section=help]");
    window
        .wait_for_text("#findings", |text| text.contains("App registration: fine"), LIMIT)
        .unwrap();
    click(&window, "#show-diagnostics");
    let text = window.wait_for_text("#diagnostics-text", |text| !text.is_empty(), LIMIT).unwrap();
    assert!(text.contains("registration: ok") && !text.contains("megan"), "{text}");
}

fn stage(name: &str) -> Stage {
    Stage::new(Desktop::builder(name).window_manager()).unwrap()
}

fn signed_in(name: &str) -> (Stage, Window) {
    let mut stage = stage(name);
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    let window = stage.open_window().unwrap();
    window.wait_for_text("#account", |text| text.contains("Signed in"), LIMIT).unwrap();
    (stage, window)
}

/// Chooses an entry of a select, which in WebKitGTK opens a menu of the toolkit's that no driver reaches.
fn choose(window: &Window, css: &str, value: &str) {
    let script = format!(
        "const select = document.querySelector('{css}'); select.value = '{value}'; \
         select.dispatchEvent(new Event('change'));"
    );
    window.run(&script).unwrap();
}

fn said(window: &Window, word: &str) {
    let script = "return document.getElementById('said').textContent";
    let says = || window.run(script).unwrap().as_str().unwrap_or_default().contains(word);
    until(word, says).unwrap();
}
