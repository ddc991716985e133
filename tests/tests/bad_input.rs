//! Proves that bad input is met with the right exit code and a sentence that helps, and that nothing is written.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use presence_host::printable;
use presence_tests::cloud::CLIENT_ID;
use presence_tests::desktop::Desktop;
use presence_tests::stage::Stage;
use serde_json::Value;

/// Wrong words on the command line, and what is said.
const INVOCATIONS: [(&[&str], &str); 44] = [
    (&["frobnicate"], "unrecognized subcommand 'frobnicate'"),
    (&["stat"], "similar subcommands exist"),
    (&["set"], "required arguments were not provided"),
    (&["set", ""], "available"),
    (&["set", "bussy"], "in-a-call"),
    (&["set", "avialable"], "'available'"),
    (&["set", "in-a-c"], "in-a-call or in-a-conference-call"),
    (&["set", "a"], "available or away"),
    (&["set", "offline"], "available, in-a-call"),
    (&["set", "away", "presenting"], "unexpected argument 'presenting'"),
    (&["set", "away", "--form", "45m"], "'--for'"),
    (&["set", "--for", "45m"], "STATUS"),
    (&["set", "away", "--message"], "a value is required for '--message <TEXT>'"),
    (&["clear", "--message", "x"], "unexpected argument '--message'"),
    (&["toggle"], "STATUS"),
    (&["toggle", "dnd"], "presenting"),
    (&["toggle", "away", "--for", "45m"], "unexpected argument '--for'"),
    (&["clear", "away"], "unexpected argument 'away'"),
    (&["clear", "--force"], "unexpected argument '--force'"),
    (&["status", "--jsn"], "'--json'"),
    (&["status", "away"], "unexpected argument 'away'"),
    (&["sign-in", "--code"], "unexpected argument '--code'"),
    (&["sign-in", "megan@contoso.com"], "unexpected argument"),
    (&["signin"], "'sign-in'"),
    (&["sign-out", "--yes"], "unexpected argument '--yes'"),
    (&["open", "settings"], "unexpected argument 'settings'"),
    (&["quit", "now"], "unexpected argument 'now'"),
    (&["reload", "config.toml"], "unexpected argument 'config.toml'"),
    (&["history", "today"], "unexpected argument 'today'"),
    (&["history", "--until", "17:30"], "unexpected argument '--until'"),
    (&["history", "--jsn"], "'--json'"),
    (&["doctor", "--fix"], "unexpected argument '--fix'"),
    (&["run", "--minimised"], "unexpected argument '--minimised'"),
    (&["--daemon"], "unexpected argument '--daemon'"),
    (&["config", "get", "tenant"], "unrecognized subcommand 'get'"),
    (&["config", "--json", "path"], "cannot be used with"),
    (&["config", "set", "tenant"], "required arguments were not provided"),
    (&["config", "set", "tenannt", "x"], "a similar value exists: 'tenant'"),
    (&["config", "set", "presenting", "x"], "'shortcuts.presenting'"),
    (&["config", "set", "tenant", "a.b", "c.d"], "unexpected argument 'c.d'"),
    (&["config", "unset", "shortcuts"], "shortcuts.available"),
    (&["config", "unset", "tenant", "x"], "unexpected argument 'x'"),
    (&["config", "path", "tenant"], "unexpected argument 'tenant'"),
    (&["config", "set-aside", "x"], "unexpected argument 'x'"),
];

/// Values that a key cannot have, and what is said.
const VALUES: [(&str, &str, &str); 20] = [
    ("client_id", "1234", "application (client) ID"),
    ("tenant", "consumers", "personal accounts have no Teams presence"),
    ("tenant", "", "tenant must be"),
    ("tenant", "common", "tenant must be"),
    ("tenant", "contoso", "tenant must be"),
    ("tenant", "..", "tenant must be"),
    ("tenant", "-a.contoso.com", "tenant must be"),
    ("cloud", "china", "\"us-gov-dod\" or \"custom\", not \"china\""),
    ("custom_cloud.authority", "http://example.com", "plain http is only for this machine"),
    ("custom_cloud.graph", "graph", "is not a URL"),
    ("expiration", "1h", "ISO 8601 duration such as \"PT1H\""),
    ("expiration", "-PT1H", "ISO 8601 duration such as \"PT1H\""),
    ("on_quit", "stay", "\"clear\" or \"keep\", not \"stay\""),
    ("on_start", "busy", "on_start must be"),
    ("on_end", "restart", "\"resume\" or \"clear\""),
    ("autostart", "yes", "true or false, not \"yes\""),
    ("notifications", "some", "\"problems\", \"all\" or \"none\""),
    ("pin_away", "", "true or false, not \"\""),
    ("language", "deutsch", "\"system\", \"en\" or \"de\", not \"deutsch\""),
    ("shortcuts.away", "5", "it would take 5"),
];

