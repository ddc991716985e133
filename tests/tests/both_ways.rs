//! Proves on real sockets and a real keyring that nothing is said that is not so, and nothing done that nobody asked
//! for: no false alarm, no token at another root, no flood of calls, no sign-in that comes back.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::time::{Duration, Instant};

use presence_tests::cloud::{CloudServer, Fault, Kind, MEGAN, Options, RetryAfter, SessionState};
use presence_tests::desktop::Desktop;
use presence_tests::desktop::secrets::{lock, unlock};
use presence_tests::stage::{Stage, until};
use serde_json::Value;

/// The most calls in any minute, whoever asks.
const CEILING: usize = 20;
/// How soon a command is answered that only had to be taken note of, with room for a busy machine.
const AT_ONCE: Duration = Duration::from_secs(8);

#[test]
fn a_look_that_is_throttled_is_no_trouble_of_the_status() {
    let stage = resident("throttled-look");
    let throttled = Fault::Status(429, Some(RetryAfter::Seconds(2)));
    stage.cloud.with(|cloud, _| cloud.fault(Kind::ReadPresence, 1, throttled));

    stage.succeed(&["set", "away"]).unwrap();

    until("the look", || looks(&stage) == 1).unwrap();
    all_is_well(&stage, "away");
    std::thread::sleep(Duration::from_secs(3));
    all_is_well(&stage, "away");
    until("a look that succeeds", || !stage.status().unwrap()["effective"].is_null()).unwrap();
    all_is_well(&stage, "away");
}

#[test]
fn a_look_whose_token_cannot_be_renewed_at_once_is_no_trouble_of_the_status() {
    let stage = resident("refused-look");
    stage.cloud.with(|cloud, _| {
        cloud.fault(Kind::ReadPresence, 1, Fault::Status(401, None));
        cloud.fault(Kind::Refresh, 1, Fault::Status(502, None));
    });

    stage.succeed(&["set", "presenting"]).unwrap();

    until("the look", || looks(&stage) >= 1).unwrap();
    until("a look that succeeds", || !stage.status().unwrap()["effective"].is_null()).unwrap();
    all_is_well(&stage, "presenting");
}

#[test]
fn another_root_of_graph_never_sees_the_token_of_the_first() {
    let stage = resident("another-root");
    stage.succeed(&["set", "away"]).unwrap();
    let other = CloudServer::start(Options::default(), 1.0);
    let first = stage.configuration();
    let graph = |root: &str| format!("graph = \"{root}\"");

    let second = first.replace(&graph(stage.cloud.base_url()), &graph(other.base_url()));
    assert_ne!(first, second);
    stage.configure(&second).unwrap();
    stage.succeed(&["reload"]).unwrap();
    stage.status().unwrap();
    let chosen = stage.run(&["set", "presenting"]).unwrap();

    let tokens = other.with(|cloud, _| {
        cloud.seen().iter().filter(|seen| seen.request.authorization.is_some()).count()
    });
    assert_eq!(tokens, 0, "the token of the first root was sent to the second");
    assert_eq!(chosen.status.code(), Some(3), "{}", String::from_utf8_lossy(&chosen.stderr));
    assert_eq!(stage.status().unwrap()["account"], Value::Null);
    until("the end of the first session", || {
        stage.cloud.with(|cloud, now| cloud.session(MEGAN, now) == SessionState::Absent)
    })
    .unwrap();
    stage.configure(&first).unwrap();
    stage.succeed(&["reload"]).unwrap();
    until("megan", || stage.status().unwrap()["account"]["name"] == "megan@contoso.com").unwrap();
}

#[test]
fn a_script_that_alternates_makes_few_calls_and_is_answered_at_once() {
    let stage = resident("script");
    for round in 0..200 {
        let status = ["away", "presenting"][round % 2];
        let begun = Instant::now();
        let output = stage.run(&["set", status]).unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(matches!(output.status.code(), Some(0 | 5)), "{round}: {said}");
        assert!(begun.elapsed() < AT_ONCE, "{round}: after {:?}", begun.elapsed());
        let calls = busiest_minute(&stage);
        assert!(calls <= CEILING, "{round}: {calls} calls in a minute");
    }
    assert_eq!(stage.status().unwrap()["wanted"], "presenting", "the last wish counts");
    assert!(busiest_minute(&stage) <= CEILING);
}

#[test]
fn a_sign_out_that_the_keyring_refused_is_carried_out_after_a_restart() {
    // The keyring's prompt needs a display.
    let mut stage = Stage::new(Desktop::builder("sign-out")).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.remembered_token().unwrap();
    lock(&stage.desktop).unwrap();
    // What is said of it is proven elsewhere.
    stage.run(&["sign-out"]).unwrap();
    stage.succeed(&["quit"]).unwrap();
    stage.wait_for_end().unwrap();
    unlock(&stage.desktop).unwrap();
    assert!(stage.stored_token().unwrap().is_some(), "the keyring did not refuse");

    stage.start().unwrap();

    until("the deletion", || stage.stored_token().is_ok_and(|token| token.is_none())).unwrap();
    assert_eq!(stage.status().unwrap()["account"], Value::Null);
    let refreshes = stage.bodies(Kind::Refresh).len();
    assert_eq!(refreshes, 0, "the person was signed in again");
}

/// A resident with a sign-in.
fn resident(name: &str) -> Stage {
    let mut stage = Stage::new(Desktop::builder(name).without_display()).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage
}

/// The session says `status`, and nothing else is said.
fn all_is_well(stage: &Stage, status: &str) {
    let told = stage.status().unwrap();
    assert_eq!(told["session"]["status"], status, "{told}");
    assert_eq!(told["problem"], Value::Null, "{told}");
}

fn looks(stage: &Stage) -> usize {
    stage.bodies(Kind::ReadPresence).len()
}

/// The most calls of the program in any 60 seconds so far; the pages a browser asks for are not its calls.
fn busiest_minute(stage: &Stage) -> usize {
    let at: Vec<u64> = stage.cloud.with(|cloud, _| {
        let calls = cloud.seen().iter().filter(|seen| {
            !matches!(seen.kind, Kind::Authorize | Kind::Pick | Kind::DeviceLogin | Kind::Other)
        });
        calls.map(|seen| seen.at).collect()
    });
    let within =
        |begin: &u64| at.iter().filter(|at| (*begin..begin + 60_000).contains(*at)).count();
    at.iter().map(within).max().unwrap_or(0)
}
