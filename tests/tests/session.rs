//! Proves that the program comes and goes with the desktop session: the start at log-in, sleep, shutdown, and a
//! configuration that changes while it runs.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use presence_tests::cloud::{CLIENT_ID, Fault, Kind, MEGAN, On, SessionState};
use presence_tests::desktop::{Desktop, Logind};
use presence_tests::stage::{LIMIT, Stage, built, until};
use rustix::process::Signal;

/// How long a sleep or a shutdown may be delayed.
const DELAY: Duration = Duration::from_secs(5);

#[test]
fn before_sleep_the_session_is_cleared_and_after_it_set_again() {
    let (stage, logind) = in_a_call("sleep", "");

    logind.fall_asleep(DELAY).unwrap();

    assert_eq!(session(&stage), SessionState::Absent);
    let sets = stage.bodies(Kind::SetPresence).len();
    logind.wake().unwrap();
    until("the wish", || stage.bodies(Kind::SetPresence).len() > sets).unwrap();
    until("the session", || stage.status().unwrap()["session"]["status"] == "in-a-call").unwrap();
    stage.agree().unwrap();
    logind.wait_for_lock(LIMIT).unwrap();
    assert_eq!(stage.bodies(Kind::ClearPresence).len(), 1);
}

#[test]
fn who_keeps_the_session_keeps_it_in_sleep() {
    let (stage, logind) = in_a_call("keeps", "on_quit = \"keep\"\n");

    logind.fall_asleep(DELAY).unwrap();

    assert_ne!(session(&stage), SessionState::Absent);
    assert!(stage.bodies(Kind::ClearPresence).is_empty());
}

#[test]
fn locking_the_screen_changes_nothing() {
    let (stage, logind) = in_a_call("lock", "");
    let before = stage.status().unwrap();
    logind.lock_screen().unwrap();
    // A command after it has been heard after it.
    let after = stage.status().unwrap();
    assert_eq!(before, after);
    assert!(stage.bodies(Kind::ClearPresence).is_empty());
    assert_eq!(stage.bodies(Kind::SetPresence).len(), 1);
}

#[test]
fn a_service_that_cannot_be_reached_does_not_keep_the_machine_awake() {
    let (stage, logind) = in_a_call("stuck", "");
    stage.cloud.with(|cloud, _| cloud.fault(On::All, 1_000, Fault::Late(60_000)));
    logind.fall_asleep(DELAY).unwrap();
    stage.cloud.with(|cloud, _| cloud.heal());
}

#[test]
fn a_shutdown_ends_the_program_and_leaves_nothing() {
    let (mut stage, logind) = in_a_call("shutdown", "");

    logind.shut_down().unwrap();

    stage.wait_for_end().unwrap();
    assert_eq!(session(&stage), SessionState::Absent);
    assert!(!logind.is_delayed());
    assert_eq!(fs::read_dir(stage.folder().join("run")).unwrap().count(), 0);
}

#[test]
fn every_end_clears_within_its_time_and_leaves_nothing_behind() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let (mut stage, _logind) = in_a_call("ends", "");
        stage.signal(signal).unwrap();
        stage.wait_for_end().unwrap();
        assert_eq!(session(&stage), SessionState::Absent, "{signal:?}");
        assert_eq!(fs::read_dir(stage.folder().join("run")).unwrap().count(), 0);
    }
}

#[test]
fn a_session_manager_starts_the_program_and_the_presence_comes_back() {
    let mut stage = Stage::new(Desktop::builder("log-in").without_display()).unwrap();
    stage.configure(&with(&stage, "autostart = true\non_quit = \"keep\"\n")).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "presenting"]).unwrap();
    stage.succeed(&["quit"]).unwrap();
    stage.wait_for_end().unwrap();
    let sets = stage.bodies(Kind::SetPresence).len();

    let entry = fs::read_to_string(entry(&stage).unwrap()).unwrap();
    assert!(entry.contains("X-GNOME-Autostart-enabled=true"), "{entry}");
    let mut log_in = stage.desktop.command("dex");
    stage.dress(&mut log_in);
    // The entry itself names the folder.
    log_in.env_remove("PRESENCE_TRAY_CONFIG_DIR").args(["--autostart", "--environment", "XFCE"]);
    assert!(log_in.status().unwrap().success());

    until("the presence", || stage.bodies(Kind::SetPresence).len() > sets).unwrap();
    until("the session", || {
        stage.status().is_ok_and(|status| status["session"]["status"] == "presenting")
    })
    .unwrap();
    stage.agree().unwrap();
    stage.succeed(&["quit"]).unwrap();
}

#[test]
fn the_start_at_log_in_follows_the_configuration_and_is_repaired() {
    let mut stage = Stage::new(Desktop::builder("entry").without_display()).unwrap();
    stage.start().unwrap();
    assert_eq!(entry(&stage), None);

    stage.configure(&with(&stage, "autostart = true\n")).unwrap();
    until("the entry", || entry(&stage).is_some()).unwrap();

    let path = entry(&stage).unwrap();
    let good = fs::read_to_string(&path).unwrap();
    fs::write(&path, good.replace("presence-tray\" run", "moved-away\" run")).unwrap();
    stage.succeed(&["reload"]).unwrap();
    until("the repair", || fs::read_to_string(&path).is_ok_and(|text| text == good)).unwrap();

    stage.configure(&with(&stage, "autostart = false\n")).unwrap();
    until("no entry", || entry(&stage).is_none()).unwrap();
}