/// Wrong spans after `set away`, and what is said.
const SPANS: [(&[&str], &str); 18] = [
    (&["--for", "30s"], "5 minutes to 24 hours"),
    (&["--for", "4m59s"], "5 minutes to 24 hours"),
    (&["--for", "25h"], "5 minutes to 24 hours"),
    (&["--for", "PT25H"], "5 minutes to 24 hours"),
    (&["--for", "PT1M"], "5 minutes to 24 hours"),
    (&["--for", "45"], "45m"),
    (&["--for", "m"], "45m"),
    (&["--for", ""], "45m"),
    (&["--for", "-45m"], "45m"),
    (&["--for", "1x"], "45m"),
    (&["--for", "soon"], "45m"),
    (&["--for", "99999999999999999999h"], "45m"),
    (&["--for", "PT"], "45m"),
    (&["--for", "P1D"], "45m"),
    (&["--for", "until 25:00"], "17:30"),
    (&["--for", "until tomorrow"], "17:30"),
    (&["--until", "half past five"], "17:30"),
    (&["--until", "17:60"], "17:30"),
];

/// Wrong messages after `--message`, and what is said.
const MESSAGES: [(&str, &str); 3] = [
    ("one\ntwo", "'--message <TEXT>': a status message is one line without control characters"),
    ("\u{1b}]0;x\u{7}", "character 1 is one"),
    (TOO_LONG, "at most 280 characters; this one has 281"),
];
const TOO_LONG: &str = match str::from_utf8(&[b'x'; 281]) {
    Ok(text) => text,
    Err(_) => "",
};

/// Wrong spans after `history`, and what is said.
const LOOKS_BACK: [(&[&str], &str); 10] = [
    (&["--since"], "a value is required"),
    (&["--since", ""], "is not a span such as 90m"),
    (&["--since", "24"], "is not a span such as 90m"),
    (&["--since", "-24h"], "is not a span such as 90m"),
    (&["--since", "yesterday"], "is not a span such as 90m"),
    (&["--since", "2026-11-28"], "is not a span such as 90m"),
    (&["--since", "99999999999999999999d"], "is not a span such as 90m"),
    (&["--since", "59s"], "1 minute to 14 days"),
    (&["--since", "15d"], "1 minute to 14 days"),
    (&["--since", "1h", "--since", "2h"], "cannot be used multiple times"),
];

/// Wrong configurations, and what is said.
const CONFIGURATIONS: [(&str, &str); 25] = [
    ("client_id = 5", "line 1, column 13"),
    ("client_id = \"1234\"", "line 1, column 13: client_id must be the application (client) ID"),
    ("client_id = \"\"", "application (client) ID"),
    ("client_id = ", "line 1, column 13"),
    ("client_id", "line 1"),
    ("= 5", "line 1, column 1"),
    ("\u{feff}client_id = \"1234\"", "line 1"),
    ("ID\ntenannt = \"x\"", "line 2, column 1: \"tenannt\" is not a key; the keys are client_id"),
    ("ID\ntenant = \"consumers\"", "personal accounts have no Teams presence"),
    ("ID\ntenant = \"my tenant\"", "line 2, column 10: tenant must be"),
    ("ID\nautostart = 1", "autostart must be true or false, not integer"),
    ("ID\ntenant = true", "tenant must be a text in quotes, not true"),
    ("ID\nshortcuts = 5", "shortcuts must be a table: write [shortcuts]"),
    ("ID\ncloud = \"china\"", "\"us-gov-dod\" or \"custom\", not \"china\""),
    ("ID\ncloud = \"custom\"", "needs a [custom_cloud] table"),
    ("ID\nexpiration = \"PT1M\"", "expiration must be from PT5M to PT4H"),
    ("ID\nexpiration = \"1h\"", "ISO 8601 duration such as \"PT1H\""),
    ("ID\nexpiration = 60", "line 2, column 14"),
    ("ID\non_quit = \"stay\"", "on_quit must be \"clear\" or \"keep\", not \"stay\""),
    ("ID\non_start = \"busy\"", "on_start must be"),
    ("ID\non_end = \"restart\"", "on_end must be \"resume\" or \"clear\", not \"restart\""),
    ("ID\nautostart = \"yes\"", "autostart must be true or false, not \"yes\""),
    ("ID\nnotifications = \"some\"", "\"problems\", \"all\" or \"none\", not \"some\""),
    (
        "ID\n[custom_cloud]\nauthority = \"http://example.com\"",
        "plain http is only for this machine",
    ),
    ("ID\n[shortcuts]\nbusy = \"Ctrl+Alt+B\"", "line 3, column 1: cannot bind keys to this"),
];

