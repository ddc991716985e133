//! Proves what happens in trouble: bad input, a missing keyring, browser, tray or network. Each is said clearly,
//! and nothing is lost.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, Instant};

use presence_tests::cloud::{Fault, Kind, On, Options};
use presence_tests::cloud::{Pick, browser};
use presence_tests::desktop::menu::{checked, find, headline};
use presence_tests::desktop::secrets::{Secret, lock, put, secrets, unlock};
use presence_tests::desktop::{Desktop, Keyring, Notifications, TrayHost, wait_for};
use presence_tests::stage::{LIMIT, Stage, until};
use rustix::process::Signal;
use url::Url;

#[test]
fn a_choice_that_cannot_be_saved_is_told_of_until_one_is() {
    let mut stage = Stage::new(Desktop::builder("unsaved").without_display()).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    // In the way of the new file, also where root may write everywhere.
    let in_the_way = stage.folder().join("state/wish.json.new");
    fs::create_dir(&in_the_way).unwrap();
    let is_told = || {
        let shown = stage.snapshot().unwrap()["desktop"].to_string();
        shown.contains("Your choice cannot be saved")
    };

    stage.succeed(&["set", "away"]).unwrap();
    until("the problem", is_told).unwrap();
    fs::remove_dir(&in_the_way).unwrap();
    stage.succeed(&["set", "presenting"]).unwrap();
    until("its end", || !is_told()).unwrap();
    stage.succeed(&["quit"]).unwrap();
}

#[test]
fn a_start_that_fails_is_told_where_nobody_reads_what_is_printed() {
    let mut stage = Stage::new(Desktop::builder("cannot-start").without_display()).unwrap();
    let told = Notifications::start(stage.desktop.bus_address()).unwrap();
    let in_the_way = stage.folder().join("state");
    fs::write(&in_the_way, "").unwrap();

    let failed = stage.run(&["run", "--hidden"]).unwrap();
    assert_eq!(failed.status.code(), Some(1));
    let notice = told.wait_for(|notice| notice.summary == "Presence Tray cannot start", LIMIT);
    let body = notice.unwrap().body;
    assert!(body.contains(&format!("cannot use {}: ", in_the_way.display())), "{body}");

    fs::remove_file(&in_the_way).unwrap();
    stage.start().unwrap();
    let second = stage.run(&["run", "--hidden"]).unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert_eq!(told.all().len(), 1, "that it runs already is no failure");
}

