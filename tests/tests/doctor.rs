//! Proves that `doctor` names each broken thing, says what to do, and changes nothing.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

use presence_tests::cloud::{CLIENT_ID, Consent, Fault, Kind, MEGAN, On};
use presence_tests::desktop::{Desktop, Keyring, TrayHost};
use presence_tests::stage::{LIMIT, Stage, until};
use serde_json::Value;

const NAMES: [&str; 11] = [
    "configuration",
    "keyring",
    "network",
    "clock",
    "registration",
    "resident",
    "sign-in",
    "permission",
    "tray",
    "shortcuts",
    "installation",
];

#[test]
fn a_sound_installation_is_all_ok() {
    let mut stage = stage("sound");
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    let host = TrayHost::start(stage.desktop.bus_address()).unwrap();
    host.wait_for_item(LIMIT).unwrap();

    let told = stage.succeed(&["doctor"]).unwrap();

    assert!(told.lines().all(|line| line.starts_with("ok ")), "{told}");
    for name in NAMES {
        assert!(told.contains(name), "{name} is not in {told}");
    }
    assert!(told.contains("by no package; to update, build or copy a newer program"), "{told}");
    assert!(stage.bodies(Kind::SetPresence).is_empty());
    let report: Value =
        serde_json::from_str(&stage.succeed(&["doctor", "--json"]).unwrap()).unwrap();
    assert_eq!(report["ok"], true);
}

#[test]
fn where_codes_are_turned_off_none_is_asked_for() {
    let stage = stage("no-code");
    stage.succeed(&["config", "set", "device_code", "false"]).unwrap();

    let report: Value =
        serde_json::from_slice(&stage.run(&["doctor", "--json"]).unwrap().stdout).unwrap();
    let sign_in = stage.run(&["sign-in", "--device-code"]).unwrap();

    let network = &report["checks"].as_array().unwrap()[2];
    assert_eq!((&network["name"], &network["ok"]), (&"network".into(), &true.into()), "{report}");
    assert!(!report.to_string().contains("\"registration\""), "{report}");
    assert_eq!(sign_in.status.code(), Some(1));
    let said = String::from_utf8_lossy(&sign_in.stderr);
    assert!(said.contains("Sign-in with a code is turned off"), "{said}");
    assert!(stage.bodies(Kind::DeviceCode).is_empty());
}

#[test]
fn at_the_door_it_tells_the_same() {
    let mut stage = stage("door");
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    let host = TrayHost::start(stage.desktop.bus_address()).unwrap();
    host.wait_for_item(LIMIT).unwrap();
    let mut door = UnixStream::connect(stage.folder().join("run/door")).unwrap();
    let mut told = String::new();

    door.write_all(b"{\"read\": \"doctor\"}\n").unwrap();
    BufReader::new(door).read_line(&mut told).unwrap();

    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["doctor"], examined(&stage));
    let without = problems(&told["doctor"]);
    assert!(without.is_empty(), "{told}");
}

#[test]
fn without_a_resident_it_looks_for_itself_and_says_so() {
    let stage = stage("alone");
    stage.sign_in_by_command().unwrap();
    let _host = TrayHost::start(stage.desktop.bus_address()).unwrap();
    let report = examined(&stage);
    assert_eq!(problems(&report), ["resident"]);
    assert_eq!(found(&report, "resident")["problem"]["remedy"], "Start it with: presence-tray");
}

#[test]
fn no_configuration_and_one_with_a_mistake_are_named() {
    let stage = stage("config");
    let _host = TrayHost::start(stage.desktop.bus_address()).unwrap();
    stage.configure("tenannt = 1\n").unwrap();
    let report = examined(&stage);
    assert_eq!(problems(&report), ["configuration", "resident"]);
    assert_eq!(found(&report, "resident")["problem"]["kind"], "not-running");
    let problem = &found(&report, "configuration")["problem"];
    assert!(problem["detail"].as_str().unwrap().contains("line 1, column 1"), "{problem}");
    fs::remove_file(stage.config_file()).unwrap();
    let problem = found(&examined(&stage), "configuration")["problem"].clone();
    assert_eq!(problem["title"], "Not set up yet");
}

#[test]
fn a_missing_keyring_is_named() {
    let desktop = Desktop::builder("nokeyring").without_display().keyring(Keyring::Absent);
    let stage = Stage::new(desktop).unwrap();
    let report = examined(&stage);
    assert!(problems(&report).contains(&"keyring".to_owned()), "{report}");
    let remedy = &found(&report, "keyring")["problem"]["remedy"];
    assert_eq!(remedy, "Unlock the keyring, or start its service.");
}

#[test]
fn a_network_that_does_not_reach_microsoft_is_named() {
    let stage = stage("network");
    for fault in [Fault::LoseRequest, Fault::CaptivePortal, Fault::Status(503, None)] {
        stage.cloud.with(|cloud, _| cloud.fault(On::All, 1_000, fault.clone()));
        let report = examined(&stage);
        assert!(problems(&report).contains(&"network".to_owned()), "{fault:?}: {report}");
        let detail = found(&report, "network")["problem"]["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with(stage.cloud.base_url()), "{detail}");
        stage.cloud.with(|cloud, _| cloud.heal());
    }
}

#[test]
fn a_wrong_clock_is_named() {
    let stage = stage("clock");
    stage.cloud.with(|cloud, _| cloud.policy().clock_ahead_seconds = 3_600);
    let problem = found(&examined(&stage), "clock")["problem"].clone();
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("minutes behind Microsoft's"), "{detail}");
}

