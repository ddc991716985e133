//! Proves the shortcuts end to end: real key presses in a private X11 session, and a stand-in for the portal of a
//! Wayland desktop, end as the right calls at the fake cloud.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::time::{Duration, Instant};

use presence_tests::cloud::Kind;
use presence_tests::desktop::{
    Consent, Desktop, Notifications, Portal, PortalShortcut, Rival, switches,
};
use presence_tests::stage::{LIMIT, Stage, until};
use serde_json::Value;

/// Beyond the pause before a held key repeats, by many repeats.
const LONG: Duration = Duration::from_millis(1_500);
/// What should not happen has had its time.
const SHORT: Duration = Duration::from_millis(500);

const FIVE: u32 = 0x35;
const SIX: u32 = 0x36;
const ZERO: u32 = 0x30;

const THREE: &str = "
available = \"Ctrl+Alt+Shift+1\"
presenting = \"Ctrl+Alt+Shift+5\"
clear = \"Ctrl+Alt+Shift+0\"
";

#[test]
fn a_key_sets_its_status_and_once_more_goes_back() {
    let stage = signed_in(Desktop::builder("keys"), THREE);

    stage.desktop.press("ctrl+alt+shift+5").unwrap();
    until_calls(&stage, &["Presenting"], 0);
    stage.desktop.press("ctrl+alt+shift+5").unwrap();
    until_calls(&stage, &["Presenting"], 1);

    stage.desktop.press("ctrl+alt+shift+1").unwrap();
    until_calls(&stage, &["Presenting", "Available"], 1);
    stage.desktop.press("ctrl+alt+shift+5").unwrap();
    until_calls(&stage, &["Presenting", "Available", "Presenting"], 1);
    stage.desktop.press("ctrl+alt+shift+5").unwrap();
    until_calls(&stage, &["Presenting", "Available", "Presenting", "Available"], 1);
    stage.agree().unwrap();

    stage.desktop.press("ctrl+alt+shift+0").unwrap();
    until_calls(&stage, &["Presenting", "Available", "Presenting", "Available"], 2);
    stage.agree().unwrap();
}

#[test]
fn a_held_key_counts_once() {
    let stage = signed_in(Desktop::builder("held"), THREE);
    let rival = Rival::take(&stage.desktop, SIX).unwrap();
    stage.desktop.hold("ctrl+alt+shift+6", LONG).unwrap();
    assert!(rival.presses() > 5, "keys repeat on this display: {}", rival.presses());

    stage.desktop.hold("ctrl+alt+shift+5", LONG).unwrap();

    until_calls(&stage, &["Presenting"], 0);
    std::thread::sleep(SHORT);
    until_calls(&stage, &["Presenting"], 0);
    stage.desktop.press("ctrl+alt+shift+5").unwrap();
    until_calls(&stage, &["Presenting"], 1);
}

#[test]
fn locks_change_nothing() {
    let stage = signed_in(Desktop::builder("locks"), THREE);

    stage.desktop.press("Num_Lock").unwrap();
    stage.desktop.press("ctrl+alt+shift+5").unwrap();
    until_calls(&stage, &["Presenting"], 0);
    stage.desktop.press("Caps_Lock").unwrap();
    stage.desktop.press("ctrl+alt+shift+1").unwrap();
    until_calls(&stage, &["Presenting", "Available"], 0);
    stage.desktop.press("Num_Lock").unwrap();
    stage.desktop.press("ctrl+alt+shift+0").unwrap();
    until_calls(&stage, &["Presenting", "Available"], 1);
}

#[test]
fn another_keyboard_layout_has_the_keys_where_it_has_them() {
    let stage = signed_in(Desktop::builder("layout"), "away = \"Ctrl+Alt+Q\"\n");
    let set = |layout: &str| {
        let status = stage.desktop.command("setxkbmap").arg(layout).status().unwrap();
        assert!(status.success());
    };
    let grabbed = || stage.log().matches("keys are grabbed").count();
    let before = grabbed();
    set("fr");
    // A layout comes in several changes, and each has the keys grabbed anew.
    let mut last = (before, Instant::now());
    until("the new layout", || {
        if grabbed() != last.0 {
            last = (grabbed(), Instant::now());
        }
        last.0 > before && last.1.elapsed() > SHORT
    })
    .unwrap();
    stage.desktop.press("ctrl+alt+q").unwrap();

    until_calls(&stage, &["Away"], 0);
}

