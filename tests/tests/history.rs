//! Proves the history end to end: what the resident notes of a held status, an outage, a sleep, an end and a crash, that
//! it costs nothing, and what the command and the door tell of it.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{SecondsFormat, TimeDelta, Utc};
use presence_tests::cloud::{Fault, MEGAN, On, Options};
use presence_tests::desktop::{Desktop, Logind, switches};
use presence_tests::hostile::{Behaviour, Hostile};
use presence_tests::stage::{LIMIT, Stage, until};
use rustix::process::Signal;
use serde_json::Value;

/// Longer than the whole seconds of the history.
const A_WHILE: Duration = Duration::from_millis(2_100);

#[test]
fn a_held_status_an_outage_a_quit_and_a_crash_are_told_with_their_causes() {
    let desktop = Desktop::builder("history").without_display();
    let mut stage = Stage::at_rate(desktop, Options::default(), 30.0).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "available"]).unwrap();
    std::thread::sleep(A_WHILE);
    stage.cloud.with(|cloud, _| cloud.fault(On::All, 10_000, Fault::LoseRequest));
    let session = |stage: &Stage| stage.status().unwrap()["session"]["status"].clone();
    until("the lapse", || session(&stage).is_null()).unwrap();
    std::thread::sleep(A_WHILE);
    stage.cloud.with(|cloud, _| cloud.heal());
    until("the session", || session(&stage) == "available").unwrap();
    std::thread::sleep(A_WHILE);

    let told = history(&stage);
    let [lapse] = &told["lapses"].as_array().unwrap()[..] else { panic!("{told}") };
    assert_eq!(lapse["wanted"], "available", "{lapse}");
    assert_eq!(lapse["problem"]["kind"], "offline", "{lapse}");
    assert!(lapse["problem"]["detail"].as_str().unwrap().contains("keeps trying"), "{lapse}");
    let held = last(&told);
    assert_eq!(
        (held["is"].as_str(), held["session"].as_str()),
        (Some("running"), Some("available"))
    );
    assert!(held["problem"].is_null(), "{held}");
    let words = stage.succeed(&["history", "--since", "10m"]).unwrap();
    for said in [
        "Presence Tray started",
        "wanted: Available",
        "session: Available",
        "colleagues see Available (Available)",
        "problem: Offline",
        "session: none",
        "the problem has passed",
        "\nLapses\n",
        "Available was not confirmed for ",
        "! lapse",
    ] {
        assert!(words.contains(said), "{said} in\n{words}");
    }

    stage.succeed(&["quit"]).unwrap();
    stage.wait_for_end().unwrap();
    std::thread::sleep(A_WHILE);
    assert_eq!(last(&history(&stage))["is"], "not-running");
    stage.start().unwrap();
    until("the session", || session(&stage) == "available").unwrap();
    stage.signal(Signal::KILL).unwrap();
    until("the end", || stage.program().unwrap().ended().unwrap().is_some()).unwrap();
    std::thread::sleep(A_WHILE);
    assert_eq!(last(&history(&stage))["is"], "not-running", "nobody said so");
    stage.start().unwrap();
    until("the session", || session(&stage) == "available").unwrap();
    std::thread::sleep(A_WHILE);

    let told = history(&stage);
    let gaps = told["spans"].as_array().unwrap().iter().filter(|span| span["is"] == "not-running");
    assert_eq!(gaps.count(), 2, "{told}");
    assert_eq!(last(&told)["session"], "available");
    let words = stage.succeed(&["history"]).unwrap();
    assert!(words.contains("Presence Tray quit"), "{words}");
    assert!(words.contains("it had not ended properly before"), "{words}");
}

