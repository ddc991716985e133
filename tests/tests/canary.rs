//! Proves that the stage finds a secret wherever a program leaves it, so that no other test has to look for one.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use presence_tests::cloud::{Fault, Kind, MEGAN, Pick, SecretKind, TokenError, browser};
use presence_tests::desktop::{Bus, Desktop, TrayHost, wait_for};
use presence_tests::stage::{LIMIT, Leak, Place, Stage, until};
use serde_json::json;

#[test]
fn a_secret_is_found_wherever_it_is_left() {
    let mut stage = Stage::new(Desktop::builder("leaks").without_display()).unwrap();
    let token = stage.cloud.with(|cloud, now| cloud.sign_in(now, MEGAN));
    let waiting = |name, mut command: Command| {
        command.stdin(Stdio::piped());
        stage.desktop.spawn(name, command).unwrap()
    };

    fs::write(stage.folder().join("plain"), &token[..30]).unwrap();
    let wide: Vec<u8> = "Megan Bowen".encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(stage.desktop.folder().join("home/.local/share/wide"), wide).unwrap();
    let mut by_argument = stage.desktop.command("sh");
    by_argument.args(["-c", "read line", &token]);
    let by_argument = waiting("by-argument", by_argument);
    let mut by_environment = stage.desktop.command("cat");
    by_environment.env("LOGIN", "megan%40contoso.com");
    let by_environment = waiting("by-environment", by_environment);
    Bus::connect(stage.desktop.bus_address()).unwrap().has_owner(&token);
    stage.run(&["set", &token]).unwrap();

    let found = stage.leaks().unwrap();
    drop((by_argument, by_environment));
    let leak = |kind, place, whose: &str| Leak { kind, place, whose: whose.to_owned() };
    let (token_kind, printed) =
        (SecretKind::RefreshToken, format!("presence-tray {:?}", ["set", &token]));
    let expected = BTreeSet::from([
        leak(token_kind, Place::File, "pt/plain"),
        leak(SecretKind::Name, Place::File, "home/.local/share/wide"),
        leak(token_kind, Place::Arguments, "sh"),
        leak(SecretKind::Mailbox, Place::Environment, "cat"),
        leak(token_kind, Place::Bus, "org.freedesktop.DBus.NameHasOwner"),
        leak(token_kind, Place::Output, &printed),
    ]);
    assert_eq!(found, expected);
    stage.search_nothing();
}

/// The stage itself searches at its end.
#[test]
fn no_way_to_sign_in_leaves_a_secret_where_somebody_may_see_it() {
    let mut stage = Stage::new(Desktop::builder("canary")).unwrap();
    let host = TrayHost::start(stage.desktop.bus_address()).unwrap();
    stage.start().unwrap();
    let item = host.wait_for_item(LIMIT).unwrap();
    stage.sign_in(&item).unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    let window = stage.open_window().unwrap();
    for (claim, status, needs_person) in
        [("1767600001", "presenting", false), ("1767600002", "in-a-call", true)]
    {
        let claims = json!({"access_token": {"nbf": {"essential": true, "value": claim}}});
        stage.cloud.with(|cloud, _| {
            cloud.challenge(MEGAN, claims);
            if needs_person {
                let refused = Fault::TokenError(TokenError::InteractionRequired);
                cloud.fault(Kind::Refresh, 1, refused);
            }
        });
        let is_set = stage.run(&["set", status]).unwrap().status.success();
        assert_eq!(is_set, !needs_person);
    }
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["sign-out"]).unwrap();
    sign_in_with_code(&stage);
    drop(window);

    let all = stage.cloud.with(|cloud, _| cloud.secrets());
    let kinds: BTreeSet<_> = all.into_iter().map(|secret| secret.kind).collect();
    assert_eq!(kinds.len(), 11, "{kinds:?}");
}

fn sign_in_with_code(stage: &Stage) {
    let mut command = stage.command(&["sign-in", "--device-code"]).unwrap();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut told = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut told).unwrap();
    let code = told.trim().rsplit(' ').next().unwrap().to_owned();
    let uri = told.split(' ').find(|word| word.starts_with("http")).unwrap().to_owned();
    wait_for(async move { browser::enter_code(&uri, &code, Pick::Megan).await }).unwrap();
    child.wait().unwrap();
    until("the token", || stage.stored_token().unwrap().is_some()).unwrap();
}
