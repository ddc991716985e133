//! Proves the main job end to end: the built program in a private desktop with a real keyring and a real tray
//! menu, against the fake cloud.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use presence_tests::cloud::browser::Pick;
use presence_tests::cloud::{CLIENT_ID, Fault, Kind, MEGAN, On, Options, SessionState};
use presence_tests::desktop::menu::{MenuRow, find, text};
use presence_tests::desktop::secrets::{lock, secrets, unlock};
use presence_tests::desktop::{Desktop, Keyring, Notifications, TrayHost, Window, wait_for};
use presence_tests::stage::{LIMIT, Stage, built, until};
use rustix::process::Signal;
use serde_json::{Value, json};

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
    // Cloud and program run in step, forty times as fast as the wall: twenty minutes in half a minute.
    let desktop = Desktop::builder("holds").without_display();
    let mut stage = Stage::at_rate(desktop, Options::default(), 40.0).unwrap();
    stage.start().unwrap();
    sign_in_by_command(&stage);
    stage.succeed(&["set", "available"]).unwrap();
    let set = stage.cloud.with(|_, now| now);

    let minutes = |count: u64| set + count * 60_000;
    for step in 1..=20 {
        until_cloud(&stage, minutes(step));
        stage.agree().unwrap();
    }

    let lapses = stage.cloud.with(|cloud, now| cloud.lapses(MEGAN, set, now));
    assert!(lapses.is_empty(), "{lapses:?}\n{}", stage.log());
    let calls = stage.bodies(Kind::SetPresence).len();
    assert!((5..=7).contains(&calls), "{calls} calls in 20 minutes");
}

#[test]
fn the_refresh_token_is_in_the_keyring_and_nowhere_else() {
    let (mut stage, host) = started("secret");
    let item = host.wait_for_item(LIMIT).unwrap();
    stage.sign_in(&item).unwrap();
    stage.succeed(&["set", "away"]).unwrap();

    let token = remembered(&stage);
    assert!(token.len() > 1_000);
    let id = stage.program().unwrap().id();
    for place in ["environ", "cmdline"] {
        assert!(!contains(&Path::new("/proc").join(id.to_string()).join(place), &token), "{place}");
    }
    let mut looked = 0;
    for file in files(stage.desktop.folder()) {
        looked += 1;
        let is_keyring = file.components().any(|part| part.as_os_str() == "keyrings");
        assert!(is_keyring || !contains(&file, &token), "{}", file.display());
    }
    assert!(looked > 3 && !stage.log().is_empty());
    assert!(!stage.log().contains("megan@contoso.com"), "no mailbox name in the log");
}

#[test]
fn a_killed_program_loses_neither_the_sign_in_nor_the_wish() {
    let (mut stage, host) = started("killed");
    let item = host.wait_for_item(LIMIT).unwrap();
    stage.sign_in(&item).unwrap();
    stage.succeed(&["set", "presenting"]).unwrap();
    remembered(&stage);

    stage.signal(Signal::KILL).unwrap();
    until("the end", || stage.program().unwrap().ended().unwrap().is_some()).unwrap();
    let calls = stage.bodies(Kind::SetPresence).len();
    stage.start().unwrap();

    until("the wish", || stage.bodies(Kind::SetPresence).len() > calls).unwrap();
    until("the session", || stage.status().unwrap()["session"]["status"] == "presenting").unwrap();
    stage.agree().unwrap();
}

#[test]
fn without_a_keyring_the_sign_in_works_for_this_run_and_says_so() {
    let desktop = Desktop::builder("nokeyring").without_display().keyring(Keyring::Absent);
    let mut stage = Stage::new(desktop).unwrap();
    let told = Notifications::start(stage.desktop.bus_address()).unwrap();
    stage.start().unwrap();
    sign_in_by_command(&stage);
    stage.succeed(&["set", "away"]).unwrap();

    until("the problem", || stage.status().unwrap()["problem"]["kind"] == "not-remembered")
        .unwrap();
    stage.agree().unwrap();
    told.wait_for(|notice| notice.summary == "Your sign-in will not be remembered", LIMIT).unwrap();
}

#[test]
fn a_locked_keyring_is_waited_for() {
    let mut stage = Stage::new(Desktop::builder("locked")).unwrap();
    let host = TrayHost::start(stage.desktop.bus_address()).unwrap();
    stage.start().unwrap();
    let item = host.wait_for_item(LIMIT).unwrap();
    stage.sign_in(&item).unwrap();
    stage.succeed(&["set", "in-a-call"]).unwrap();
    remembered(&stage);
    stage.signal(Signal::KILL).unwrap();
    until("the end", || stage.program().unwrap().ended().unwrap().is_some()).unwrap();
    lock(&stage.desktop).unwrap();
    let calls = stage.bodies(Kind::SetPresence).len();

    stage.start().unwrap();
    until("the problem", || stage.status().unwrap()["problem"]["kind"] == "keyring-unavailable")
        .unwrap();
    assert_eq!(stage.status().unwrap()["wanted"], "in-a-call");
    unlock(&stage.desktop).unwrap();

    until("the wish", || stage.bodies(Kind::SetPresence).len() > calls).unwrap();
    until("no problem", || stage.status().unwrap()["problem"].is_null()).unwrap();
    stage.agree().unwrap();
}