#[test]
fn the_keys_of_the_json_are_those_that_scripts_know() {
    let stage = stage("keys");
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "away", "--for", "1h"]).unwrap();

    let told = history(&stage);

    assert_eq!(keys(&told), ["changes", "lapses", "since", "spans", "until"]);
    let said = ["problem", "seen", "session", "until", "wanted"];
    for span in told["spans"].as_array().unwrap() {
        assert_eq!(keys(span), sorted(&[&["from", "is", "to"], &said[..]].concat()));
    }
    for change in told["changes"].as_array().unwrap() {
        assert_eq!(keys(change), sorted(&[&["at", "is"], &said[..]].concat()));
        let at = change["at"].as_str().unwrap();
        assert!(at.ends_with('Z') && at.len() == 20, "{at}");
    }
    let set = told["changes"].as_array().unwrap().iter().find(|at| at["session"] == "away");
    assert!(set.unwrap()["until"].is_string(), "{told}");
    let words = stage.succeed(&["history"]).unwrap();
    assert!(words.contains("a command began, while Presence Tray was not running"), "{words}");
    assert!(!words.contains('\x1b'), "no colours where nobody sees them");
}

#[test]
fn without_a_history_there_is_nothing_to_tell_and_nothing_is_written() {
    let stage = stage("none");
    let before = fs::read_dir(stage.folder()).unwrap().count();

    let words = stage.succeed(&["history", "--since", "14d"]).unwrap();
    let told = history(&stage);

    assert!(words.contains("? not known") && words.contains("Nothing was noted"), "{words}");
    assert_eq!(last(&told)["is"], "unknown");
    assert_eq!(told["changes"].as_array().unwrap().len(), 0);
    assert_eq!(fs::read_dir(stage.folder()).unwrap().count(), before);
}

#[test]
fn a_sleep_is_a_gap() {
    let mut stage = stage("asleep");
    let logind = Logind::start(stage.desktop.bus_address()).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "in-a-call"]).unwrap();
    logind.wait_for_lock(LIMIT).unwrap();
    std::thread::sleep(A_WHILE);

    logind.fall_asleep(Duration::from_secs(5)).unwrap();
    std::thread::sleep(A_WHILE);
    logind.wake().unwrap();
    until("the session", || stage.status().unwrap()["session"]["status"] == "in-a-call").unwrap();
    std::thread::sleep(A_WHILE);

    let told = history(&stage);
    let spans = told["spans"].as_array().unwrap().iter();
    let told_of: Vec<_> = spans.filter(|span| span["is"] == "asleep").collect();
    assert_eq!(told_of.len(), 1, "{told}");
    assert_eq!(told["lapses"].as_array().unwrap().len(), 0, "{told}");
    assert_eq!(last(&told)["session"], "in-a-call");
    let words = stage.succeed(&["history"]).unwrap();
    assert!(words.contains("the computer woke; it had slept since "), "{words}");
}

