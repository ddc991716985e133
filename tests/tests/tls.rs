//! Proves whom the program speaks to: over TLS with whom the system trusts, and with nobody else; by the system's proxy,
//! and to this machine itself without it. What stands in the way is told of, and nothing is lost.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use presence_tests::cloud::{Certificate, Options, Pick, browser};
use presence_tests::desktop::{Desktop, wait_for};
use presence_tests::proxy::Proxy;
use presence_tests::stage::{Stage, until};
use serde_json::Value;

#[test]
fn a_certificate_that_the_system_does_not_accept_is_named_and_nothing_is_sent_or_lost() {
    for (certificate, issuer, flaw) in [
        (Certificate::Expired, "Fake Cloud CA", "has expired"),
        (Certificate::NotYetValid, "Fake Cloud CA", "is not valid yet"),
        (Certificate::OfAnotherHost, "Fake Cloud CA", "is for another server"),
        (Certificate::SelfSigned, "127.0.0.1", "was issued by itself"),
        (Certificate::OfProxy, "Contoso Web Gateway", "which this computer does not trust"),
    ] {
        // A stage for each, as calls are limited.
        let mut stage = stage("untrusted", Options::default());
        stage.start().unwrap();
        stage.sign_in_by_command().unwrap();
        stage.succeed(&["set", "away"]).unwrap();
        assert_eq!(stage.agree().unwrap()["session"]["status"], "away");
        assert_eq!(network(&stage), Value::Null);
        let token = stage.remembered_token().unwrap();

        let calls = stage.cloud.with(|cloud, _| cloud.seen().len());
        stage.cloud.tls().show(certificate);

        let refused = stage.run(&["set", "presenting"]).unwrap();

        assert_eq!(refused.status.code(), Some(5), "{certificate:?}");
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        let status = stage.status().unwrap();
        let shown = stage.snapshot().unwrap()["problem"].to_string();
        for told in [&told, &status["problem"].to_string(), &shown, &network(&stage).to_string()] {
            assert!(told.contains(issuer) && told.contains(flaw), "{certificate:?}: {told}");
            assert!(told.contains("help desk") && !told.contains("check your network"), "{told}");
        }
        assert_eq!(status["wanted"], "presenting");
        assert_eq!(status["account"]["name"], "megan@contoso.com");
        assert_eq!(stage.cloud.with(|cloud, _| cloud.seen().len()), calls, "{certificate:?}");

        stage.cloud.tls().show(Certificate::Good);
        stage.succeed(&["set", "away"]).unwrap();
        assert!(stage.agree().unwrap()["problem"].is_null());
        assert_eq!(stage.remembered_token().unwrap(), token);
    }
}

#[test]
fn a_certificate_that_the_help_desk_installs_is_trusted_without_a_restart() {
    let mut stage = stage("installed", Options::default());
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    stage.cloud.tls().show(Certificate::OfProxy);
    assert_eq!(stage.run(&["set", "away"]).unwrap().status.code(), Some(5));

    let tls = stage.cloud.tls();
    stage.trust(&[tls.authority(), tls.proxy_authority()]).unwrap();

    stage.succeed(&["set", "in-a-call"]).unwrap();
    assert!(stage.agree().unwrap()["problem"].is_null());
}

#[test]
fn a_cloud_on_this_machine_is_reached_without_the_proxy() {
    let plain = Stage::new(Desktop::builder("direct").without_display()).unwrap();
    for mut stage in [plain, stage("direct-tls", Options::default())] {
        let address = stage.cloud.base_url().rsplit('/').next().unwrap().parse().unwrap();
        let proxy = Proxy::start(address, None).unwrap();
        for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
            stage.set_environment(name, proxy.url(None));
        }
        stage.start().unwrap();
        stage.sign_in_by_command().unwrap();
        stage.succeed(&["set", "away"]).unwrap();
        stage.agree().unwrap();
        assert_eq!(network(&stage), Value::Null);
        assert_eq!(proxy.seen(), []);
    }
}

#[test]
fn a_proxy_gets_the_name_in_its_address_and_its_refusal_is_not_microsofts() {
    const MEGAN: &str = "megan:s3cret";
    let mut options = Options::default();
    options.graph_roots.push("https://graph.cloud.test".to_owned());
    let mut stage = stage("proxied", options);
    let root = stage.cloud.base_url().to_owned();
    let config = stage.configuration();
    let config =
        config.replace(&format!("authority = \"{root}"), "authority = \"https://login.cloud.test");
    let config = config.replace(&format!("graph = \"{root}"), "graph = \"https://graph.cloud.test");
    stage.configure(&config).unwrap();
    let address = root.trim_start_matches("https://").parse().unwrap();
    let proxy = Proxy::start(address, Some(MEGAN)).unwrap();
    stage.set_environment("HTTPS_PROXY", proxy.url(Some(MEGAN)));
    stage.start().unwrap();
    let mut signing_in = stage.command(&["sign-in"]).unwrap().spawn().unwrap();
    let url = stage.opened_url().unwrap().replace("https://login.cloud.test", &root);
    wait_for(async move { browser::sign_in(&url, Pick::Megan).await }).unwrap();
    assert!(signing_in.wait().unwrap().success());
    stage.succeed(&["set", "away"]).unwrap();
    stage.agree().unwrap();
    let token = stage.remembered_token().unwrap();
    let asked = proxy.seen();
    assert!(asked.iter().all(|asked| asked.status == 200), "{asked:?}");
    for host in ["login.cloud.test", "graph.cloud.test"] {
        assert!(asked.iter().any(|asked| asked.line == format!("CONNECT {host}:443")), "{asked:?}");
    }
    assert!(!stage.log().contains("s3cret"));
    stage.succeed(&["quit"]).unwrap();
    stage.wait_for_end().unwrap();

    stage.set_environment("HTTPS_PROXY", proxy.url(None));
    stage.start().unwrap();

    until("the problem", || !stage.status().unwrap()["problem"].is_null()).unwrap();
    let status = stage.status().unwrap();
    assert_eq!(status["problem"]["kind"], "offline", "{status}");
    for told in [status["problem"].to_string(), network(&stage).to_string()] {
        assert!(told.contains("the proxy of this network asks for a name"), "{told}");
        assert!(told.contains("help desk"), "{told}");
    }
    assert_eq!(
        (&status["wanted"], &status["account"]["name"]),
        (&"away".into(), &"megan@contoso.com".into())
    );
    assert_eq!(proxy.seen().last().unwrap().status, 407);
    assert_eq!(stage.remembered_token().unwrap(), token);
}

fn stage(name: &str, options: Options) -> Stage {
    Stage::over_tls(Desktop::builder(name).without_display(), options).unwrap()
}

/// The problem that the doctor has with the network.
fn network(stage: &Stage) -> Value {
    let output = stage.run(&["doctor", "--json"]).unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut checks = report["checks"].as_array().unwrap().iter();
    checks.find(|check| check["name"] == "network").unwrap()["problem"].clone()
}