#[test]
fn a_mistake_in_the_configuration_is_named_and_the_file_is_left_alone() {
    let mut stage = Stage::new(Desktop::builder("mistake").without_display()).unwrap();
    for (config, words) in [
        (
            "client_id = \"1234\"\n",
            "line 1, column 13: client_id must be the application (client) ID",
        ),
        ("# mine\ntenannt = \"x\"\n", "line 2, column 1: unknown field `tenannt`"),
        ("expiration = \"PT9H\"\n", "line 1, column 14: expiration must be from PT5M to PT4H"),
        ("[custom_cloud]\nauthority = \"http://example.com\"\n", "line 2, column 13"),
    ] {
        stage.configure(config).unwrap();
        stage.start().unwrap();
        let status = stage.status().unwrap();
        assert_eq!(status["problem"]["kind"], "not-configured", "{status}");
        let detail = status["problem"]["detail"].as_str().unwrap();
        assert!(detail.contains(words), "{detail}");
        let refused = stage.run(&["set", "away"]).unwrap();
        assert_eq!(refused.status.code(), Some(4));
        assert!(String::from_utf8_lossy(&refused.stderr).contains(words));
        stage.succeed(&["quit"]).unwrap();
        stage.wait_for_end().unwrap();
        assert_eq!(fs::read_to_string(stage.config_file()).unwrap(), config);
    }
}

#[test]
fn without_a_configuration_set_up_comes_first_and_writing_one_is_enough() {
    let (mut stage, host) = prepared("setup");
    let config = fs::read_to_string(stage.config_file()).unwrap();
    fs::remove_file(stage.config_file()).unwrap();
    stage.start().unwrap();
    let item = host.wait_for_item(LIMIT).unwrap();
    let menu = item.wait_until(|menu| !menu.is_empty(), LIMIT).unwrap();
    assert_eq!(menu[0].label, "Set up…");
    assert!(!find(&menu, &["Available"]).unwrap().enabled);
    assert_eq!(stage.run(&["set", "away"]).unwrap().status.code(), Some(4));

    stage.configure(&config).unwrap();
    assert_eq!(stage.run(&["set", "away"]).unwrap().status.code(), Some(3));
    stage.sign_in(&item).unwrap();
}

#[test]
fn a_browser_that_does_not_open_leaves_its_address_to_copy() {
    let mut stage = Stage::new(Desktop::builder("nobrowser").without_display()).unwrap();
    stage.uninstall_browser().unwrap();
    stage.start().unwrap();
    let mut command = stage.command(&["sign-in"]).unwrap();
    let child = command.stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();

    until("the problem", || stage.status().unwrap()["problem"]["kind"] == "browser-unavailable")
        .unwrap();
    let url = authorize_url(&stage);
    wait_for(async move { presence_tests::cloud::browser::sign_in(&url, Pick::Megan).await })
        .unwrap();

    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("/oauth2/v2.0/authorize?"), "{said}");
    assert_eq!(stage.status().unwrap()["account"]["name"], "megan@contoso.com");
}

#[test]
fn cancelling_in_the_browser_changes_nothing_and_is_said() {
    let (mut stage, host) = started("cancel");
    let item = host.wait_for_item(LIMIT).unwrap();
    item.wait_until(|menu| find(menu, &["Sign in…"]).is_some(), LIMIT).unwrap();
    item.click(&["Sign in…"]).unwrap();

    let page = stage.browse(Pick::Cancel).unwrap();

    assert!(page.contains("You are not signed in"), "{page}");
    let menu = item.wait_until(|menu| headline(menu) == "Sign-in cancelled", LIMIT).unwrap();
    assert!(!find(&menu, &["Available"]).unwrap().enabled);
    stage.sign_in(&item).unwrap();
    stage.program().unwrap();
}

