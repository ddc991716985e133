//! Proves that the documents say what is so: the tests of a promise are there, and figures are as they were measured.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;

use presence_tests::workspace;

#[test]
fn each_promise_of_security_has_its_test() {
    let root = workspace::root().unwrap();
    let sources = sources(&root.join("src-tauri")) + &sources(&root.join("tests"));
    let text = fs::read_to_string(root.join("docs/security.md")).unwrap();
    let promises: Vec<&str> = text.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(promises.len() > 10, "{promises:?}");
    let mut before = "";
    for promise in promises {
        let held_by = promise.split('|').nth(3).unwrap().trim().trim_matches('`');
        let name = if held_by == "the same" { before } else { held_by };
        let is_test = sources.contains(&format!("]\nfn {name}() {{"))
            || sources.contains(&format!("]\n    fn {name}() {{"))
            || sources.contains(&format!("]\n    async fn {name}() {{"));
        assert!(is_test, "no test {name:?}, for {promise}");
        before = name;
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

/// What stands in every source file below `folder`.
fn sources(folder: &Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("node_modules") {
            all += &sources(&path);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            all += &fs::read_to_string(path).unwrap();
        }
    }
    all
}