#[test]
fn keys_that_cannot_be_had_are_named_and_the_others_work() {
    let shortcuts = "
available = \"Ctrl+Alt+Shift+1\"
in-a-call = \"Ctrl+Alt+Shift+Spcae\"
away = \"Shift+F5\"
presenting = \"Ctrl+Alt+Shift+5\"
clear = \"shift+alt+ctrl+1\"
";
    let mut stage = Stage::new(Desktop::builder("refused")).unwrap();
    let told = Notifications::start(stage.desktop.bus_address()).unwrap();
    let _rival = Rival::take(&stage.desktop, FIVE).unwrap();
    configure(&stage, shortcuts);
    start(&mut stage);

    for (title, words) in [
        (
            "The shortcut for presenting does not work",
            "presenting = \"Ctrl+Alt+Shift+5\" in [shortcuts] cannot be used: another program has taken these keys. \
             Choose other keys for it in config.toml.",
        ),
        (
            "The shortcut for in-a-call does not work",
            "it names \"Spcae\", which is not a key; did you mean Space?",
        ),
        ("The shortcut for away does not work", "it would take F5 from every other program"),
        (
            "The shortcut for clear does not work",
            "available = \"Ctrl+Alt+Shift+1\" has the same keys",
        ),
    ] {
        let notice = told.wait_for(move |notice| notice.summary == title, LIMIT).unwrap();
        assert!(notice.body.contains(words), "{}", notice.body);
    }
    let problem = stage.status().unwrap()["problem"].clone();
    assert_eq!(problem["kind"], "shortcut", "{problem}");
    stage.sign_in_by_command().unwrap();
    stage.desktop.press("ctrl+alt+shift+5").unwrap();
    stage.desktop.press("ctrl+alt+shift+1").unwrap();
    until_calls(&stage, &["Available"], 0);
}

#[test]
fn a_taken_key_is_the_problem_of_the_status() {
    let mut stage = Stage::new(Desktop::builder("taken")).unwrap();
    let _rival = Rival::take(&stage.desktop, FIVE).unwrap();
    configure(&stage, THREE);
    start(&mut stage);

    let problem = problem(&stage);
    assert_eq!(problem["kind"], "shortcut");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("presenting = \"Ctrl+Alt+Shift+5\""), "{detail}");
    assert!(detail.contains("another program has taken these keys"), "{detail}");
    assert_eq!(problem["remedy"], "Choose other keys for it in config.toml.");
}

#[test]
fn keys_that_become_free_soon_after_a_start_are_had_then() {
    let mut stage = Stage::new(Desktop::builder("freed")).unwrap();
    let rival = Rival::take(&stage.desktop, FIVE).unwrap();
    configure(&stage, THREE);
    start(&mut stage);
    problem(&stage);

    drop(rival);

    until("no problem", || stage.status().unwrap()["problem"].is_null()).unwrap();
    Rival::take(&stage.desktop, FIVE).unwrap_err();
}

#[test]
fn once_a_quit_returns_everything_is_free_for_the_next_start() {
    let mut stage = Stage::new(Desktop::builder("quits")).unwrap();
    configure(&stage, THREE);
    let told = |stage: &Stage| stage.log().matches("shortcuts are set").count();
    for round in 1..=5 {
        let before = told(&stage);
        stage.start().unwrap();
        until("the shortcuts", || told(&stage) > before).unwrap();

        stage.succeed(&["quit"]).unwrap();

        let door = stage.folder().join("run/door");
        assert!(!door.exists(), "{round}: the door is still there");
        let lock = fs::File::open(stage.folder().join("state/lock")).unwrap();
        assert!(lock.try_lock().is_ok(), "{round}: the lock is taken");
        drop(lock);
        for keysym in [FIVE, ZERO] {
            drop(
                Rival::take(&stage.desktop, keysym)
                    .unwrap_or_else(|error| panic!("{round}: {error}")),
            );
        }
        stage.wait_for_end().unwrap();
    }
    assert!(!stage.log().contains("a shortcut does not work"), "{}", stage.log());
}