#[test]
fn a_redirect_with_a_wrong_state_is_refused_and_the_right_one_still_counts() {
    let mut stage = Stage::new(Desktop::builder("state").without_display()).unwrap();
    stage.start().unwrap();
    let mut child = stage.command(&["sign-in"]).unwrap().stderr(Stdio::null()).spawn().unwrap();
    let url = stage.opened_url().unwrap();
    let port = url.split("localhost%3A").nth(1).unwrap().split('&').next().unwrap().to_owned();

    let forged = format!("http://127.0.0.1:{port}/?code=stolen&state=guessed");
    let page = wait_for(async move {
        let answer = presence_tests::cloud::browser::client()?.get(forged).send().await?;
        anyhow::Ok((answer.status().as_u16(), answer.text().await?))
    })
    .unwrap();

    assert_eq!(page.0, 400);
    assert!(page.1.contains("This is not the sign-in that Presence Tray waits for"), "{}", page.1);
    wait_for(async move { presence_tests::cloud::browser::sign_in(&url, Pick::Megan).await })
        .unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn the_tray_item_appears_when_a_tray_host_comes() {
    let mut stage = Stage::new(Desktop::builder("late").without_display()).unwrap();
    stage.start().unwrap();
    sign_in_by_command(&stage);
    stage.succeed(&["set", "away"]).unwrap();

    let host = TrayHost::start(stage.desktop.bus_address()).unwrap();

    let item = host.wait_for_item(LIMIT).unwrap();
    item.wait_until(|menu| headline(menu) == "Away", LIMIT).unwrap();
}

#[test]
fn a_second_start_does_not_become_a_second_resident() {
    let mut stage = Stage::new(Desktop::builder("second").without_display()).unwrap();
    stage.start().unwrap();

    let second = stage.run(&["run"]).unwrap();

    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&second.stderr).contains("already running"));
    stage.status().unwrap();
}

#[test]
fn a_cloud_that_cannot_be_reached_at_start_is_tried_until_it_answers() {
    let (mut stage, host) = started("outage");
    let item = host.wait_for_item(LIMIT).unwrap();
    stage.sign_in(&item).unwrap();
    stage.succeed(&["set", "available"]).unwrap();
    remembered(&stage);
    stage.signal(Signal::KILL).unwrap();
    until("the end", || stage.program().unwrap().ended().unwrap().is_some()).unwrap();
    host.wait_until_empty(LIMIT).unwrap();
    stage.cloud.with(|cloud, _| cloud.fault(On::All, 1_000, Fault::LoseRequest));

    stage.start().unwrap();
    let item = host.wait_for_item(LIMIT).unwrap();
    let menu = item
        .wait_until(|menu| headline(menu) == "Offline: will set Available when connected", LIMIT)
        .unwrap();
    assert_eq!(checked(&menu), ["Available"]);
    let refused = stage.run(&["set", "away"]).unwrap();
    assert_eq!(refused.status.code(), Some(5), "{}", String::from_utf8_lossy(&refused.stderr));

    stage.cloud.with(|cloud, _| cloud.heal());
    item.wait_until(|menu| headline(menu) == "Away", LIMIT).unwrap();
    stage.agree().unwrap();
}

#[test]
fn a_termination_clears_the_session_first() {
    let mut stage = Stage::new(Desktop::builder("term").without_display()).unwrap();
    stage.start().unwrap();
    sign_in_by_command(&stage);
    stage.succeed(&["set", "in-a-call"]).unwrap();

    stage.signal(Signal::TERM).unwrap();

    stage.wait_for_end().unwrap();
    assert_eq!(session(&stage), SessionState::Absent);
}

#[test]
fn a_termination_does_not_wait_for_a_service_that_does_not_answer() {
    let mut stage = Stage::new(Desktop::builder("stall").without_display()).unwrap();
    stage.start().unwrap();
    sign_in_by_command(&stage);
    stage.succeed(&["set", "in-a-call"]).unwrap();
    stage.cloud.with(|cloud, _| cloud.fault(Kind::ClearPresence, 10, Fault::Late(60_000)));

    stage.signal(Signal::TERM).unwrap();

    stage.wait_for_end().unwrap();
}

