//! Proves that the documents say what is so: a promise has its test and what breaks it, figures are as they were measured, and
//! the dependencies are those that there are.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use presence_tests::promises::{Breach, Promise};
use presence_tests::workspace;
use serde_json::Value;

const SYSTEMS: [&str; 3] = ["Linux", "Windows", "macOS"];

#[test]
fn each_promise_of_security_has_its_test_and_a_patch_that_breaks_it() {
    let root = workspace::root().unwrap();
    let promises = Promise::all().unwrap();
    assert!(promises.len() > 10, "{promises:?}");
    for promise in &promises {
        promise.break_in(&root, Breach::Check).unwrap();
    }
    let breaches = Promise::breaches().unwrap();
    for (test, says) in &breaches {
        assert!(promises.iter().any(|promise| promise.test == *test), "{test} breaks no promise");
        assert!(says.ends_with('.'), "what does the patch of {test} break?");
    }
}

#[test]
fn the_readme_says_what_was_measured() {
    let root = workspace::root().unwrap();
    let [readme, measured] = ["README.md", "docs/performance.md"]
        .map(|name| fs::read_to_string(root.join(name)).unwrap());
    let lines: Vec<&str> = measured.lines().filter(|line| line.starts_with("- ")).take(3).collect();
    assert_eq!(lines.len(), 3);
    assert!(readme.contains(&lines.join("\n")), "{lines:?}");
}

#[test]
fn each_direct_dependency_has_its_reason_and_no_other() {
    let text = fs::read_to_string(workspace::root().unwrap().join("docs/dependencies.md")).unwrap();
    let mut said = BTreeMap::new();
    for row in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let (systems, reasons) = match &cells[1..] {
            [purpose, instead] => (BTreeSet::from(SYSTEMS), [purpose, instead]),
            [systems, purpose, instead] => (systems.split(", ").collect(), [purpose, instead]),
            _ => panic!("{row}"),
        };
        assert!(reasons.iter().all(|reason| !reason.is_empty()), "{row}");
        let twice = said.insert(cells[0].trim_matches('`').to_owned(), systems);
        assert_eq!(twice, None, "{row}");
    }
    assert_eq!(said, direct_dependencies());
}

/// Of the crates that the tray program is made of, with the systems that have each.
fn direct_dependencies() -> BTreeMap<String, BTreeSet<&'static str>> {
    let metadata = workspace::metadata().unwrap();
    let ours = ["presence-core", "presence-host", "presence-tray", "presence-wire"];
    let is_ours = |name: &Value| ours.contains(&name.as_str().unwrap());
    let crates = metadata["packages"].as_array().unwrap().iter().filter(|it| is_ours(&it["name"]));
    let mut direct: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for dependency in crates.flat_map(|it| it["dependencies"].as_array().unwrap()) {
        let is_built_in = dependency["kind"].is_null() && dependency["optional"] == false;
        if is_built_in && !is_ours(&dependency["name"]) {
            let name = dependency["name"].as_str().unwrap().to_owned();
            direct.entry(name).or_default().extend(systems(dependency["target"].as_str()));
        }
    }
    direct
}

fn systems(target: Option<&str>) -> &'static [&'static str] {
    match target {
        None => &SYSTEMS,
        Some("cfg(unix)") => &["Linux", "macOS"],
        Some("cfg(target_os = \"linux\")") => &["Linux"],
        Some("cfg(windows)") => &["Windows"],
        Some("cfg(target_os = \"macos\")") => &["macOS"],
        Some("cfg(not(target_os = \"linux\"))" | "cfg(any(windows, target_os = \"macos\"))") => {
            &["Windows", "macOS"]
        }
        Some(other) => panic!("which systems are {other}?"),
    }
}
