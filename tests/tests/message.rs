//! Proves that the built program sets a status message with a status, shows it, ends it, and leaves alone what a person
//! wrote in Teams.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

use presence_tests::cloud::{Kind, MEGAN};
use presence_tests::desktop::Desktop;
use presence_tests::stage::{Stage, until};
use serde_json::{Value, json};

#[test]
fn a_message_goes_with_its_status_from_the_command_to_the_end() {
    let mut stage = signed_in("message");
    stage.start().unwrap();
    stage.succeed(&["set", "away", "--for", "1h", "--message", "Back at 3 & <soon>"]).unwrap();
    assert_eq!(stands(&stage).as_deref(), Some("Back at 3 &amp; &lt;soon&gt;"));
    let status = stage.status().unwrap();
    let message = json!({"text": "Back at 3 & <soon>", "state": "set", "problem": null});
    assert_eq!(status["message"], message);
    assert!(stage.succeed(&["status"]).unwrap().contains("Message         Back at 3 & <soon>\n"));
    let body: Value = serde_json::from_str(&stage.bodies(Kind::SetMessage)[0]).unwrap();
    assert_eq!(body["statusMessage"]["message"]["contentType"], "text");
    assert_eq!(body["statusMessage"]["expiryDateTime"]["timeZone"], "UTC");
    let until_then = status["until"].as_str().unwrap().trim_end_matches('Z').to_owned();
    let expires = body["statusMessage"]["expiryDateTime"]["dateTime"].as_str().unwrap();
    assert_eq!(expires[..16], until_then[..16], "it expires with the status");

    stage.succeed(&["set", "presenting", "--message", "-- shh --"]).unwrap();
    assert_eq!(stands(&stage).as_deref(), Some("-- shh --"));
    stage.succeed(&["toggle", "presenting"]).unwrap();
    until("its end", || stands(&stage).is_none()).unwrap();
    stage.succeed(&["toggle", "away", "--message", "Lunch"]).unwrap();
    assert_eq!(stands(&stage).as_deref(), Some("Lunch"));
    stage.succeed(&["quit"]).unwrap();
    assert_eq!(stands(&stage), None);
    for text in ["Back at 3", "shh", "Lunch"] {
        assert!(!stage.log().contains(text), "{text} is in the log");
    }
}

#[test]
fn what_was_written_in_teams_is_kept_and_that_is_said() {
    let mut stage = signed_in("kept");
    stage.start().unwrap();
    stage.cloud.with(|cloud, now| cloud.writes(MEGAN, now, Some("On holiday")));
    let output = stage.run(&["set", "away", "--message", "Back at 3"]).unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("Your message in Teams is kept"), "{said}");
    assert!(said.contains("The status itself is set."), "{said}");
    let status = stage.agree().unwrap();
    assert_eq!(status["session"]["status"], "away");
    assert_eq!(
        (&status["message"]["state"], &status["problem"]),
        (&json!("not-set"), &Value::Null)
    );
    stage.succeed(&["clear"]).unwrap();
    stage.succeed(&["quit"]).unwrap();
    assert_eq!(stands(&stage).as_deref(), Some("On holiday"));
    assert!(stage.bodies(Kind::SetMessage).is_empty());
}

#[test]
fn without_a_resident_a_message_expires_with_the_session() {
    let stage = signed_in("alone");
    stage.succeed(&["set", "away", "--message", "Back at 3"]).unwrap();
    assert_eq!(stands(&stage).as_deref(), Some("Back at 3"));
    let bodies = stage.bodies(Kind::SetMessage);
    let expires: Vec<Value> =
        bodies.iter().map(|body| serde_json::from_str(body).unwrap()).collect();
    let at = |body: &Value| body["statusMessage"]["expiryDateTime"]["dateTime"].to_string();
    assert!(at(&expires[0]) > at(expires.last().unwrap()), "it ends as the session does");
    stage.succeed(&["clear"]).unwrap();
    assert_eq!(stands(&stage), None);
}

#[test]
fn the_door_takes_lines_of_clients_that_know_no_message_and_refuses_wrong_ones() {
    let mut stage = signed_in("lines");
    stage.start().unwrap();
    let long = "x".repeat(281);
    for (line, answer) in [
        (json!({"do": {"set": {"status": "away"}}}), json!({"outcome": "done"})),
        (
            json!({"do": {"set": {"status": "away", "seconds": null, "message": "Lunch"}}}),
            json!({"outcome": "done"}),
        ),
        (
            json!({"do": {"toggle": {"status": "presenting", "message": " "}}}),
            json!({"outcome": "done"}),
        ),
    ] {
        assert_eq!(serde_json::from_str::<Value>(&told(&stage, &line)).unwrap(), answer);
    }
    for (message, words) in [
        (long.as_str(), "at most 280 characters; this one has 281"),
        ("one\ntwo", "character 4 is one"),
        ("\u{1b}[31m", "character 1 is one"),
    ] {
        let line = json!({"do": {"set": {"status": "in-a-call", "message": message}}});
        let said = told(&stage, &line);
        assert!(said.contains("misunderstood") && said.contains(words), "{said}");
        assert!(said.contains("line 1 column "), "{said}");
    }
    assert_eq!(stage.status().unwrap()["wanted"], "presenting");
}

fn told(stage: &Stage, line: &Value) -> String {
    let mut door = UnixStream::connect(stage.folder().join("run/door")).unwrap();
    writeln!(door, "{line}").unwrap();
    let mut answer = String::new();
    BufReader::new(door).read_line(&mut answer).unwrap();
    answer
}

fn stands(stage: &Stage) -> Option<String> {
    stage.cloud.with(|cloud, now| cloud.message(MEGAN, now).map(str::to_owned))
}

fn signed_in(name: &str) -> Stage {
    let stage = Stage::new(Desktop::builder(name).without_display()).unwrap();
    stage.sign_in_by_command().unwrap();
    stage
}