#[test]
fn a_refused_token_costs_one_refresh_and_nobody_notices() {
    let mut stage = Stage::new(Desktop::builder("refused").without_display()).unwrap();
    stage.start().unwrap();
    sign_in_by_command(&stage);
    stage.succeed(&["set", "away"]).unwrap();
    let before = remembered(&stage);
    stage.cloud.with(|cloud, _| cloud.revoke_access(MEGAN));

    stage.succeed(&["set", "presenting"]).unwrap();

    stage.agree().unwrap();
    assert_eq!(stage.bodies(Kind::Refresh).len(), 1);
    until("the new refresh token", || stored_token(&stage).is_some_and(|token| token != before))
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
    until("an empty keyring", || stored_token(&stage).is_none()).unwrap();
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
fn the_window_shows_the_live_view_and_sets_a_status() {
    let mut stage = Stage::new(Desktop::builder("window").window_manager()).unwrap();
    stage.start().unwrap();
    sign_in_by_command(&stage);
    let script = window_script(&stage);

    let window = Window::open(&stage.desktop, Path::new(&script), &[]).unwrap();
    window.wait_for_text("#account", |text| text.contains("megan@contoso.com"), LIMIT).unwrap();
    window.find("[data-status=\"presenting\"]", LIMIT).unwrap().click().unwrap();
    window.wait_for_text("#holds", |text| text.contains("Presenting"), LIMIT).unwrap();
    assert_eq!(stage.agree().unwrap()["wanted"], "presenting");
    stage.succeed(&["set", "away"]).unwrap();
    window.wait_for_text("#holds", |text| text.contains("Away"), LIMIT).unwrap();
}

#[test]
fn wrong_usage_is_told_apart() {
    let mut stage = Stage::new(Desktop::builder("usage").without_display()).unwrap();
    for wrong in
        [&["set", "bussy"][..], &["set", "away", "--for", "30s"], &["frobnicate"], &["set"]]
    {
        assert_eq!(stage.run(wrong).unwrap().status.code(), Some(2), "{wrong:?}");
    }
    let nobody = stage.run(&["set", "away"]).unwrap();
    assert_eq!(nobody.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&nobody.stderr).contains("not running"));
    stage.start().unwrap();
    assert_eq!(stage.run(&["set", "away"]).unwrap().status.code(), Some(3));
}

fn prepared(name: &str) -> (Stage, TrayHost) {
    let stage = Stage::new(Desktop::builder(name).without_display()).unwrap();
    let host = TrayHost::start(stage.desktop.bus_address()).unwrap();
    (stage, host)
}

fn started(name: &str) -> (Stage, TrayHost) {
    let (mut stage, host) = prepared(name);
    stage.start().unwrap();
    (stage, host)
}

fn sign_in_by_command(stage: &Stage) {
    let mut child = stage.command(&["sign-in"]).unwrap().stderr(Stdio::null()).spawn().unwrap();
    stage.browse(Pick::Megan).unwrap();
    assert!(child.wait().unwrap().success(), "{}", stage.log());
}

/// The address the resident offers to copy, from its door.
fn authorize_url(stage: &Stage) -> String {
    use std::io::{BufRead, BufReader, Write};
    let mut door =
        std::os::unix::net::UnixStream::connect(stage.folder().join("run/door")).unwrap();
    door.write_all(b"{\"watch\":true}\n").unwrap();
    let mut line = String::new();
    BufReader::new(door).read_line(&mut line).unwrap();
    let facade: Value = serde_json::from_str(&line).unwrap();
    facade["sign_in"]["url"].as_str().unwrap_or_else(|| panic!("no address in {facade}")).to_owned()
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

fn headline(menu: &[MenuRow]) -> String {
    let row = menu.iter().find(|row| !row.separator && !row.enabled && row.checked.is_none());
    row.map(|row| row.label.clone()).unwrap_or_default()
}

fn checked(menu: &[MenuRow]) -> Vec<&str> {
    menu.iter().filter(|row| row.checked == Some(true)).map(|row| row.label.as_str()).collect()
}

/// The refresh token in the Secret Service, once it is there.
fn remembered(stage: &Stage) -> String {
    until("the token in the keyring", || stored_token(stage).is_some()).unwrap();
    stored_token(stage).unwrap()
}

/// The refresh token in the Secret Service; `None` when there is none.
fn stored_token(stage: &Stage) -> Option<String> {
    let secrets = secrets(&stage.desktop).unwrap();
    let mine = secrets.into_iter().find(|secret| {
        secret.attributes.get("service").is_some_and(|service| service.starts_with("presence-tray"))
    })?;
    let kept: Value = serde_json::from_slice(&mine.value?).unwrap();
    assert_eq!(kept["account"]["name"], json!("megan@contoso.com"));
    Some(kept["refresh_token"].as_str().unwrap().to_owned())
}

fn contains(file: &Path, token: &str) -> bool {
    let bytes = fs::read(file).unwrap_or_default();
    bytes.windows(40).any(|window| window == &token.as_bytes()[..40])
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            found.extend(files(&entry.path()));
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    found
}

/// The WebDriver starts its program without arguments of ours: a script brings the stage's environment.
fn window_script(stage: &Stage) -> String {
    use std::os::unix::fs::PermissionsExt;
    let path = stage.folder().join("window");
    let binary = built("presence-tray-window").unwrap();
    let script = format!(
        "#!/bin/sh\nexport PRESENCE_TRAY_CONFIG_DIR='{}'\nexec '{}' \"$@\"\n",
        stage.folder().display(),
        binary.display()
    );
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}
