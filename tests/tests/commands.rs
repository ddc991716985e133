//! Proves the command line: every command and its exit code, through the resident and without one, and that two
//! of them at once corrupt nothing.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::{Child, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use presence_tests::cloud::{CLIENT_ID, Fault, Kind, MEGAN, On, Rotation, SessionState};
use presence_tests::cloud::{Pick, browser};
use presence_tests::desktop::{Desktop, wait_for};
use presence_tests::stage::{LIMIT, Stage, end_of, until};
use rustix::process::Signal;
use serde_json::Value;

#[test]
fn without_a_resident_every_command_does_its_job() {
    let mut stage = stage("commands");
    assert_eq!(code(&stage, &["set", "away"]), (3, "Sign in first".to_owned()));
    stage.sign_in_by_command().unwrap();
    assert!(stage.bodies(Kind::SetPresence).is_empty(), "a sign-in alone sets nothing");
    stage.stored_token().unwrap().unwrap();

    let set = stage.run(&["set", "presenting"]).unwrap();
    assert!(set.status.success() && set.stdout.is_empty());
    let said = text(&set.stderr);
    assert!(
        said.contains("this status is not renewed: Presenting (do not disturb) ends at "),
        "{said}"
    );
    assert!(said.contains("start: presence-tray"), "{said}");
    let body = format!(
        r#"{{"sessionId":"{CLIENT_ID}","availability":"DoNotDisturb","activity":"Presenting","expirationDuration":"PT1H"}}"#
    );
    assert_eq!(stage.bodies(Kind::SetPresence), [body]);
    let available = stage.run(&["set", "available", "--for", "45m"]).unwrap();
    assert!(text(&available.stderr).contains("Available fades after 5 minutes, at "));
    assert!(stage.bodies(Kind::SetPresence)[1].contains(r#""expirationDuration":"PT45M""#));

    let status = stage.status().unwrap();
    assert_eq!(status["wanted"], "available");
    assert!(status["until"].is_string());
    assert_eq!(status["session"]["status"], "available", "what the command before left");
    assert_eq!(status["effective"]["activity"], "Available");
    assert_eq!(status["account"]["name"], "megan@contoso.com");
    assert_eq!(status["problem"]["kind"], "not-running");
    assert_eq!(stage.bodies(Kind::SetPresence).len(), 2, "a look sets nothing");

    stage.succeed(&["toggle", "available"]).unwrap();
    assert!(stage.bodies(Kind::SetPresence)[2].contains("Presenting"), "back to what was before");
    stage.succeed(&["clear"]).unwrap();
    assert_eq!(session(&stage), SessionState::Absent);
    stage.succeed(&["clear"]).unwrap();
    assert_eq!(stage.bodies(Kind::ClearPresence).len(), 2, "nobody here remembers the first");
    assert_eq!(stage.status().unwrap()["wanted"], Value::Null);

    stage.succeed(&["set", "away"]).unwrap();
    stage.succeed(&["sign-out"]).unwrap();
    assert_eq!(session(&stage), SessionState::Absent);
    assert_eq!(stage.stored_token().unwrap(), None);
    assert_eq!(code(&stage, &["set", "away"]).0, 3);
    stage.start().unwrap();
    assert_eq!(stage.status().unwrap()["wanted"], Value::Null, "signing out ended the wish");
}

#[test]
fn what_was_chosen_without_a_resident_is_kept_by_the_next_one() {
    let mut stage = signed_in("handover");
    stage.succeed(&["set", "in-a-call"]).unwrap();
    stage.start().unwrap();
    until("the renewal", || stage.status().unwrap()["session"]["renews_at"].is_string()).unwrap();
    let status = stage.status().unwrap();
    assert_eq!(status["session"]["status"], "in-a-call");
    assert_eq!(status["problem"], Value::Null);
    stage.agree().unwrap();
}

#[test]
fn a_code_typed_on_another_device_signs_in_without_a_resident() {
    let stage = stage("code");
    let mut command = stage.command(&["sign-in", "--device-code"]).unwrap();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let told = lines(&mut child).recv_timeout(LIMIT).unwrap();
    let code = told.rsplit(' ').next().unwrap().to_owned();
    let uri = told.split(' ').find(|word| word.starts_with("http")).unwrap().to_owned();
    wait_for(async move { browser::enter_code(&uri, &code, Pick::Megan).await }).unwrap();
    assert!(child.wait().unwrap().success());
    stage.stored_token().unwrap().unwrap();
}

#[test]
fn what_cannot_be_done_has_its_exit_code() {
    let mut stage = signed_in("codes");
    let good = fs::read_to_string(stage.config_file()).unwrap();
    fs::remove_file(stage.config_file()).unwrap();
    for command in [&["set", "away"][..], &["clear"], &["sign-in"], &["sign-out"], &["reload"]] {
        let (code, said) = code(&stage, command);
        assert_eq!(code, 4, "{command:?}: {said}");
    }
    assert_eq!(stage.status().unwrap()["problem"]["kind"], "not-configured");
    stage.configure(&good).unwrap();

    stage.cloud.with(|cloud, _| cloud.fault(On::All, 1_000, Fault::LoseRequest));
    for command in [&["set", "away"][..], &["clear"], &["set", "presenting"]] {
        assert_eq!(code(&stage, command).0, 5, "{command:?}");
    }
    let said = code(&stage, &["set", "presenting"]).1;
    assert!(said.contains("Offline"), "{said}");
    assert_eq!(stage.status().unwrap()["wanted"], "presenting", "the wish is kept");
    stage.cloud.with(|cloud, _| cloud.heal());
    stage.start().unwrap();
    until("the session", || stage.status().unwrap()["session"]["status"] == "presenting").unwrap();

    for (command, expected) in
        [(&["run"][..], 1), (&["quit"], 0), (&["quit"], 0), (&["reload"], 0), (&["frobnicate"], 2)]
    {
        assert_eq!(code(&stage, command).0, expected, "{command:?}");
    }
}

#[test]
fn through_the_resident_a_command_returns_what_became_of_it() {
    let mut stage = signed_in("resident");
    stage.start().unwrap();
    for (command, session) in [
        (&["set", "in-a-call"][..], Some("in-a-call")),
        (&["toggle", "away"], Some("away")),
        (&["toggle", "away"], Some("in-a-call")),
        (&["toggle", "in-a-call"], None),
        (&["set", "presenting", "--for", "PT30M"], Some("presenting")),
        (&["clear"], None),
    ] {
        let output = stage.run(command).unwrap();
        assert!(output.status.success(), "{command:?}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{command:?}");
        let status = stage.agree().unwrap();
        assert_eq!(status["session"]["status"].as_str(), session, "{command:?}");
    }
    stage.cloud.with(|cloud, _| cloud.fault(Kind::SetPresence, 1, Fault::Status(403, None)));
    let (code, said) = code(&stage, &["set", "away"]);
    assert_eq!((code, said.as_str()), (1, "Not allowed to set your presence"));
    stage.succeed(&["sign-out"]).unwrap();
    assert_eq!(stage.run(&["set", "away"]).unwrap().status.code(), Some(3));
}

#[test]
fn the_keys_of_the_json_are_those_that_scripts_know() {
    let mut stage = signed_in("json");
    stage.start().unwrap();
    stage.succeed(&["set", "away", "--for", "1h"]).unwrap();
    let status = stage.status().unwrap();
    assert_eq!(
        keys(&status),
        ["account", "difference", "effective", "message", "problem", "session", "until", "wanted"]
    );
    assert_eq!(keys(&status["session"]), ["expires_at", "renews_at", "status"]);
    assert_eq!(keys(&status["effective"]), ["activity", "availability"]);
    assert_eq!(keys(&status["account"]), ["name", "tenant"]);
    for time in [&status["until"], &status["session"]["expires_at"]] {
        let time = time.as_str().unwrap();
        assert!(time.ends_with('Z') && time.len() == 20, "{time}");
    }
    stage.cloud.with(|cloud, _| cloud.fault(On::All, 1_000, Fault::Status(503, None)));
    assert_eq!(stage.run(&["set", "presenting"]).unwrap().status.code(), Some(5));
    let problem = stage.status().unwrap()["problem"].clone();
    assert_eq!(keys(&problem), ["detail", "ids", "kind", "remedy", "title"]);
}

#[test]
fn watching_goes_on_over_the_end_of_a_resident_and_the_start_of_the_next() {
    let mut stage = signed_in("watching");
    stage.start().unwrap();
    let mut command = stage.command(&["status", "--watch", "--json"]).unwrap();
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let lines = lines(&mut child);
    let seen = |what: &str, holds: &dyn Fn(&Value) -> bool| {
        loop {
            let line = lines.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("{what} did not come"));
            let report: Value = serde_json::from_str(&line).unwrap();
            if holds(&report) {
                return;
            }
        }
    };
    seen("the account", &|report| report["account"]["name"] == "megan@contoso.com");
    stage.succeed(&["set", "away"]).unwrap();
    seen("the status", &|report| report["session"]["status"] == "away");
    stage.succeed(&["quit"]).unwrap();
    seen("the end", &|report| report["problem"]["kind"] == "not-running");
    stage.start().unwrap();
    seen("the next", &|report| report["session"]["status"] == "away");
    drop(lines);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn two_commands_at_once_use_every_refresh_token_once() {
    let stage = signed_in("at once");
    // Here a token that is used twice ends the whole sign-in.
    stage.cloud.with(|cloud, _| cloud.policy().rotation = Rotation::RevokeFamilyOnReuse);
    let names = ["available", "in-a-call", "in-a-conference-call", "away", "presenting"];

    let children: Vec<Child> = names.iter().map(|name| spawn(&stage, &["set", name])).collect();
    for child in children {
        let output = end_of(child).unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
    }

    assert_eq!(stage.bodies(Kind::SetPresence).len(), 5);
    let wanted = stage.status().unwrap()["wanted"].clone();
    let last = stage.bodies(Kind::SetPresence).pop().unwrap();
    let said = presence_tests::stage::shown_by(wanted.as_str().unwrap()).unwrap();
    assert!(last.contains(said.activity), "{last} is not {wanted}");
    stage.succeed(&["clear"]).unwrap();
}

#[test]
fn a_command_while_the_resident_starts_or_ends_is_done_once_and_by_somebody() {
    let mut stage = signed_in("racing");
    stage.cloud.with(|cloud, _| cloud.policy().rotation = Rotation::RevokeFamilyOnReuse);
    for (round, name) in ["away", "presenting", "in-a-call"].into_iter().enumerate() {
        let early = spawn(&stage, &["set", name]);
        stage.start().unwrap();
        let output = end_of(early).unwrap();
        assert!(output.status.success(), "{round}: {}", text(&output.stderr));
        until("the session", || stage.status().unwrap()["session"]["status"] == name).unwrap();

        stage.signal(Signal::TERM).unwrap();
        let late = spawn(&stage, &["set", "available"]);
        stage.wait_for_end().unwrap();
        let output = end_of(late).unwrap();
        assert!(output.status.success(), "{round}: {}", text(&output.stderr));
        assert_eq!(stage.status().unwrap()["wanted"], "available");
    }
    assert_eq!(stage.status().unwrap()["account"]["name"], "megan@contoso.com");
    stage.succeed(&["clear"]).unwrap();
}

#[test]
fn a_resident_that_cannot_be_understood_is_asked_a_few_times_and_nothing_is_said_to_be_done() {
    let stage = signed_in("broken door");
    fs::create_dir_all(stage.folder().join("run")).unwrap();
    for (answer, most) in [(vec![b' '; 100 * 1024], 1), (Vec::new(), 9)] {
        let door = UnixListener::bind(stage.folder().join("run/door")).unwrap();
        let asked = Arc::new(AtomicU32::new(0));
        let counting = asked.clone();
        std::thread::spawn(move || {
            for mut visitor in door.incoming().flatten() {
                let mut line = String::new();
                BufReader::new(&visitor).read_line(&mut line).unwrap();
                counting.fetch_add(1, Ordering::Relaxed);
                // A visitor that has heard enough is gone.
                let _ = visitor.write_all(&answer);
            }
        });
        for command in [&["set", "away"][..], &["clear"], &["status"]] {
            asked.store(0, Ordering::Relaxed);
            let output = stage.run(command).unwrap();
            let said = text(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{command:?}: {said}");
            let asked = asked.load(Ordering::Relaxed);
            assert!((1..=most).contains(&asked), "{command:?}: asked {asked} times");
        }
        assert_eq!(code(&stage, &["quit"]).0, 1, "it still answers");
        fs::remove_file(stage.folder().join("run/door")).unwrap();
    }
    assert!(stage.bodies(Kind::SetPresence).is_empty());
}

#[test]
fn a_command_finds_the_resident_whatever_runtime_folder_it_was_given() {
    let stage = signed_in("runtime");
    let config = PathBuf::from(stage.desktop.var("XDG_CONFIG_HOME").unwrap()).join("presence-tray");
    fs::create_dir_all(&config).unwrap();
    fs::write(config.join("config.toml"), stage.configuration()).unwrap();
    let of_user = |arguments: &[&str]| {
        let mut command = stage.command(arguments).unwrap();
        command.env_remove("PRESENCE_TRAY_CONFIG_DIR");
        command
    };
    let _resident = stage.desktop.spawn("resident", of_user(&["run", "--hidden"])).unwrap();
    let run = PathBuf::from(stage.desktop.var("XDG_RUNTIME_DIR").unwrap());
    until("the door", || UnixStream::connect(run.join("presence-tray/door")).is_ok()).unwrap();

    for runtime in [None, Some("/nowhere"), Some("/proc/1/root")] {
        for (arguments, expected) in
            [(&["reload"][..], 0), (&["status", "--json"], 0), (&["set", "away"], 3)]
        {
            let mut command = of_user(arguments);
            command.env_remove("XDG_RUNTIME_DIR");
            command.envs(runtime.map(|folder| ("XDG_RUNTIME_DIR", folder)));
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            let begun = Instant::now();
            let output = end_of(command.spawn().unwrap()).unwrap();
            let said = text(&output.stderr);
            assert_eq!(output.status.code(), Some(expected), "{runtime:?} {arguments:?}: {said}");
            assert!(begun.elapsed() < Duration::from_secs(10), "{runtime:?} {arguments:?}");
            assert!(!text(&output.stdout).contains("not-running"), "{runtime:?} {arguments:?}");
        }
    }
    let mut command = of_user(&["quit"]);
    assert!(command.env_remove("XDG_RUNTIME_DIR").status().unwrap().success());
    let state = PathBuf::from(stage.desktop.var("XDG_STATE_HOME").unwrap()).join("presence-tray");
    until("the end", || !state.join("door").exists()).unwrap();
}

#[test]
fn the_window_opens_without_a_resident_and_with_one() {
    let stage = Stage::new(Desktop::builder("opens").window_manager()).unwrap();
    let picture = stage.desktop.folder().join("window.png");
    let door = stage.folder().join("run/door");
    let window = |arguments: &[&str]| {
        stage.succeed(arguments).unwrap();
        stage.desktop.screenshot_of("Presence Tray", &picture, LIMIT).unwrap();
        // A window that is closed before its page runs starts nothing.
        until("the resident", || door.exists()).unwrap();
        let mut close = stage.desktop.command("xdotool");
        close.args(["search", "--onlyvisible", "--name", "Presence Tray", "windowclose"]);
        assert!(close.status().unwrap().success());
    };
    assert!(!door.exists());
    window(&["open"]);
    window(&["open"]);
    // A second start is a wish to see the first.
    window(&[]);
    stage.succeed(&["quit"]).unwrap();
}

fn stage(name: &str) -> Stage {
    Stage::new(Desktop::builder(&name.replace(' ', "-")).without_display()).unwrap()
}

fn signed_in(name: &str) -> Stage {
    let stage = stage(name);
    stage.sign_in_by_command().unwrap();
    stage
}

/// The exit code and the first line of what was said.
fn code(stage: &Stage, arguments: &[&str]) -> (i32, String) {
    let Output { status, stderr, .. } = stage.run(arguments).unwrap();
    let said = text(&stderr);
    let first = said.lines().next().unwrap_or_default();
    (status.code().unwrap(), first.trim_start_matches("presence-tray: ").to_owned())
}

fn spawn(stage: &Stage, arguments: &[&str]) -> Child {
    let mut command = stage.command(arguments).unwrap();
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn lines(child: &mut Child) -> mpsc::Receiver<String> {
    let stdout = child.stdout.take().unwrap();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn session(stage: &Stage) -> SessionState {
    stage.cloud.with(|cloud, now| cloud.session(MEGAN, now))
}