#[test]
fn forty_starts_right_after_a_quit_have_all_keys() {
    let mut stage = Stage::new(Desktop::builder("forty")).unwrap();
    configure(&stage, THREE);
    let told = |stage: &Stage| stage.log().matches("shortcuts are set").count();
    for round in 1..=40 {
        stage.start().unwrap();
        until("the shortcuts", || told(&stage) == round).unwrap();
        stage.succeed(&["quit"]).unwrap();
    }
    let refused = stage.log().matches("another program has taken these keys").count();
    assert_eq!(refused, 0, "of {} keys", 40 * 3);
}

#[test]
fn a_key_that_needs_a_person_says_so() {
    let mut stage = Stage::new(Desktop::builder("signedout")).unwrap();
    let told = Notifications::start(stage.desktop.bus_address()).unwrap();
    configure(&stage, THREE);
    start(&mut stage);
    until("an empty keyring", || stage.log().contains("Vault(Absent)")).unwrap();

    stage.desktop.press("ctrl+alt+shift+5").unwrap();

    told.wait_for(|notice| notice.summary.contains("ign in"), LIMIT).unwrap();
}

#[test]
fn another_configuration_takes_other_keys_and_lets_the_old_ones_go() {
    let stage = signed_in(Desktop::builder("changed"), THREE);

    rebind(&stage, "away = \"Ctrl+Alt+Shift+6\"\n");

    let _five = Rival::take(&stage.desktop, FIVE).unwrap();
    stage.desktop.press("ctrl+alt+shift+1").unwrap();
    stage.desktop.press("ctrl+alt+shift+6").unwrap();
    until_calls(&stage, &["Away"], 0);

    rebind(&stage, "");
    let _six = Rival::take(&stage.desktop, SIX).unwrap();

    rebind(&stage, THREE);
    until("the problem", || !stage.status().unwrap()["problem"].is_null()).unwrap();
    stage.desktop.press("ctrl+alt+shift+1").unwrap();
    until_calls(&stage, &["Away", "Available"], 0);
}

#[test]
fn doctor_tries_the_keys_and_lets_them_go() {
    let mut stage = Stage::new(Desktop::builder("doctor")).unwrap();
    configure(&stage, THREE);
    let rival = Rival::take(&stage.desktop, FIVE).unwrap();

    let problem = examined(&stage)["problem"].clone();
    assert!(problem["detail"].as_str().unwrap().contains("another program has taken"), "{problem}");
    drop(rival);
    until("free keys", || examined(&stage)["ok"] == true).unwrap();

    drop(Rival::take(&stage.desktop, FIVE).unwrap());
    start(&mut stage);
    assert_eq!(examined(&stage)["ok"], true);
    Rival::take(&stage.desktop, FIVE).unwrap_err();
}

#[test]
fn doctor_knows_a_wayland_desktop_without_a_portal() {
    let desktop = Desktop::builder("doctorway").without_display().wayland();
    let stage = Stage::new(desktop).unwrap();
    configure(&stage, THREE);

    let problem = examined(&stage)["problem"].clone();
    assert!(problem["detail"].as_str().unwrap().contains("no portal"), "{problem}");
    assert!(problem["remedy"].as_str().unwrap().contains("toggle presenting"), "{problem}");

    let _portal = Portal::start(stage.desktop.bus_address(), Consent::All).unwrap();
    assert_eq!(examined(&stage)["ok"], true);
}

#[test]
fn waiting_for_keys_costs_nothing() {
    let mut stage = Stage::new(Desktop::builder("rest")).unwrap();
    configure(&stage, THREE);
    start(&mut stage);
    let id = stage.program().unwrap().id();

    // Threads that did the work of the start end ten seconds after it.
    until("three seconds of rest", || {
        let before = switches(id);
        std::thread::sleep(Duration::from_secs(3));
        switches(id).abs_diff(before) <= 1
    })
    .unwrap();
}

