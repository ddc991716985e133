//! Proves what the packages bring for shells and readers: completions that complete, a manual page that names
//! every command, and a place for each.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use presence_tests::workspace;
use serde_json::Value;

const VERBS: [&str; 14] = [
    "run", "set", "toggle", "clear", "reset", "status", "sign-in", "sign-out", "open", "history",
    "doctor", "config", "reload", "quit",
];
const STATUSES: [&str; 5] =
    ["available", "in-a-call", "in-a-conference-call", "away", "presenting"];

#[test]
fn bash_completes_commands_statuses_and_options() {
    for (line, completed) in [
        (&["presence-tray", "to"][..], &["toggle"][..]),
        (&["presence-tray", "set", "pre"], &["presenting"]),
        (&["presence-tray", "set", "in-a-c"], &["in-a-call", "in-a-conference-call"]),
        (&["presence-tray", "toggle", "aw"], &["away"]),
        (&["presence-tray", "set", "away", "--f"], &["--for"]),
        (&["presence-tray", "set", "away", "--u"], &["--until"]),
        (&["presence-tray", "sign-in", "--d"], &["--device-code"]),
        (&["presence-tray", "status", "--j"], &["--json"]),
        (&["presence-tray", "config", "un"], &["unset"]),
        (&["presence-tray", "config", "set", "on_"], &["on_quit", "on_start", "on_end"]),
    ] {
        assert_eq!(completed_by_bash(line), completed, "{line:?}");
    }
}

#[test]
fn fish_completes_commands_statuses_and_options() {
    for (line, completed) in [
        ("presence-tray to", &["toggle"][..]),
        ("presence-tray set pre", &["presenting"]),
        ("presence-tray set in-a-c", &["in-a-call", "in-a-conference-call"]),
        ("presence-tray toggle aw", &["away"]),
        ("presence-tray set away --f", &["--for"]),
        ("presence-tray set --until 17:30 aw", &["away"]),
        ("presence-tray status --j", &["--json"]),
        ("presence-tray config un", &["unset"]),
        ("presence-tray config set on_", &["on_end", "on_quit", "on_start"]),
    ] {
        assert_eq!(completed_by_fish(line), completed, "{line}");
    }
}

#[test]
fn every_shell_reads_its_completions() {
    for (shell, file) in
        [("bash", "presence-tray.bash"), ("zsh", "_presence-tray"), ("fish", "presence-tray.fish")]
    {
        said(Command::new(shell).arg("-n").arg(generated("completions").join(file)));
    }
}

#[test]
fn every_shell_is_told_every_command_and_status() {
    for file in files_in("completions") {
        let script = fs::read_to_string(generated("completions").join(&file)).unwrap();
        for word in VERBS.iter().chain(&STATUSES) {
            assert!(script.contains(word), "{word} in {file}");
        }
    }
}

#[test]
fn the_manual_page_names_every_command_status_and_exit_code() {
    let page = generated("man").join("presence-tray.1");
    let page = said(Command::new("man").arg("--local-file").arg(page).env("MANWIDTH", "200"));

    let heads: BTreeSet<_> =
        page.lines().filter_map(|line| line.split_whitespace().next()).collect();
    for word in VERBS.iter().chain(&STATUSES).chain(&["0", "1", "2", "3", "4", "5"]) {
        assert!(heads.contains(word), "{word} in\n{page}");
    }
    for words in [
        "--for SPAN",
        "--until TIME",
        "--json",
        "--watch",
        "--hidden",
        "--device-code",
        "config set KEY VALUE",
        "config unset KEY",
        "config set-aside",
        "shortcuts.presenting",
        "Default: organizations.",
    ] {
        assert!(page.contains(words), "{words} in\n{page}");
    }
}

#[test]
fn every_package_brings_all_that_is_generated() {
    let bundle = settings("tauri.bundle.conf.json");
    let generated: BTreeSet<PathBuf> = ["completions", "man"]
        .into_iter()
        .flat_map(|folder| {
            files_in(folder)
                .into_iter()
                .map(move |file| PathBuf::from("gen").join(folder).join(file))
        })
        .collect();
    assert_eq!(generated.len(), 5, "{generated:?}");
    let files = bundle.pointer("/bundle/macOS/files").unwrap().as_object().unwrap();
    let brought = files.values().map(|source| source.as_str().unwrap().into()).collect();
    assert_eq!(generated, brought, "macOS");
    let packages = workspace::root().unwrap().join("src-tauri/tray/Cargo.toml");
    let packages = fs::read_to_string(packages).unwrap();
    for file in &generated {
        // Once in the .deb, once in the .rpm.
        assert_eq!(packages.matches(&format!("{}\"", file.display())).count(), 2, "{file:?}");
    }
    let windows = settings("tauri.windows.conf.json");
    for source in windows.pointer("/bundle/resources").unwrap().as_object().unwrap().keys() {
        assert!(generated.contains(&PathBuf::from(source)), "{source}");
    }
}

/// What bash offers for the last of these words.
fn completed_by_bash(line: &[&str]) -> Vec<String> {
    let script = r#"
        source "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        completer=$(complete -p presence-tray | sed 's/.*-F \([^ ]*\).*/\1/')
        "$completer" presence-tray "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let offered = said(
        Command::new("bash")
            .args(["--norc", "--noprofile", "-c", script, "bash"])
            .arg(generated("completions").join("presence-tray.bash"))
            .args(line),
    );
    offered.lines().map(str::to_owned).collect()
}

/// What fish offers at the end of this line, without its descriptions.
fn completed_by_fish(line: &str) -> Vec<String> {
    let offered = said(
        Command::new("fish")
            .args(["--no-config", "--command", "source $argv[1]; complete --do-complete $argv[2]"])
            .arg(generated("completions").join("presence-tray.fish"))
            .arg(line),
    );
    let words = offered.lines().map(|line| line.split('\t').next().unwrap_or_default());
    words.map(str::to_owned).collect()
}

fn said(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&stderr);
    assert!(status.success() && stderr.is_empty(), "{command:?} ended with {status}: {stderr}");
    String::from_utf8(stdout).unwrap()
}

fn settings(file: &str) -> Value {
    let path = workspace::root().unwrap().join("src-tauri").join(file);
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn files_in(folder: &str) -> Vec<String> {
    let files = fs::read_dir(generated(folder)).unwrap();
    files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

fn generated(folder: &str) -> PathBuf {
    let folder = workspace::root().unwrap().join("src-tauri/gen").join(folder);
    assert!(folder.is_dir(), "cargo verify makes it first: cargo build -p presence-tray-window");
    folder
}
