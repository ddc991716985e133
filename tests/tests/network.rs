//! Proves the loop on real sockets: a network that breaks in every way is survived within the time limit, in
//! little memory, and no token goes where it does not belong.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::process::Command;

use presence_tests::cloud::{Kind, MEGAN, Options, SessionState};
use presence_tests::desktop::Desktop;
use presence_tests::hostile::{Hostile, Manner};
use presence_tests::stage::{Stage, until};
use rustix::process::Signal;

/// The largest growth, in kB, that an answer may cause: far below what the worst one weighs.
const GROWTH: u64 = 8 * 1024;

#[test]
fn a_service_that_breaks_in_any_way_is_survived_and_the_wish_set_afterwards() {
    let elsewhere = Hostile::start(Manner::Good).unwrap();
    let (mut stage, graph) = between("breaks");
    let before = peak(&mut stage);
    for manner in [
        Manner::Refuses,
        Manner::ResetsMidBody,
        Manner::Babbles,
        Manner::Page,
        Manner::BrokenJson,
        Manner::Redirects(format!("{}/steal", elsewhere.base_url())),
        Manner::Floods(100 * 1024 * 1024),
        Manner::Stalls,
        Manner::Trickles,
    ] {
        graph.behave(manner.clone());
        // The command itself ends, whatever the service does.
        let failed = stage.run(&["set", "away"]).unwrap();
        assert!(!failed.status.success(), "{manner:?}");
        let status = stage.status().unwrap();
        assert_eq!(status["wanted"], "away", "{manner:?}");
        assert!(!status["problem"].is_null(), "{manner:?}: {status}");
        graph.behave(Manner::Good);
        stage.succeed(&["set", "presenting"]).unwrap_or_else(|error| panic!("{manner:?}: {error}"));
        assert_eq!(stage.status().unwrap()["session"]["status"], "presenting", "{manner:?}");
    }
    let grown = peak(&mut stage) - before;
    assert!(grown < GROWTH, "grown by {grown} kB");
    assert!(graph.seen().tokens > 0);
    assert_eq!(elsewhere.seen().requests, 0, "a redirect was followed");
}

#[test]
fn a_process_that_stood_still_sets_the_session_when_it_goes_on() {
    let desktop = Desktop::builder("still").without_display();
    // Both clocks run sixty times as fast: ten seconds are ten minutes.
    let mut stage = Stage::at_rate(desktop, Options::default(), 60.0).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "available"]).unwrap();

    stage.signal(Signal::STOP).unwrap();
    until("the fade", || session(&stage) == SessionState::FadedAway).unwrap();
    let sets = stage.bodies(Kind::SetPresence).len();
    stage.signal(Signal::CONT).unwrap();

    until("the session", || stage.bodies(Kind::SetPresence).len() > sets).unwrap();
    until("the agreement", || stage.agree().is_ok()).unwrap();
}

#[test]
fn a_network_that_comes_back_is_used_at_once() {
    in_a_network_of_its_own("a_network_that_comes_back_is_used_at_once", || {
        let mut stage = Stage::new(Desktop::builder("netns").without_display()).unwrap();
        stage.start().unwrap();
        stage.sign_in_by_command().unwrap();
        stage.succeed(&["set", "away"]).unwrap();

        ip(&["link", "set", "lo", "down"]);
        assert_eq!(stage.run(&["set", "presenting"]).unwrap().status.code(), Some(5));
        let told = stage.log().matches("Woke(Network)").count();
        let failures = || stage.log().matches("answer: Offline").count();
        // A second one: from here on only the word of the network, or a pause, starts another.
        until("the failure", || failures() > 1).unwrap();
        ip(&["link", "set", "lo", "up"]);

        until("the word of it", || stage.log().matches("Woke(Network)").count() > told).unwrap();
        until("the session", || {
            stage.agree().is_ok_and(|s| s["session"]["status"] == "presenting")
        })
        .unwrap();
    });
}

/// Runs `act` in this test program once more, in a private network with nothing but a loopback of its own.
fn in_a_network_of_its_own(test: &str, act: impl FnOnce()) {
    const INSIDE: &str = "PRESENCE_TESTS_INSIDE";
    if std::env::var_os(INSIDE).is_some() {
        ip(&["link", "set", "lo", "up"]);
        return act();
    }
    let mut again = Command::new("unshare");
    again.args(["--map-root-user", "--net"]).arg(std::env::current_exe().unwrap());
    let status = again.args(["--exact", test, "--nocapture"]).env(INSIDE, "1").status().unwrap();
    assert!(status.success(), "see above");
}

fn ip(arguments: &[&str]) {
    assert!(Command::new("ip").args(arguments).status().unwrap().success());
}

/// A program whose sign-ins go to the fake cloud, and whose presence calls meet a hostile server.
fn between(name: &str) -> (Stage, Hostile) {
    let graph = Hostile::start(Manner::Good).unwrap();
    let mut options = Options::default();
    options.graph_roots.push(graph.base_url().to_owned());
    let desktop = Desktop::builder(name).without_display();
    let mut stage = Stage::at_rate(desktop, options, 1.0).unwrap();
    let to_cloud = format!("graph = \"{}\"", stage.cloud.base_url());
    let to_hostile = format!("graph = \"{}\"", graph.base_url());
    stage.configure(&stage.configuration().replace(&to_cloud, &to_hostile)).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "in-a-call"]).unwrap();
    (stage, graph)
}

/// The most memory that the program has had, in kB.
fn peak(stage: &mut Stage) -> u64 {
    let id = stage.program().unwrap().id();
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn session(stage: &Stage) -> SessionState {
    stage.cloud.with(|cloud, now| cloud.session(MEGAN, now))
}