#[test]
fn without_a_keyring_the_sign_in_works_for_this_run_and_says_so() {
    let desktop = Desktop::builder("nokeyring").without_display().keyring(Keyring::Absent);
    let mut stage = Stage::new(desktop).unwrap();
    let told = Notifications::start(stage.desktop.bus_address()).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
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
    stage.remembered_token().unwrap();
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
fn two_sign_ins_in_the_keyring_are_told_of_and_the_next_one_replaces_both() {
    let mut stage = Stage::new(Desktop::builder("ambiguous").without_display()).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.remembered_token().unwrap();
    stage.succeed(&["quit"]).unwrap();
    stage.wait_for_end().unwrap();
    copy(&stage);

    stage.start().unwrap();
    until("the problem", || stage.status().unwrap()["problem"]["kind"] == "keyring-unavailable")
        .unwrap();
    let problem = stage.status().unwrap()["problem"].clone();
    assert!(problem["detail"].as_str().unwrap().contains("2 entries"), "{problem}");
    assert!(problem["remedy"].as_str().unwrap().starts_with("Sign in again"), "{problem}");
    stage.sign_in_by_command().unwrap();
    until("one entry", || secrets(&stage.desktop).unwrap().len() == 1).unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    assert!(stage.agree().unwrap()["problem"].is_null());

    copy(&stage);
    stage.succeed(&["sign-out"]).unwrap();
    assert_eq!(secrets(&stage.desktop).unwrap(), []);
}

#[test]
fn an_entry_that_is_no_sign_in_is_told_of_and_replaced() {
    let mut stage = Stage::new(Desktop::builder("unreadable").without_display()).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.remembered_token().unwrap();
    stage.succeed(&["quit"]).unwrap();
    stage.wait_for_end().unwrap();
    let entry = secrets(&stage.desktop).unwrap().remove(0);
    for foreign in ["hunter2", "parts 0 4294967295"] {
        put(&stage.desktop, &Secret { value: Some(foreign.into()), ..entry.clone() }).unwrap();

        stage.start().unwrap();
        until("the problem", || !stage.status().unwrap()["problem"].is_null()).unwrap();
        let problem = stage.status().unwrap()["problem"].clone();
        assert!(problem["remedy"].as_str().unwrap().starts_with("Sign in again"), "{problem}");
        stage.sign_in_by_command().unwrap();
        stage.remembered_token().unwrap();
        assert_eq!(secrets(&stage.desktop).unwrap().len(), 1);
        stage.succeed(&["quit"]).unwrap();
        stage.wait_for_end().unwrap();
    }
}

/// Puts a copy of the only entry beside it, as another program may.
fn copy(stage: &Stage) {
    let mut entry = secrets(&stage.desktop).unwrap().remove(0);
    entry.attributes.insert("copied".to_owned(), "yes".to_owned());
    put(&stage.desktop, &entry).unwrap();
}

#[test]
fn a_mistake_in_the_configuration_is_named_and_the_file_is_left_alone() {
    let mut stage = Stage::new(Desktop::builder("mistake").without_display()).unwrap();
    for (config, words) in [
        (
            "client_id = \"1234\"\n",
            "line 1, column 13: client_id must be the application (client) ID",
        ),
        (
            "# mine\ntenannt = \"x\"\n",
            "line 2, column 1: \"tenannt\" is not a key; the keys are client_id",
        ),
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
    let url = stage.offered_url().unwrap();
    wait_for(async move { browser::sign_in(&url, Pick::Megan).await }).unwrap();

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
        let answer = browser::client()?.get(forged).send().await?;
        anyhow::Ok((answer.status().as_u16(), answer.text().await?))
    })
    .unwrap();

    assert_eq!(page.0, 400);
    assert!(
        page.1.contains("This is not the sign-in that Presence Tray is waiting for"),
        "{}",
        page.1
    );
    wait_for(async move { browser::sign_in(&url, Pick::Megan).await }).unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_description_on_the_redirect_is_not_repeated_but_its_numbers_are() {
    let mut stage = Stage::new(Desktop::builder("described").without_display()).unwrap();
    stage.start().unwrap();
    let mut command = stage.command(&["sign-in"]).unwrap();
    let child = command.stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let url = Url::parse(&stage.opened_url().unwrap()).unwrap();
    let value = |name: &str| url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
    let described = "AADSTS50105: Call +1 555 0100 at once!\u{1b}[31m \
                     Trace ID: f7b2f1ac-0000-4a4c-8a52-0123456789ab";
    let mut redirect = Url::parse(&value("redirect_uri")).unwrap();
    redirect.query_pairs_mut().extend_pairs([
        ("error", "interaction_required"),
        ("error_description", described),
        ("state", &value("state")),
    ]);

    wait_for(
        async move { anyhow::Ok(browser::client()?.get(redirect).send().await?.text().await?) },
    )
    .unwrap();

    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(!said.contains("555") && !said.contains('\u{1b}'), "{said}");
    assert!(said.contains("AADSTS50105"), "{said}");
    assert!(said.contains("f7b2f1ac-0000-4a4c-8a52-0123456789ab"), "{said}");
}

#[test]
fn connections_that_stay_silent_do_not_delay_the_sign_in() {
    let mut stage = Stage::new(Desktop::builder("silent").without_display()).unwrap();
    stage.start().unwrap();
    let mut child = stage.command(&["sign-in"]).unwrap().stderr(Stdio::null()).spawn().unwrap();
    let url = stage.opened_url().unwrap();
    let port = url.split("localhost%3A").nth(1).unwrap().split('&').next().unwrap();
    let port: u16 = port.parse().unwrap();
    let _silent: Vec<_> =
        (0..12).map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap()).collect();

    let begun = Instant::now();
    wait_for(async move { browser::sign_in(&url, Pick::Megan).await }).unwrap();

    assert!(child.wait().unwrap().success());
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
}

#[test]
fn the_tray_item_appears_when_a_tray_host_comes() {
    let mut stage = Stage::new(Desktop::builder("late").without_display()).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
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
    stage.remembered_token().unwrap();
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
fn a_session_that_fades_offline_is_no_longer_shown_as_held() {
    let desktop = Desktop::builder("fades").without_display();
    let mut stage = Stage::at_rate(desktop, Options::default(), 40.0).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "available"]).unwrap();
    stage.cloud.with(|cloud, _| cloud.fault(On::All, 1_000, Fault::LoseRequest));
    assert_eq!(stage.status().unwrap()["session"]["status"], "available");

    until("the fade", || stage.status().unwrap()["session"].is_null()).unwrap();

    let status = stage.status().unwrap();
    assert_eq!(status["wanted"], "available");
    assert_eq!(status["problem"]["kind"], "offline");
}

#[test]
fn a_termination_does_not_wait_for_a_service_that_does_not_answer() {
    let mut stage = Stage::new(Desktop::builder("stall").without_display()).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "in-a-call"]).unwrap();
    stage.cloud.with(|cloud, _| cloud.fault(Kind::ClearPresence, 10, Fault::Late(60_000)));

    stage.signal(Signal::TERM).unwrap();

    stage.wait_for_end().unwrap();
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
