//! The words of a command line.

use std::time::Duration;

use clap::Parser;

use crate::cli::{Cli, ConfigVerb, Verb};

/// The input is a word a line.
pub(crate) fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let words = ["presence-tray"].into_iter().chain(text.lines());
    let verb = match Cli::try_parse_from(words) {
        Ok(cli) => cli.verb,
        Err(error) => {
            let said = error.render().to_string();
            assert!(!said.trim().is_empty());
            // What was typed is quoted a few times at most, and help is as long as it is.
            assert!(said.len() <= 8 * text.len() + 16 * 1024, "{} bytes", said.len());
            return;
        }
    };
    match verb {
        Some(Verb::Set { status, lasts, message }) => {
            if let Some(seconds) = lasts.seconds() {
                assert!((5 * 60..=24 * 60 * 60).contains(&seconds), "{seconds} s");
                let span = humantime::format_duration(Duration::from_secs(seconds)).to_string();
                let again = ["presence-tray", "set", status.name(), "--for", &span];
                let Some(Verb::Set { lasts, .. }) = Cli::try_parse_from(again).unwrap().verb else {
                    panic!("set is read as another command");
                };
                assert_eq!(lasts.seconds(), Some(seconds), "{span}");
            }
            is_one_line(message.flatten().as_ref().map(|message| message.as_str()));
        }
        Some(Verb::Toggle { status: _, message }) => {
            is_one_line(message.flatten().as_ref().map(|message| message.as_str()));
        }
        Some(Verb::History { since, .. }) => {
            assert!((60..=14 * 24 * 60 * 60).contains(&since.as_secs()), "{since:?}");
        }
        Some(Verb::Config {
            change: Some(ConfigVerb::Set { key, .. } | ConfigVerb::Unset { key }),
            ..
        }) => assert!(text.lines().any(|word| word == key.name())),
        Some(
            Verb::Run { .. }
            | Verb::Clear
            | Verb::Reset
            | Verb::Status { .. }
            | Verb::SignIn { .. }
            | Verb::SignOut
            | Verb::Open
            | Verb::Doctor { .. }
            | Verb::Config { .. }
            | Verb::Reload
            | Verb::Quit,
        )
        | None => {}
    }
}

fn is_one_line(message: Option<&str>) {
    let Some(message) = message else { return };
    assert!((1..=280).contains(&message.encode_utf16().count()), "{message:?}");
    assert!(!message.chars().any(char::is_control), "{message:?}");
}
