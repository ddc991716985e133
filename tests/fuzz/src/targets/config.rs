//! The configuration, and a change of it.

use std::fs;

use presence_host::{Change, Config, ConfigReport, Key, KeyReport, Kind, Profile, Value};

use super::first_line;
use crate::scratch::Scratch;
use crate::shown::{is_clean, is_clean_problem};

/// What passes the door is shorter, bytes.
const LINE: usize = 64 * 1024;

/// The first line of the input is a change: a key and its value, or the key alone to unset it. The rest is the file.
pub(crate) fn check(input: &[u8]) {
    let (head, file) = first_line(input);
    let scratch = Scratch::new();
    let profile = scratch.profile();
    fs::write(profile.config_file(), file).unwrap();

    let before = ConfigReport::read(&profile);
    is_sound(&before);
    let config = Config::read(&profile);
    if let Err(error) = &config {
        is_clean_problem(&error.problem());
    }
    assert_eq!(config.is_ok(), before.mistake.is_none() && client_id(&before).is_some());

    let change = match head.split_once(' ') {
        Some((key, value)) => Change::Set { key: key.to_owned(), value: value.to_owned() },
        None => Change::Unset { key: head.clone() },
    };
    let made = change.make(&profile);
    let written = fs::read(profile.config_file()).unwrap();
    match made {
        Err(problem) => {
            is_clean_problem(&problem);
            assert_eq!(written, file, "refused, and changed");
        }
        Ok(after) => {
            assert_eq!(after, ConfigReport::read(&profile));
            is_sound(&after);
            is_as_changed(&before, &after, &change);
            keeps_comments(file, &written);
            is_made_once(&change, &profile, &written);
        }
    }
}

fn client_id(report: &ConfigReport) -> Option<&Value> {
    report.keys.iter().find(|row| row.key == Key::ClientId.name())?.value.as_ref()
}

fn is_sound(report: &ConfigReport) {
    assert!(serde_json::to_vec(report).unwrap().len() < LINE, "too long for the door");
    if let Some(mistake) = &report.mistake {
        is_clean(&mistake.message, 300);
        assert!(mistake.line >= 1 && mistake.column >= 1, "{mistake:?}");
    }
}

/// The key has its new value, and no other key another one.
fn is_as_changed(before: &ConfigReport, after: &ConfigReport, change: &Change) {
    let (changed, value) = match change {
        Change::Set { key, value } => (key, Some(value)),
        Change::Unset { key } => (key, None),
        Change::SetAside => return,
    };
    for (before, after) in before.keys.iter().zip(&after.keys) {
        let expected = match value {
            _ if after.key != *changed => &before.value,
            None => &after.default,
            Some(value) => &Some(read(after, value)),
        };
        assert_eq!(after.value, *expected, "{} after {change:?}", after.key);
    }
}

fn read(row: &KeyReport, value: &str) -> Value {
    match row.kind {
        Kind::Bool => Value::Flag(value == "true"),
        Kind::Text | Kind::Choice | Kind::Span | Kind::Shortcut => Value::Text(value.to_owned()),
    }
}

/// Where no text has several lines, a line that begins with # is a comment, and stays.
fn keeps_comments(before: &[u8], after: &[u8]) {
    let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
    if before.contains("\"\"\"") || before.contains("'''") {
        return;
    }
    let after: Vec<&str> = after.lines().map(str::trim).collect();
    for comment in before.lines().map(str::trim).filter(|line| line.starts_with('#')) {
        assert!(after.contains(&comment), "{comment:?} is lost: {after:?}");
    }
}

fn is_made_once(change: &Change, profile: &Profile, written: &[u8]) {
    change.make(profile).unwrap();
    assert_eq!(fs::read(profile.config_file()).unwrap(), written, "a change made twice");
}