/// Key combinations that nobody can press or should have, and what is said.
const KEYS: [(&str, &str); 14] = [
    ("", "presenting"),
    ("5", "Ctrl"),
    ("Shift+5", "Ctrl"),
    ("F5", "Ctrl"),
    ("Ctrl", "key"),
    ("Ctrl+", "key"),
    ("Ctrl+Alt", "key"),
    ("Ctrl+5+6", "key"),
    ("Ctrl+Ctrl+5", "twice"),
    ("Ctl+5", "Ctrl"),
    ("Ctrl+Foo", "Foo"),
    ("Ctrl+F99", "F99"),
    ("Ctrl Alt 5", "presenting"),
    ("Strg+5", "Strg"),
];

#[test]
fn wrong_words_are_wrong_usage() {
    let stage = stage("words");
    for (arguments, words) in INVOCATIONS {
        refused(&stage, arguments, 2, words);
    }
}

#[test]
fn what_would_move_colour_or_hide_text_on_a_terminal_is_not_repeated() {
    const HOSTILE: &str = "\u{1b}]0;x\u{7}a\u{1b}[2J\u{9b}31m\u{202e}b\u{200b}";
    let stage = stage("hostile-words");
    for arguments in [
        &[HOSTILE][..],
        &["set", HOSTILE],
        &["set", "away", HOSTILE],
        &["set", "away", "--for", HOSTILE],
        &["set", "away", "--message", HOSTILE],
        &["--a\u{1b}[2J"],
        &["history", "--since", HOSTILE],
        &["config", "set", HOSTILE, "x"],
        &["config", "set", "tenant", HOSTILE],
    ] {
        let said = refused(&stage, arguments, 2, "");
        assert_eq!(said, printable(&said), "{arguments:?}");
    }
}

#[test]
fn wrong_spans_are_wrong_usage() {
    let stage = stage("spans");
    for (span, words) in SPANS {
        refused(&stage, &[&["set", "away"], span].concat(), 2, words);
    }
}

#[test]
fn wrong_messages_are_wrong_usage() {
    let stage = stage("messages");
    for (text, words) in MESSAGES {
        for status in ["set", "toggle"] {
            refused(&stage, &[status, "away", "--message", text], 2, words);
        }
    }
}

#[test]
fn wrong_values_are_wrong_usage_with_a_resident_and_without() {
    let mut stage = stage("values");
    for round in ["without", "with"] {
        for (key, value, words) in VALUES {
            let said = refused(&stage, &["config", "set", key, value], 2, words);
            assert!(said.contains("Nothing was changed."), "{round}: {said}");
        }
        if round == "without" {
            stage.start().unwrap();
            // What it writes at its start is written once it has looked at the keyring.
            stage.status().unwrap();
        }
    }
}

#[test]
fn wrong_looks_back_are_wrong_usage() {
    let stage = stage("looks-back");
    for (span, words) in LOOKS_BACK {
        refused(&stage, &[&["history"], span].concat(), 2, words);
    }
}

#[test]
fn a_wrong_configuration_is_named_with_its_place() {
    let stage = stage("config");
    for (text, words) in CONFIGURATIONS {
        let text = text.replace("ID", &format!("client_id = \"{CLIENT_ID}\""));
        stage.configure(&text).unwrap();
        for arguments in [
            &["set", "away"][..],
            &["clear"],
            &["sign-in"],
            &["reload"],
            &["config", "set", "on_end", "clear"],
            &["config", "unset", "tenant"],
        ] {
            // What does not fit together is mended by such a change.
            if arguments[0] == "config" && words.contains("[custom_cloud]") {
                continue;
            }
            let said = refused(&stage, arguments, 4, words);
            assert!(said.contains("The file was not changed."), "{said}");
            assert!(said.contains("Correct that line and save the file."), "{said}");
        }
    }
}