#[test]
fn an_unknown_client_and_an_unknown_tenant_are_named() {
    let stage = stage("unknown");
    let good = stage.configuration();
    for (bad, words) in [
        (good.replace(CLIENT_ID, "22553876-f5ab-4529-bffb-cfe50aa89f87"), "client_id and tenant"),
        (format!("tenant = \"fabrikam.example\"\n{good}"), "client_id and tenant"),
    ] {
        stage.configure(&bad).unwrap();
        let report = examined(&stage);
        assert!(problems(&report).contains(&"registration".to_owned()), "{report}");
        let problem = &found(&report, "registration")["problem"];
        assert!(problem["remedy"].as_str().unwrap().contains(words), "{problem}");
        assert!(problem["ids"].as_object().unwrap().contains_key("correlation id"), "{problem}");
    }
}

#[test]
fn a_sign_in_that_was_revoked_is_named() {
    let stage = stage("revoked");
    stage.sign_in_by_command().unwrap();
    stage.cloud.with(|cloud, _| cloud.revoke(MEGAN));
    let report = examined(&stage);
    let problem = &found(&report, "sign-in")["problem"];
    assert_eq!(problem["kind"], "sign-in-needed", "{report}");
}

#[test]
fn a_missing_permission_and_a_missing_licence_are_named() {
    let stage = stage("permission");
    stage.cloud.with(|cloud, _| cloud.policy().consent = Consent::WithoutPresence);
    let sign_in = stage.command(&["sign-in"]).unwrap().spawn().unwrap();
    stage.browse(presence_tests::cloud::Pick::Megan).unwrap();
    presence_tests::stage::end_of(sign_in).unwrap();
    let report = examined(&stage);
    let problem = &found(&report, "permission")["problem"];
    assert_eq!(problem["title"], "Permission missing: Presence.ReadWrite", "{report}");

    stage.cloud.with(|cloud, _| cloud.policy().consent = Consent::Full);
    stage.sign_in_by_command().unwrap();
    assert_eq!(found(&examined(&stage), "permission")["ok"], true);
    let mut stage = stage;
    stage.start().unwrap();
    stage.cloud.with(|cloud, _| cloud.license(MEGAN, false));
    assert!(!stage.run(&["set", "away"]).unwrap().status.success());
    let problem = found(&examined(&stage), "permission")["problem"].clone();
    assert_eq!(problem["kind"], "no-presence");
}

#[test]
fn a_desktop_without_a_tray_is_named() {
    let stage = stage("notray");
    let report = examined(&stage);
    let problem = &found(&report, "tray")["problem"];
    assert_eq!(problem["title"], "This desktop shows no tray");
    assert!(problem["remedy"].as_str().unwrap().contains("AppIndicator"), "{problem}");
}

#[test]
fn a_shortcut_that_cannot_work_is_named() {
    let mut stage = stage("shortcut");
    let keys = "\n[shortcuts]\npresenting = \"5\"\naway = \"Ctrl+Alt+Shift+4\"\n";
    stage.configure(&format!("{}{keys}", stage.configuration())).unwrap();
    let says = |stage: &Stage| {
        let report = examined(stage);
        let problem = found(&report, "shortcuts")["problem"].clone();
        assert!(problem.to_string().contains("presenting"), "{report}");
    };
    says(&stage);
    stage.start().unwrap();
    says(&stage);
}

#[test]
fn a_start_at_log_in_that_cannot_be_set_up_is_named() {
    let mut stage = stage("autostart");
    let folder = stage.desktop.var("XDG_CONFIG_HOME").unwrap().to_owned();
    fs::write(format!("{folder}/autostart"), "").unwrap();
    stage.configure(&format!("autostart = true\n{}", stage.configuration())).unwrap();
    stage.start().unwrap();
    until("the problem", || !found(&examined(&stage), "autostart")["ok"].as_bool().unwrap())
        .unwrap();
}

#[test]
fn it_writes_nothing() {
    let stage = stage("nothing");
    let before = fs::read(stage.config_file()).unwrap();
    let _ = TrayHost::start(stage.desktop.bus_address()).unwrap().wait_until_empty(LIMIT);
    examined(&stage);
    assert_eq!(fs::read(stage.config_file()).unwrap(), before);
    assert!(!stage.folder().join("state/wish.json").exists());
    assert!(!stage.folder().join("run").exists());
}

fn stage(name: &str) -> Stage {
    Stage::new(Desktop::builder(name).without_display()).unwrap()
}

fn examined(stage: &Stage) -> Value {
    let output = stage.run(&["doctor", "--json"]).unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let well = output.status.success();
    assert_eq!(report["ok"], well, "{report}");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    for check in report["checks"].as_array().unwrap() {
        let problem = &check["problem"];
        assert_eq!(check["ok"], problem.is_null());
        let remedy = problem["remedy"].as_str().unwrap_or("none needed");
        assert!(!remedy.is_empty() || problem["kind"] == "service-busy", "{check}");
    }
    report
}

fn found(report: &Value, name: &str) -> Value {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).unwrap_or(&Value::Null).clone()
}

fn problems(report: &Value) -> Vec<String> {
    let checks = report["checks"].as_array().unwrap().iter();
    let failed = checks.filter(|check| check["ok"] == false);
    failed.map(|check| check["name"].as_str().unwrap().to_owned()).collect()
}