#[test]
fn the_door_gives_it_in_pages() {
    let mut stage = stage("door");
    fs::create_dir_all(stage.folder().join("state")).unwrap();
    let mut lines = String::new();
    let begin = Utc::now() - TimeDelta::hours(2);
    for number in 0..1_000 {
        let at = (begin + TimeDelta::seconds(number)).to_rfc3339_opts(SecondsFormat::Secs, true);
        let status = ["away", "presenting"][number as usize % 2];
        lines += &format!(r#"{{"at":"{at}","is":"now","session":"{status}"}}"#);
        lines.push('\n');
    }
    fs::write(file(&stage), lines).unwrap();
    stage.start().unwrap();
    let mut door = UnixStream::connect(stage.folder().join("run/door")).unwrap();
    let mut answers = BufReader::new(door.try_clone().unwrap());
    let mut page = |after: &str| -> Value {
        let since = "2026-10-01T00:00:00Z";
        let ask = format!(r#"{{"read":{{"history":{{"since":"{since}","after":{after}}}}}}}"#);
        door.write_all(format!("{ask}\n").as_bytes()).unwrap();
        let mut line = String::new();
        answers.read_line(&mut line).unwrap();
        assert!(line.len() < 64 * 1024, "{}", line.len());
        serde_json::from_str::<Value>(&line).unwrap()["history"].clone()
    };

    let first = page("null");
    let mut spans = first["spans"].as_array().unwrap().clone();
    let mut next = first["next"].clone();
    assert!(next.is_number(), "{next}");
    while next.is_number() {
        let more = page(&next.to_string());
        spans.extend(more["spans"].as_array().unwrap().iter().cloned());
        next = more["next"].clone();
    }

    let says = |status: &str| spans.iter().filter(|span| span["session"] == status).count();
    assert_eq!((says("away"), says("presenting")), (500, 500));
    assert_eq!(spans.last().unwrap()["is"], "running");
}

#[test]
fn the_file_is_its_owners_alone_and_names_nobody() {
    let graph = Hostile::start(Behaviour::Good).unwrap();
    let desktop = Desktop::builder("private").without_display();
    let mut stage = Stage::with_graph(desktop, &graph).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    let token = stage.remembered_token().unwrap();
    // Of nobody in this cloud: what the service says is also shown, where such a name would be found.
    let said = "Ask alex@fabrikam.example or 0a1b2c3d-1111-2222-3333-444455556666 for it";
    graph.behave(Behaviour::graph_error("400 Bad Request", &[], "BadRequest", said));
    stage.run(&["set", "presenting"]).unwrap();
    until("the entry", || fs::read_to_string(file(&stage)).unwrap().contains("problem")).unwrap();

    let text = fs::read_to_string(file(&stage)).unwrap();
    assert!(text.contains("Ask … or … for it"), "{text}");
    for private in ["megan", "contoso", &token[..40], MEGAN, "alex", "444455556666"] {
        assert!(!text.to_lowercase().contains(&private.to_lowercase()), "{private} in\n{text}");
    }
    let mode = fs::metadata(file(&stage)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn where_it_cannot_be_written_the_log_says_so_once_and_nothing_else_suffers() {
    let mut stage = stage("unwritable");
    fs::create_dir_all(file(&stage)).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    for status in ["away", "presenting", "in-a-call"] {
        stage.succeed(&["set", status]).unwrap();
        stage.agree().unwrap();
    }
    assert!(stage.status().unwrap()["problem"].is_null());
    assert_eq!(stage.log().matches("the history cannot be written").count(), 1, "{}", stage.log());

    let unread = stage.run(&["history"]).unwrap();
    assert_eq!(unread.status.code(), Some(1));
    let said = String::from_utf8_lossy(&unread.stderr).into_owned();
    assert!(said.contains("The history cannot be read") && said.contains("delete it"), "{said}");

    fs::remove_dir(file(&stage)).unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    until("the history", || last(&history(&stage))["session"] == "away").unwrap();
    stage.succeed(&["quit"]).unwrap();
    stage.wait_for_end().unwrap();
}

#[test]
fn at_rest_nobody_wakes_up_for_it() {
    let mut stage = stage("rest");
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    let id = stage.program().unwrap().id();
    // What was begun for the start and the sign-in, such as the keyring's threads, ends within 20 s.
    std::thread::sleep(Duration::from_secs(23));
    let size = || fs::metadata(file(&stage)).unwrap().len();

    // That of the keyring's D-Bus library, however many processors there are.
    assert_eq!(workers(id), 1);
    let (before, written) = (switches(id), size());
    for _ in 0..10 {
        // Each program that starts opens something there, where a policy may come to be.
        fs::read("/etc/passwd").unwrap();
        std::thread::sleep(Duration::from_secs(1));
    }

    assert_eq!((switches(id), size()), (before, written), "{}", stage.log());
    assert!(written > 0);
}

/// How many threads of tokio's a process has.
fn workers(id: u32) -> usize {
    let threads = fs::read_dir(format!("/proc/{id}/task")).unwrap();
    let name = |thread: fs::DirEntry| fs::read_to_string(thread.path().join("comm")).unwrap();
    threads.map(|thread| name(thread.unwrap())).filter(|name| name.starts_with("tokio")).count()
}

fn history(stage: &Stage) -> Value {
    serde_json::from_str(&stage.succeed(&["history", "--json"]).unwrap()).unwrap()
}

fn last(told: &Value) -> Value {
    told["spans"].as_array().unwrap().last().unwrap().clone()
}

fn keys(value: &Value) -> Vec<&str> {
    sorted(&value.as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>())
}

fn sorted<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let mut words = words.to_vec();
    words.sort_unstable();
    words
}

fn file(stage: &Stage) -> PathBuf {
    stage.folder().join("state/history.jsonl")
}

fn stage(name: &str) -> Stage {
    Stage::new(Desktop::builder(name).without_display()).unwrap()
}