#[test]
fn on_wayland_the_portal_gives_the_keys() {
    let desktop = Desktop::builder("portal").without_display().wayland();
    let mut stage = Stage::new(desktop).unwrap();
    let portal = Portal::start(stage.desktop.bus_address(), Consent::All).unwrap();
    configure(&stage, &format!("{THREE}open = \"Super+PgUp\"\n"));
    start(&mut stage);

    let bound = portal.wait_for_shortcuts(LIMIT).unwrap();
    let shortcut = |id: &str, description: &str, trigger: &str| PortalShortcut {
        id: id.to_owned(),
        description: description.to_owned(),
        trigger: trigger.to_owned(),
    };
    assert_eq!(
        bound,
        [
            shortcut("available", "Presence: Available", "CTRL+ALT+SHIFT+1"),
            shortcut("presenting", "Presence: Presenting (do not disturb)", "CTRL+ALT+SHIFT+5"),
            shortcut("clear", "Presence: Clear my status", "CTRL+ALT+SHIFT+0"),
            shortcut("open", "Presence: Open Presence Tray", "LOGO+Prior"),
        ]
    );
    assert_eq!(portal.apps(), ["app.presence-tray"]);
    assert!(stage.status().unwrap()["problem"].is_null());

    stage.sign_in_by_command().unwrap();
    portal.press("presenting").unwrap();
    until_calls(&stage, &["Presenting"], 0);
    portal.press("presenting").unwrap();
    until_calls(&stage, &["Presenting"], 1);
    stage.agree().unwrap();
    assert_eq!(portal.sessions(), 1);
}

#[test]
fn a_portal_that_comes_late_or_again_gives_the_keys_too() {
    let desktop = Desktop::builder("late").without_display().wayland();
    let mut stage = Stage::new(desktop).unwrap();
    configure(&stage, THREE);
    start(&mut stage);
    let problem = problem(&stage);
    assert_eq!(problem["kind"], "shortcut");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("this desktop has no portal for global shortcuts"), "{detail}");
    assert_eq!(
        problem["remedy"],
        "In the desktop's own keyboard settings, bind keys to these commands: \
         presence-tray toggle available, presence-tray toggle presenting, presence-tray clear"
    );
    assert_eq!(stage.log().matches("a shortcut does not work").count(), 1);

    for _ in 0..2 {
        let portal = Portal::start(stage.desktop.bus_address(), Consent::All).unwrap();
        assert_eq!(portal.wait_for_shortcuts(LIMIT).unwrap().len(), 3);
        until("no problem", || stage.status().unwrap()["problem"].is_null()).unwrap();
    }
}

#[test]
fn another_configuration_asks_the_portal_anew_and_only_then() {
    let desktop = Desktop::builder("asked").without_display().wayland();
    let mut stage = Stage::new(desktop).unwrap();
    let portal = Portal::start(stage.desktop.bus_address(), Consent::All).unwrap();
    configure(&stage, THREE);
    start(&mut stage);
    portal.wait_for_shortcuts(LIMIT).unwrap();

    rebind(&stage, &format!("{THREE}away = \"Nope\"\n"));
    until("the problem", || !stage.status().unwrap()["problem"].is_null()).unwrap();
    assert_eq!((portal.asked(), portal.sessions()), (1, 1));

    rebind(&stage, "away = \"Ctrl+Alt+Shift+6\"\n");
    let is_new = |bound: &[PortalShortcut]| bound.len() == 1 && bound[0].id == "away";
    portal.wait_until(LIMIT, is_new).unwrap();
    until("no problem", || stage.status().unwrap()["problem"].is_null()).unwrap();
    assert_eq!((portal.asked(), portal.sessions()), (2, 1));

    rebind(&stage, "");
    portal.wait_until(LIMIT, <[_]>::is_empty).unwrap();
    until("no session", || portal.sessions() == 0).unwrap();
}

#[test]
fn plasma_gives_the_keys_and_does_not_open_its_settings() {
    let desktop = Desktop::builder("plasma").without_display().wayland();
    let mut stage = Stage::new(desktop).unwrap();
    let portal = Portal::of_plasma(stage.desktop.bus_address(), Consent::All).unwrap();
    configure(&stage, THREE);
    start(&mut stage);

    assert_eq!(portal.wait_for_shortcuts(LIMIT).unwrap().len(), 3);

    assert_eq!(portal.asked(), 0, "the settings were opened");
    assert!(stage.status().unwrap()["problem"].is_null());
    assert_eq!(examined(&stage)["ok"], true);
    stage.sign_in_by_command().unwrap();
    portal.press("presenting").unwrap();
    until_calls(&stage, &["Presenting"], 0);
}

#[test]
fn a_shortcut_that_plasma_does_not_list_is_named() {
    let desktop = Desktop::builder("unlisted").without_display().wayland();
    let mut stage = Stage::new(desktop).unwrap();
    let consent = Consent::AllBut("presenting");
    let portal = Portal::of_plasma(stage.desktop.bus_address(), consent).unwrap();
    configure(&stage, THREE);
    start(&mut stage);

    let problem = problem(&stage);

    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("presenting = \"Ctrl+Alt+Shift+5\" in [shortcuts]"), "{detail}");
    assert_eq!(examined(&stage)["ok"], false);
    assert_eq!((portal.asked(), portal.sessions()), (1, 1));
}

