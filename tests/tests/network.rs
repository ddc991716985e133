//! Proves the loop on real sockets: a network that breaks in every way is survived within the time limit, in
//! little memory, and no token goes where it does not belong.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::os::unix::net::UnixStream;
use std::process::Command;

use presence_tests::cloud::{Kind, MEGAN, Options, SessionState};
use presence_tests::desktop::Desktop;
use presence_tests::hostile::{Behaviour, Hostile};
use presence_tests::stage::{Stage, until};
use rustix::process::Signal;
use serde_json::json;

/// The largest growth, in kB, that an answer may cause: far below what the worst one weighs.
const GROWTH: u64 = 8 * 1024;

#[test]
fn a_service_that_breaks_in_any_way_is_survived_and_the_wish_set_afterwards() {
    let elsewhere = Hostile::start(Behaviour::Good).unwrap();
    let behaviours = [
        Behaviour::Refuses,
        Behaviour::ResetsMidBody,
        Behaviour::Babbles,
        Behaviour::Page,
        Behaviour::BrokenJson,
        Behaviour::Redirects(format!("{}/steal", elsewhere.base_url())),
        Behaviour::Floods(100 * 1024 * 1024),
        Behaviour::Stalls,
        Behaviour::Trickles,
    ];
    // A program makes only so many calls a minute, so one does not meet them all.
    for behaviours in behaviours.chunks(2) {
        let (mut stage, graph) = between("breaks");
        let before = peak(&mut stage);
        for behaviour in behaviours {
            graph.behave(behaviour.clone());
            // The command itself ends, whatever the service does.
            let failed = stage.run(&["set", "away"]).unwrap();
            assert!(!failed.status.success(), "{behaviour:?}");
            let status = stage.status().unwrap();
            assert_eq!(status["wanted"], "away", "{behaviour:?}");
            assert!(!status["problem"].is_null(), "{behaviour:?}: {status}");
            graph.behave(Behaviour::Good);
            stage
                .succeed(&["set", "presenting"])
                .unwrap_or_else(|error| panic!("{behaviour:?}: {error}"));
            assert_eq!(stage.status().unwrap()["session"]["status"], "presenting", "{behaviour:?}");
        }
        // The kernel counts in batches, so that a peak may be read as a few kB less than it was.
        let grown = peak(&mut stage).saturating_sub(before);
        assert!(grown < GROWTH, "{behaviours:?}: grown by {grown} kB");
        assert!(graph.seen().tokens > 0);
    }
    assert_eq!(elsewhere.seen().requests, 0, "a redirect was followed");
}

#[test]
fn a_page_of_a_proxy_is_the_network_and_never_silences_a_choice() {
    let far = "retry-after: Fri, 31 Dec 9999 23:59:59 GMT";
    for (status, headers) in [
        ("401 Unauthorized", &["www-authenticate: Basic realm=\"proxy\""][..]),
        ("403 Forbidden", &[]),
        ("429 Too Many Requests", &["retry-after: 86400"]),
        ("503 Service Unavailable", &[far]),
    ] {
        let (stage, graph) = between("page");
        graph.behave(Behaviour::page(status, headers));
        let failed = stage.run(&["set", "away"]).unwrap();
        let said = String::from_utf8_lossy(&failed.stderr).into_owned();
        assert_eq!(failed.status.code(), Some(5), "{status}: {said}");
        assert_eq!(stage.status().unwrap()["problem"]["kind"], "offline", "{status}");

        graph.behave(Behaviour::Good);
        let set = stage.run(&["set", "presenting"]).unwrap();
        assert!(set.status.success(), "{status}: {}", String::from_utf8_lossy(&set.stderr));
    }
}

#[test]
fn graph_itself_is_obeyed_but_not_for_more_than_an_hour() {
    let (stage, graph) = between("obeyed");
    let far = "retry-after: Fri, 31 Dec 9999 23:59:59 GMT";
    graph.behave(Behaviour::graph_error(
        "503 Service Unavailable",
        &[far],
        "ServiceUnavailable",
        "",
    ));
    assert_eq!(stage.run(&["set", "away"]).unwrap().status.code(), Some(5));
    assert_eq!(stage.status().unwrap()["problem"]["kind"], "service-busy");
    let pause = stage.log().lines().rfind(|line| line.contains("answer: Busy")).map(str::to_owned);
    assert!(
        pause.as_ref().is_some_and(|line| line.contains("retry_after: Some(3600s)")),
        "{pause:?}"
    );
}

