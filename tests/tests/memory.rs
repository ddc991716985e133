//! What is left in the memory of the program of what it must not keep.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use presence_tests::cloud::Kind;
use presence_tests::desktop::Desktop;
use presence_tests::stage::{Stage, until};
use sha2::{Digest, Sha256};
use url::Url;

/// What is read at once, bytes.
const BLOCK: usize = 1 << 20;

/// No secret is longer, bytes: by so much one block reaches into the next.
const LONGEST: usize = 8 << 10;

#[test]
fn after_a_sign_out_no_token_code_or_verifier_is_left_in_the_memory() {
    let mut stage = Stage::new(Desktop::builder("memory").without_display()).unwrap();
    stage.start().unwrap();
    let process = stage.program().unwrap().id();
    stage.sign_in_by_command().unwrap();
    stage.succeed(&["set", "presenting"]).unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    let secrets = secrets(&stage);
    // What is looked for can be found.
    let held = found(process, &secrets);
    assert!(held.contains(&"access token"), "{held:?}");

    stage.succeed(&["sign-out"]).unwrap();

    wait_for_clean_memory(process, &secrets);
}

#[test]
fn a_sign_in_that_is_broken_off_leaves_no_verifier_or_device_code_in_the_memory() {
    let mut stage = Stage::new(Desktop::builder("broken-off").without_display()).unwrap();
    stage.start().unwrap();
    let process = stage.program().unwrap().id();
    for broken_off_by in ["cancel", "another sign-in"] {
        let mut sign_in = stage.command(&["sign-in"]).unwrap().spawn().unwrap();
        let verifier = [("verifier", verifier(process, &stage.opened_url().unwrap()))];
        match broken_off_by {
            "cancel" => cancel(&stage),
            _ => drop(stage.succeed(&["sign-in", "--device-code"]).unwrap()),
        }
        assert!(!sign_in.wait().unwrap().success(), "it was broken off by {broken_off_by}");
        wait_for_clean_memory(process, &verifier);
    }
    let mut code = None;
    until("a poll for the device code", || {
        code = posted(&stage, Kind::PollDevice, "device_code").pop();
        code.is_some()
    })
    .unwrap();
    let code = [("device code", code.unwrap())];
    assert_eq!(found(process, &code), ["device code"], "what is looked for can be found");

    cancel(&stage);

    wait_for_clean_memory(process, &code);
}

fn wait_for_clean_memory(process: u32, secrets: &[(&'static str, Vec<u8>)]) {
    let mut left = Vec::new();
    let gone = until("a clean memory", || {
        std::thread::sleep(Duration::from_millis(500));
        left = found(process, secrets);
        left.is_empty()
    });
    gone.unwrap_or_else(|_| panic!("{left:?}"));
}

/// Cancels the sign-in under way, as the window does.
fn cancel(stage: &Stage) {
    let mut door = UnixStream::connect(stage.folder().join("run/door")).unwrap();
    door.write_all(b"{\"do\":\"cancel-sign-in\"}\n").unwrap();
    door.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    door.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("done"), "{answer}");
}

/// The verifier in the memory of a process whose challenge is in the address of a sign-in (RFC 7636, section 4.2).
fn verifier(process: u32, address: &str) -> Vec<u8> {
    let address = Url::parse(address).unwrap();
    let challenge = address.query_pairs().find(|(name, _)| name == "code_challenge").unwrap().1;
    let challenge = BASE64_URL_SAFE_NO_PAD.decode(&*challenge).unwrap();
    let mut verifier = None;
    search(process, |block| {
        let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
        let mut runs = block.split(|byte| !is_letter(byte)).flat_map(|run| run.windows(43));
        verifier = verifier.take().or_else(|| {
            runs.find(|text| Sha256::digest(text)[..] == challenge[..]).map(<[u8]>::to_vec)
        });
    });
    verifier.expect("the program has the verifier")
}

/// What passed between the program and the service that nobody else may have, each with its name.
fn secrets(stage: &Stage) -> Vec<(&'static str, Vec<u8>)> {
    let mut secrets = Vec::new();
    stage.cloud.with(|cloud, _| {
        for seen in cloud.seen() {
            if let Some(header) = &seen.request.authorization {
                let token = header.trim_start_matches("Bearer ");
                secrets.push(("access token", token.as_bytes().to_vec()));
            }
        }
    });
    for (name, field) in [("code", "code"), ("verifier", "code_verifier")] {
        secrets.extend(posted(stage, Kind::Redeem, field).into_iter().map(|value| (name, value)));
    }
    secrets.push(("refresh token", stage.stored_token().unwrap().unwrap().into_bytes()));
    let kinds: Vec<&str> = secrets.iter().map(|(kind, _)| *kind).collect();
    for kind in ["access token", "code", "verifier", "refresh token"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    secrets.sort();
    secrets.dedup();
    secrets
}

/// What the requests of a kind had in a field of their form.
fn posted(stage: &Stage, kind: Kind, field: &str) -> Vec<Vec<u8>> {
    stage.cloud.with(|cloud, _| {
        let seen = cloud.seen().iter().filter(|seen| seen.kind == kind);
        let fields = seen.flat_map(|seen| url::form_urlencoded::parse(&seen.request.body));
        fields
            .filter(|(name, _)| name == field)
            .map(|(_, value)| value.as_bytes().to_vec())
            .collect()
    })
}

/// The names of the secrets that are in the memory of a process.
fn found(process: u32, secrets: &[(&'static str, Vec<u8>)]) -> Vec<&'static str> {
    let mut found = Vec::new();
    search(process, |block| {
        for (name, secret) in secrets {
            if block.windows(secret.len()).any(|window| window == secret) {
                found.push(*name);
            }
        }
    });
    found.sort_unstable();
    found.dedup();
    found
}

/// Shows `look` the memory that a process can write to, a block at a time.
fn search(process: u32, mut look: impl FnMut(&[u8])) {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let memory = File::open(format!("/proc/{process}/mem")).unwrap();
    for map in maps.lines().filter(|map| map.contains(" rw")) {
        let (range, _) = map.split_once(' ').unwrap();
        let (from, to) = range.split_once('-').unwrap();
        let [from, to] = [from, to].map(|address| u64::from_str_radix(address, 16).unwrap());
        let mut at = from;
        while at < to {
            let mut block = vec![0; BLOCK.min((to - at) as usize)];
            // What went meanwhile holds nothing.
            let Ok(count) = memory.read_at(&mut block, at) else { break };
            look(&block[..count]);
            let end = at + count as u64;
            at = if end < to { end - LONGEST as u64 } else { end };
        }
    }
}
