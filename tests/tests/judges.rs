//! Proves that what the fake cloud and the program say of OAuth, OpenID Connect and Graph is what others say of it:
//! Microsoft's own libraries at the fake cloud, and the program at a certified OpenID provider.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use presence_tests::cloud::{CLIENT_ID, CloudServer, MEGAN, Options, Rotation, TENANT};
use presence_tests::desktop::Desktop;
use presence_tests::stage::{Stage, until};
use presence_tests::workspace::{judges, root};
use serde_json::json;

#[test]
fn microsofts_own_libraries_sign_in_and_set_a_presence_at_the_fake_cloud() {
    let mut options = Options::default();
    options.policy.rotation = Rotation::RevokeOld;
    options.policy.require_cp1 = true;
    let cloud = CloudServer::start_with_tls(options, 1.0);
    let authorities = judges().unwrap().join("authorities.pem");
    fs::write(&authorities, cloud.tls().authority().pem()).unwrap();
    let mut command = Command::new(judges().unwrap().join("python/bin/python"));
    command.arg(root().unwrap().join("tests/judges/python/judge.py")).arg(cloud.base_url());
    command.arg(authorities).args([CLIENT_ID, TENANT, MEGAN]).arg(transcript("microsoft"));
    let mut judge = Judge::start(command);

    assert_eq!(judge.line(), "ask challenge", "see above");
    let claims = json!({"access_token": {"nbf": {"essential": true, "value": "1767600000"}}});
    cloud.with(|cloud, _| cloud.challenge(MEGAN, claims));
    judge.say("done");

    assert_eq!(judge.line(), "content", "see above");
}

#[test]
fn a_certified_openid_provider_signs_the_program_in_by_browser_and_by_code() {
    let mut command = Command::new("node");
    command.arg(root().unwrap().join("tests/judges/openid/provider.mjs"));
    command.args([CLIENT_ID, TENANT]);
    let mut provider = Judge::start(command);
    let url = provider.line();
    let mut stage = Stage::new(Desktop::builder("openid").without_display()).unwrap();
    let config = stage.configuration().replace(stage.cloud.base_url(), &url);
    stage.configure(&format!("tenant = \"{TENANT}\"\n{config}")).unwrap();
    stage.start().unwrap();

    let mut signing_in = stage.command(&["sign-in"]).unwrap().spawn().unwrap();
    let opened = stage.opened_url().unwrap();
    assert_eq!(provider.asked(&format!("browse {opened}")), "done");
    assert!(signing_in.wait().unwrap().success());
    stage.succeed(&["set", "away"]).unwrap();
    let mut token = stage.remembered_token().unwrap();
    for status in ["in-a-call", "presenting"] {
        assert_eq!(provider.asked("revoke"), "done");
        stage.succeed(&["set", status]).unwrap();
        until("the next refresh token", || stage.remembered_token().unwrap() != token).unwrap();
        token = stage.remembered_token().unwrap();
    }
    stage.succeed(&["quit"]).unwrap();
    stage.wait_for_end().unwrap();
    stage.start().unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    stage.succeed(&["sign-out"]).unwrap();

    let told = stage.succeed(&["sign-in", "--device-code"]).unwrap();
    let code = told.trim().rsplit(' ').next().unwrap();
    assert_eq!(provider.asked(&format!("type {code}")), "done", "{told}");
    until("the account", || !stage.status().unwrap()["account"].is_null()).unwrap();
    stage.succeed(&["set", "in-a-conference-call"]).unwrap();
    assert!(stage.status().unwrap()["problem"].is_null());

    assert_eq!(provider.asked("refused"), "nothing");
    let told: String = serde_json::from_str(&provider.asked("transcript")).unwrap();
    fs::write(transcript("openid"), told + "\n").unwrap();
}

/// A program that judges, asked and answered by lines. It ends with its standard input.
struct Judge {
    child: Child,
    said: Lines<BufReader<ChildStdout>>,
    told: Option<ChildStdin>,
}

impl Judge {
    fn start(mut command: Command) -> Judge {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        let told = child.stdin.take();
        Judge { child, said, told }
    }

    fn line(&mut self) -> String {
        self.said.next().map(Result::unwrap).unwrap_or_default()
    }

    fn say(&mut self, line: &str) {
        writeln!(self.told.as_mut().unwrap(), "{line}").unwrap();
    }

    fn asked(&mut self, line: &str) -> String {
        self.say(line);
        self.line()
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        self.told.take();
        let _ = self.child.wait();
    }
}

/// Where what passed is written down, for whoever brings it to `tests/judges/transcripts`.
fn transcript(name: &str) -> PathBuf {
    judges().unwrap().join(format!("{name}.txt"))
}