#[test]
fn hostile_words_of_the_service_neither_loop_nor_reach_the_terminal() {
    let (stage, graph) = between("words");
    let hostile = "\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}\u{2066}\u{200b}";
    let message = format!("{hostile}{}", "m".repeat(100 * 1024));
    let code = format!("Bad{hostile}{}", "c".repeat(10 * 1024));
    graph.behave(Behaviour::graph_error("400 Bad Request", &[], &code, &message));
    let before = graph.seen().requests;

    let failed = stage.run(&["set", "away"]).unwrap();

    let asked = graph.seen().requests - before;
    let said = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert_eq!(failed.status.code(), Some(1), "{said}");
    assert!(asked < 4, "{asked} calls");
    assert!(said.contains("The service did not accept the request"), "{said}");
    assert!(said.len() < 2_000, "{} bytes", said.len());
    harmless(&said);
    let status = stage.succeed(&["status"]).unwrap();
    assert!(status.contains("did not accept"), "{status}");
    harmless(&status);
    let problem = stage.status().unwrap()["problem"].clone();
    assert_eq!(problem["kind"], "rejected");
    for text in [&problem["detail"], &problem["ids"]["code"]] {
        harmless(text.as_str().unwrap());
        assert!(text.as_str().unwrap().chars().count() < 500);
    }
}

#[test]
fn only_entra_itself_refuses_a_sign_in_and_its_words_are_harmless() {
    let entra = Hostile::start(Behaviour::page("403 Forbidden", &["retry-after: 86400"])).unwrap();
    let stage = Stage::new(Desktop::builder("entra").without_display()).unwrap();
    let authority = |root: &str| format!("authority = \"{root}\"");
    let (cloud, hostile) = (authority(stage.cloud.base_url()), authority(entra.base_url()));
    stage.configure(&stage.configuration().replace(&cloud, &hostile)).unwrap();
    let sign_in = || {
        let output = stage.run(&["sign-in", "--device-code"]).unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        harmless(&said);
        assert!(said.len() < 2_000, "{} bytes", said.len());
        (output.status.code(), said)
    };
    for status in ["401 Unauthorized", "403 Forbidden", "429 Too Many Requests", "502 Bad Gateway"]
    {
        entra.behave(Behaviour::page(status, &["retry-after: 86400"]));
        let (code, said) = sign_in();
        assert_eq!(code, Some(5), "{status}: {said}");
        assert!(said.contains("Offline"), "{status}: {said}");
    }

    let json = |status: &str, body: serde_json::Value| {
        entra.behave(Behaviour::Says(
            format!("{status}\r\ncontent-type: application/json"),
            body.to_string(),
        ));
    };
    let hostile = "\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}\u{2066}\u{200b}";
    let long = format!("{hostile}{}", "d".repeat(50 * 1024));
    json(
        "400 Bad Request",
        json!({"error": "invalid_client", "error_description": long, "suberror": long,
               "error_codes": vec![7_000_218; 1_000], "trace_id": long, "correlation_id": long}),
    );
    let (code, said) = sign_in();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("AADSTS7000218") && said.contains("public client"), "{said}");

    json(
        "200 OK",
        json!({"device_code": "d", "user_code": format!("AB{hostile}CD"), "interval": 1,
               "verification_uri": "https://example.com/device\u{202e}", "expires_in": 1}),
    );
    let (code, said) = sign_in();
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("https://example.com/device") && said.contains("AB"), "{said}");
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

#[test]
fn a_display_stays_when_another_network_starts_one() {
    // In the other network once more, where no number seems to be taken.
    let desktop = Desktop::start("displays").unwrap();
    in_a_network_of_its_own("a_display_stays_when_another_network_starts_one", || {});

    let number = &desktop.var("DISPLAY").unwrap()[1..];
    UnixStream::connect(format!("/tmp/.X11-unix/X{number}")).unwrap();
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
    let graph = Hostile::start(Behaviour::Good).unwrap();
    let desktop = Desktop::builder(name).without_display();
    let mut stage = Stage::with_graph(desktop, &graph).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "in-a-call"]).unwrap();
    (stage, graph)
}

/// Fails if a terminal would obey a part of `text`, or show it in another order.
fn harmless(text: &str) {
    let is_hidden = |letter: char| letter.is_control() && letter != '\n';
    let hidden = text.chars().find(|letter| {
        is_hidden(*letter)
            || matches!(letter, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    });
    assert_eq!(hidden, None, "{text:?}");
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