#[test]
fn a_portal_that_lists_nothing_has_bound_nothing() {
    let desktop = Desktop::builder("nothing").without_display().wayland();
    let mut stage = Stage::new(desktop).unwrap();
    let _portal = Portal::of_plasma(stage.desktop.bus_address(), Consent::None).unwrap();
    configure(&stage, THREE);
    start(&mut stage);

    assert_eq!(examined(&stage)["ok"], false);
}

#[test]
fn a_quit_gives_the_keys_back_to_the_portal() {
    let desktop = Desktop::builder("returned").without_display().wayland();
    let mut stage = Stage::new(desktop).unwrap();
    let portal = Portal::start(stage.desktop.bus_address(), Consent::All).unwrap();
    configure(&stage, THREE);
    start(&mut stage);
    portal.wait_for_shortcuts(LIMIT).unwrap();

    stage.succeed(&["quit"]).unwrap();

    assert_eq!(portal.sessions(), 0);
}

#[test]
fn what_the_person_refuses_a_wayland_desktop_is_told() {
    for (consent, words) in [
        (Consent::None, "permission was denied when the desktop asked for it"),
        (
            Consent::AllBut("presenting"),
            "presenting = \"Ctrl+Alt+Shift+5\" in [shortcuts] cannot be used",
        ),
    ] {
        let desktop = Desktop::builder("declined").without_display().wayland();
        let mut stage = Stage::new(desktop).unwrap();
        let _portal = Portal::start(stage.desktop.bus_address(), consent).unwrap();
        configure(&stage, THREE);
        start(&mut stage);

        until("the problem", || !stage.status().unwrap()["problem"].is_null()).unwrap();

        let problem = stage.status().unwrap()["problem"].clone();
        assert!(problem["detail"].as_str().unwrap().contains(words), "{problem}");
    }
}

fn signed_in(desktop: presence_tests::desktop::Builder, shortcuts: &str) -> Stage {
    let mut stage = Stage::new(desktop).unwrap();
    configure(&stage, shortcuts);
    start(&mut stage);
    stage.sign_in_by_command().unwrap();
    assert!(stage.status().unwrap()["problem"].is_null(), "{}", stage.log());
    stage
}

fn configure(stage: &Stage, shortcuts: &str) {
    stage.configure(&format!("{}\n[shortcuts]\n{shortcuts}", stage.configuration())).unwrap();
}

/// What `doctor` says of the shortcuts.
fn examined(stage: &Stage) -> Value {
    let output = stage.run(&["doctor", "--json"]).unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut checks = report["checks"].as_array().unwrap().iter();
    checks.find(|check| check["name"] == "shortcuts").unwrap().clone()
}

/// Writes other shortcuts while the program runs, and waits until they are in force.
fn rebind(stage: &Stage, shortcuts: &str) {
    let told = || stage.log().matches("shortcuts are set").count();
    let before = told();
    configure(stage, shortcuts);
    until("the other shortcuts", || told() > before).unwrap();
}

fn start(stage: &mut Stage) {
    stage.start().unwrap();
    until("the shortcuts", || stage.log().contains("shortcuts are set")).unwrap();
}

/// Waits for these activities at the cloud, in order, and this many clears.
/// The problem that stands beside the status, once there is one.
fn problem(stage: &Stage) -> Value {
    until("the problem", || !stage.status().unwrap()["problem"].is_null()).unwrap();
    stage.status().unwrap()["problem"].clone()
}

fn until_calls(stage: &Stage, activities: &[&str], clears: usize) {
    let told = || -> Vec<String> {
        let activity = |body: &String| {
            let body: Value = serde_json::from_str(body).unwrap();
            body["activity"].as_str().unwrap().to_owned()
        };
        stage.bodies(Kind::SetPresence).iter().map(activity).collect()
    };
    let cleared = || stage.bodies(Kind::ClearPresence).len();
    until("the calls", || told() == activities && cleared() == clears).unwrap_or_else(|error| {
        panic!("{error}: {:?}, {} clears\n{}", told(), cleared(), stage.log())
    });
}
