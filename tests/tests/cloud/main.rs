//! What the fake cloud promises: every refusal that Microsoft documents, and the same on a real port.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use presence_tests::cloud::{
    ALEX, App, CLIENT_ID, Cloud, CloudServer, Consent, DOMAIN, Delivery, Fault, Kind, MEGAN,
    Millis, On, Options, Pair, Request, Response, RetryAfter, Rotation, SessionState, Shown,
    TENANT, TokenError, User,
};
use presence_tests::cloud::{Pick, browser};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const TOKEN: &str = "/organizations/oauth2/v2.0/token";
const DEVICE_CODE: &str = "/organizations/oauth2/v2.0/devicecode";
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const REDIRECT: &str = "http://localhost:50123";
const SCOPE: &str = "https://graph.microsoft.com/Presence.ReadWrite offline_access openid profile";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters";
const CP1: &str = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;
const MINUTE: Millis = 60_000;

mod device;
mod faults;
mod message;
mod port;
mod presence;
mod refresh;
mod sign_in;

/// A signed-in program at a moment.
struct Desk {
    cloud: Cloud,
    now: Millis,
    token: String,
}

impl Desk {
    fn new() -> Desk {
        Desk::with(Options::default())
    }

    fn with(options: Options) -> Desk {
        let mut desk = Desk { cloud: Cloud::new(options, 1), now: 0, token: String::new() };
        desk.sign_in(&[]);
        desk
    }

    fn sign_in(&mut self, changes: &[(&str, &str)]) -> Value {
        let answer = redeem(&mut self.cloud, self.now, changes).value();
        self.token = answer["access_token"].as_str().unwrap().into();
        answer
    }

    fn post(&mut self, oid: &str, name: &str, body: &str) -> Response {
        let request = Request::json(&verb(oid, name), body).bearer(&self.token);
        self.cloud.handle(self.now, request)
    }

    fn get(&mut self, path: &str) -> Response {
        self.cloud.handle(self.now, Request::get(path).bearer(&self.token))
    }

    fn set(&mut self, shown: Shown, duration: &str) -> Response {
        let body = json!({"sessionId": CLIENT_ID, "availability": shown.availability,
            "activity": shown.activity, "expirationDuration": duration});
        self.post(MEGAN, "setPresence", &body.to_string())
    }
}

fn cloud() -> Cloud {
    Cloud::new(Options::default(), 1)
}

fn verb(oid: &str, name: &str) -> String {
    let whose = if oid == "me" { "me".into() } else { format!("users/{oid}") };
    format!("/v1.0/{whose}/presence/{name}")
}

fn authorize_url(base: &str, changes: &[(&str, &str)]) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let fields = [
        ("client_id", CLIENT_ID),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", SCOPE),
        ("state", "s7"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let query = Request::form("", &changed(&fields, changes)).body;
    format!("{base}/organizations/oauth2/v2.0/authorize?{}", String::from_utf8(query).unwrap())
}

fn changed<'a>(
    fields: &[(&'a str, &'a str)],
    changes: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let kept = fields.iter().filter(|(name, _)| changes.iter().all(|(other, _)| other != name));
    kept.chain(changes).copied().collect()
}

fn post_pick(cloud: &mut Cloud, now: Millis, whom: &str, changes: &[(&str, &str)]) -> Response {
    cloud.handle(now, Request::form(&authorize_url("", changes), &[("pick", whom)]))
}

fn pick(cloud: &mut Cloud, now: Millis, whom: &str, changes: &[(&str, &str)]) -> String {
    redirected(&post_pick(cloud, now, whom, changes), "code").unwrap()
}

fn redirected(response: &Response, name: &str) -> Option<String> {
    let url = url::Url::parse(response.header("location")?).unwrap();
    url.query_pairs().find(|(have, _)| have == name).map(|(_, value)| value.into_owned())
}

fn code_form(code: &str) -> Vec<(&str, &str)> {
    vec![
        ("client_id", CLIENT_ID),
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ]
}

fn token(
    cloud: &mut Cloud,
    now: Millis,
    form: &[(&str, &str)],
    changes: &[(&str, &str)],
) -> Response {
    cloud.handle(now, Request::form(TOKEN, &changed(form, changes)))
}

fn redeem(cloud: &mut Cloud, now: Millis, changes: &[(&str, &str)]) -> Response {
    let code = pick(cloud, now, MEGAN, &[]);
    token(cloud, now, &code_form(&code), changes)
}

fn refresh(cloud: &mut Cloud, now: Millis, held: &Value, changes: &[(&str, &str)]) -> Response {
    let held = held["refresh_token"].as_str().unwrap();
    let form = [("client_id", CLIENT_ID), ("grant_type", "refresh_token"), ("refresh_token", held)];
    token(cloud, now, &form, changes)
}

fn device_code(cloud: &mut Cloud, now: Millis) -> Value {
    let form = [("client_id", CLIENT_ID), ("scope", SCOPE)];
    cloud.handle(now, Request::form(DEVICE_CODE, &form)).value()
}

fn poll(cloud: &mut Cloud, now: Millis, asked: &Value) -> Response {
    let code = asked["device_code"].as_str().unwrap();
    let form = [("client_id", CLIENT_ID), ("grant_type", DEVICE_GRANT), ("device_code", code)];
    token(cloud, now, &form, &[])
}

fn enter(cloud: &mut Cloud, now: Millis, user_code: &str, whom: &str) -> Response {
    let form = [("user_code", user_code), ("pick", whom)];
    cloud.handle(now, Request::form("/devicelogin", &form))
}

async fn catch_redirect(program: tokio::net::TcpListener) -> String {
    let (mut stream, _) = program.accept().await.unwrap();
    let mut buffer = vec![0; 8_192];
    let length = stream.read(&mut buffer).await.unwrap();
    let page =
        "HTTP/1.1 200 OK\r\ncontent-length: 18\r\nconnection: close\r\n\r\nYou are signed in.";
    stream.write_all(page.as_bytes()).await.unwrap();
    String::from_utf8(buffer[..length].to_vec()).unwrap()
}

fn assert_refused(response: &Response, error: &str, number: u64) {
    let body = response.value();
    assert_eq!(body["error"], error, "{body}");
    assert_eq!(body["error_codes"], json!([number]), "{body}");
    let description = body["error_description"].as_str().unwrap();
    assert!(description.starts_with(&format!("AADSTS{number}: ")), "{description}");
    let names = ["timestamp", "trace_id", "correlation_id"];
    assert!(names.iter().all(|name| body[name].is_string()), "{body}");
    assert_eq!(response.status, if error == "invalid_client" { 401 } else { 400 });
}

fn assert_graph(response: &Response, status: u16, code: &str) {
    let body = response.value();
    assert_eq!((response.status, body["error"]["code"].as_str()), (status, Some(code)), "{body}");
    let names = ["date", "request-id", "client-request-id"];
    assert!(names.iter().all(|name| body["error"]["innerError"][name].is_string()), "{body}");
}
