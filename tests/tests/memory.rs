//! What is left in the memory of the program of what it must not keep.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::time::Duration;

use presence_tests::cloud::Kind;
use presence_tests::desktop::Desktop;
use presence_tests::stage::{Stage, until};

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

    let mut left = Vec::new();
    let gone = until("a clean memory", || {
        std::thread::sleep(Duration::from_millis(500));
        left = found(process, &secrets);
        left.is_empty()
    });
    gone.unwrap_or_else(|_| panic!("{left:?}"));
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
            if seen.kind == Kind::Redeem {
                for (name, value) in url::form_urlencoded::parse(&seen.request.body) {
                    match &*name {
                        "code" => secrets.push(("code", value.as_bytes().to_vec())),
                        "code_verifier" => secrets.push(("verifier", value.as_bytes().to_vec())),
                        _ => {}
                    }
                }
            }
        }
    });
    secrets.push(("refresh token", stage.stored_token().unwrap().unwrap().into_bytes()));
    let kinds: Vec<&str> = secrets.iter().map(|(kind, _)| *kind).collect();
    for kind in ["access token", "code", "verifier", "refresh token"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    secrets.sort();
    secrets.dedup();
    secrets
}

/// The names of the secrets that are in the memory of a process.
fn found(process: u32, secrets: &[(&'static str, Vec<u8>)]) -> Vec<&'static str> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let memory = File::open(format!("/proc/{process}/mem")).unwrap();
    let mut found = Vec::new();
    for map in maps.lines().filter(|map| map.contains(" rw")) {
        let (range, _) = map.split_once(' ').unwrap();
        let (from, to) = range.split_once('-').unwrap();
        let [from, to] = [from, to].map(|address| u64::from_str_radix(address, 16).unwrap());
        let mut at = from;
        while at < to {
            let mut block = vec![0; BLOCK.min((to - at) as usize)];
            // What went meanwhile holds nothing.
            let Ok(count) = memory.read_at(&mut block, at) else { break };
            let block = &block[..count];
            for (name, secret) in secrets {
                if block.windows(secret.len()).any(|window| window == secret) {
                    found.push(*name);
                }
            }
            let end = at + count as u64;
            at = if end < to { end - LONGEST as u64 } else { end };
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