#[test]
fn after_an_upgrade_under_it_the_entry_names_the_new_program() {
    let stage = Stage::new(Desktop::builder("upgrade").without_display()).unwrap();
    let program = stage.desktop.folder().join("presence-tray");
    fs::copy(built("presence-tray").unwrap(), &program).unwrap();
    let mut command = stage.desktop.command(&program);
    stage.dress(&mut command);
    // As if an editor's AppImage had started the shell that started this.
    command.env("APPIMAGE", "/opt/editor.AppImage").env("APPDIR", "/tmp/.mount_editor");
    command.args(["run", "--hidden"]);
    let _resident = stage.desktop.spawn("upgraded", command).unwrap();
    until("the door", || stage.folder().join("run/door").exists()).unwrap();

    let fresh = program.with_extension("new");
    fs::copy(built("presence-tray").unwrap(), &fresh).unwrap();
    fs::rename(&fresh, &program).unwrap();
    stage.configure(&with(&stage, "autostart = true\n")).unwrap();

    until("the entry", || entry(&stage).is_some()).unwrap();
    let text = fs::read_to_string(entry(&stage).unwrap()).unwrap();
    assert!(text.contains(&format!("\"{}\" run --hidden", program.display())), "{text}");
    stage.succeed(&["quit"]).unwrap();
}

#[test]
fn what_the_desktop_switched_off_stays_off() {
    let mut stage = Stage::new(Desktop::builder("off").without_display()).unwrap();
    stage.configure(&with(&stage, "autostart = true\n")).unwrap();
    stage.start().unwrap();
    until("the entry", || entry(&stage).is_some()).unwrap();
    let path = entry(&stage).unwrap();
    let off = fs::read_to_string(&path).unwrap().replace("enabled=true", "enabled=false");
    fs::write(&path, &off).unwrap();
    stage.succeed(&["reload"]).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), off);
}

#[test]
fn an_entry_that_cannot_be_written_is_a_problem_that_names_it() {
    let mut stage = Stage::new(Desktop::builder("denied").without_display()).unwrap();
    // A file where the folder should be: also an administrator cannot write below it.
    fs::write(autostart_folder(&stage), "").unwrap();
    stage.configure(&with(&stage, "autostart = true\n")).unwrap();
    stage.start().unwrap();
    until("the problem", || stage.status().unwrap()["problem"]["kind"] == "autostart").unwrap();
    let problem = stage.status().unwrap()["problem"].clone();
    assert!(problem["detail"].as_str().unwrap().contains("autostart/presence-tray"), "{problem}");
}

#[test]
fn a_changed_configuration_applies_at_once_and_a_mistake_breaks_nothing() {
    let mut stage = Stage::new(Desktop::builder("changed").without_display()).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    let good = with(&stage, "expiration = \"PT30M\"\n");

    stage.configure("client_id = \"no\"\n").unwrap();
    until("the problem", || stage.status().unwrap()["problem"]["kind"] == "not-configured")
        .unwrap();
    let reload = stage.run(&["reload"]).unwrap();
    assert_eq!(reload.status.code(), Some(4));
    let said = String::from_utf8_lossy(&reload.stderr).into_owned();
    assert!(
        said.contains("line 1, column 13") && said.contains("keeps the previous configuration"),
        "{said}"
    );
    assert_eq!(fs::read_to_string(stage.config_file()).unwrap(), "client_id = \"no\"\n");
    stage.agree().unwrap();

    stage.configure(&good).unwrap();
    until("no problem", || stage.status().unwrap()["problem"].is_null()).unwrap();
    stage.succeed(&["set", "presenting"]).unwrap();
    let last = stage.bodies(Kind::SetPresence).pop().unwrap();
    assert!(last.ends_with(r#""expirationDuration":"PT30M"}"#), "{last}");
}

#[test]
fn another_registration_asks_for_another_sign_in_and_the_first_one_is_kept() {
    let mut stage = Stage::new(Desktop::builder("identity").without_display()).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    let first = fs::read_to_string(stage.config_file()).unwrap();

    stage.configure(&first.replace(CLIENT_ID, "22553876-f5ab-4529-bffb-cfe50aa89f87")).unwrap();
    stage.succeed(&["reload"]).unwrap();
    until("nobody", || stage.status().unwrap()["account"].is_null()).unwrap();
    assert_eq!(stage.run(&["set", "away"]).unwrap().status.code(), Some(3));

    stage.configure(&first).unwrap();
    stage.succeed(&["reload"]).unwrap();
    until("megan", || stage.status().unwrap()["account"]["name"] == "megan@contoso.com").unwrap();
    stage.succeed(&["set", "presenting"]).unwrap();
}

fn in_a_call(name: &str, keys: &str) -> (Stage, Logind) {
    let mut stage = Stage::new(Desktop::builder(name).without_display()).unwrap();
    stage.configure(&with(&stage, keys)).unwrap();
    let logind = Logind::start(stage.desktop.bus_address()).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "in-a-call"]).unwrap();
    logind.wait_for_lock(LIMIT).unwrap();
    (stage, logind)
}

fn with(stage: &Stage, keys: &str) -> String {
    format!("{keys}{}", stage.configuration())
}

fn session(stage: &Stage) -> SessionState {
    stage.cloud.with(|cloud, now| cloud.session(MEGAN, now))
}

fn autostart_folder(stage: &Stage) -> PathBuf {
    PathBuf::from(stage.desktop.var("XDG_CONFIG_HOME").unwrap()).join("autostart")
}

fn entry(stage: &Stage) -> Option<PathBuf> {
    let entries = fs::read_dir(autostart_folder(stage)).ok()?.flatten();
    entries
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|end| end == "desktop"))
}
