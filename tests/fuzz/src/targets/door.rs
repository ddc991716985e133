//! The lines that pass the door, as the resident and as its visitors read them.

use std::fmt::Debug;

use presence_core::{Command, StatusMessage};
use presence_host::{Request, Response, Snapshot};
use serde::{Deserialize, Serialize};

/// The input is a line.
pub(crate) fn check(input: &[u8]) {
    // A line is text.
    let Ok(line) = str::from_utf8(input) else { return };
    if let Some(request) = comes_back::<Request>(line) {
        is_within_rules(&request);
    }
    comes_back::<Response>(line);
    comes_back::<Option<Snapshot>>(line);
    // What a window is asked.
    comes_back::<Option<String>>(line);
}

/// Reads a line that is one, writes it anew, and reads that.
fn comes_back<T>(line: &str) -> Option<T>
where
    T: for<'a> Deserialize<'a> + Serialize + PartialEq + Debug,
{
    let read: T = serde_json::from_str(line).ok()?;
    let written = serde_json::to_string(&read).unwrap();
    assert!(!written.contains('\n'));
    // Keys that may be left out are written.
    assert!(written.len() <= 2 * line.len() + 1024, "{} bytes", written.len());
    assert_eq!(serde_json::from_str::<T>(&written).unwrap(), read);
    Some(read)
}

fn is_within_rules(request: &Request) {
    match request {
        Request::Do(
            Command::Set { message: Some(message), .. }
            | Command::Toggle { message: Some(message), .. },
        ) => {
            let length = message.as_str().encode_utf16().count();
            assert!((1..=StatusMessage::LONGEST).contains(&length), "{length}");
            assert!(!message.as_str().chars().any(char::is_control));
        }
        Request::Do(_)
        | Request::Watch(_)
        | Request::Window { .. }
        | Request::Read(_)
        | Request::Configure(_) => {}
    }
}