#[test]
fn a_configuration_that_cannot_be_read_is_named() {
    let stage = stage("unreadable");
    fs::remove_file(stage.config_file()).unwrap();
    refused(&stage, &["set", "away"], 4, "There is no configuration at");
    refused(&stage, &["config", "set-aside"], 4, "There is no configuration at");
    stage.configure("").unwrap();
    refused(&stage, &["set", "away"], 4, "client_id is missing in");
    refused(&stage, &["config", "set-aside"], 2, "The configuration has no mistake");
    fs::remove_file(stage.config_file()).unwrap();
    fs::create_dir(stage.config_file()).unwrap();
    refused(&stage, &["set", "away"], 4, "Cannot read");
    fs::remove_dir(stage.config_file()).unwrap();
    fs::write(stage.config_file(), b"\xff\xfe\x00").unwrap();
    refused(&stage, &["set", "away"], 4, "Cannot read");
    fs::write(stage.config_file(), vec![b'#'; 2 << 20]).unwrap();
    refused(&stage, &["set", "away"], 4, "it is too large");
}

#[test]
fn nobody_waits_for_a_configuration_that_is_no_file() {
    let stage = stage("no-file");
    for make in ["mkfifo \"$0\"", "ln -s /dev/zero \"$0\""] {
        fs::remove_file(stage.config_file()).unwrap();
        let made = Command::new("sh").args(["-c", make]).arg(stage.config_file()).status();
        assert!(made.unwrap().success());
        refused(&stage, &["set", "away"], 4, "it is not a file");
        refused(&stage, &["config", "set", "on_end", "clear"], 4, "it is not a file");
    }
}

#[test]
fn a_folder_that_is_none_is_named() {
    let stage = stage("folder");
    let mut command = stage.command(&["status"]).unwrap();
    let output = command.env("PRESENCE_TRAY_CONFIG_DIR", "relative").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("must be an absolute path, not \"relative\""));
}

#[test]
fn a_folder_that_others_may_write_to_is_not_used() {
    let stage = stage("shared");
    for part in ["state", "run"] {
        let folder = stage.folder().join(part);
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(&folder, Permissions::from_mode(0o770)).unwrap();
        let output = stage.run(&["run", "--hidden"]).unwrap();
        assert_eq!(output.status.code(), Some(1));
        let said = text(&output.stderr);
        assert!(
            said.contains(&format!("/{part}: it belongs to another user, or others")),
            "{said}"
        );
        fs::set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
    }
}

#[test]
fn a_wrong_combination_is_named_with_its_key() {
    let stage = stage("keys");
    for (keys, words) in KEYS {
        let table =
            format!("\n[shortcuts]\npresenting = \"{keys}\"\naway = \"Ctrl+Alt+Shift+4\"\n");
        stage.configure(&format!("{}{table}", stage.configuration())).unwrap();
        let before = files(stage.folder());
        let output = stage.run(&["doctor", "--json"]).unwrap();
        assert_eq!(output.status.code(), Some(1), "{keys}");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let checks = report["checks"].as_array().unwrap();
        let check = checks.iter().find(|check| check["name"] == "shortcuts").unwrap();
        let problem = check["problem"].to_string();
        assert!(problem.contains("presenting") && problem.contains(words), "{keys:?}: {problem}");
        assert!(!check["problem"]["remedy"].as_str().unwrap().is_empty(), "{keys:?}: {problem}");
        unchanged(&before, &stage);
    }
}

/// Runs what must be refused; what was said helps, and nothing was written.
fn refused(stage: &Stage, arguments: &[&str], code: i32, words: &str) -> String {
    let before = files(stage.folder());
    let Output { status, stdout, stderr } = stage.run(arguments).unwrap();
    let said = text(&stderr);
    assert_eq!(status.code(), Some(code), "{arguments:?}: {said}");
    assert!(said.contains(words), "{arguments:?} should say {words:?}: {said}");
    assert!(!said.contains("panicked") && stdout.is_empty(), "{arguments:?}: {said}");
    let helps = [
        "please type more",
        "--help",
        "tip:",
        "Correct",
        "Make",
        "Choose",
        "such as",
        "write",
        "presence-tray config",
    ];
    assert!(helps.iter().any(|word| said.contains(word)), "{arguments:?}: {said}");
    unchanged(&before, stage);
    said
}

fn unchanged(before: &BTreeMap<PathBuf, Vec<u8>>, stage: &Stage) {
    let locks = ["lock", "change.lock"].map(|name| stage.folder().join("state").join(name));
    let (mut before, mut after) = (before.clone(), files(stage.folder()));
    // A look takes the lock; the file of it is empty.
    for files in [&mut before, &mut after] {
        files.retain(|path, bytes| !locks.contains(path) || !bytes.is_empty());
    }
    assert_eq!(before, after);
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            found.extend(files(&entry.path()));
        } else if kind.is_file() {
            found.insert(entry.path(), fs::read(entry.path()).unwrap());
        }
    }
    found
}

fn stage(name: &str) -> Stage {
    Stage::new(Desktop::builder(name).without_display()).unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
