//! Owns what is said of the status message; refuses to say what becomes of the status.

use std::fmt;

use super::after;
use crate::{Ids, Problem, ProblemKind, StatusMessage, WrongMessage};

/// The person wrote another message in Teams.
pub(crate) fn message_kept() -> Problem {
    Problem::new(
        ProblemKind::MessageKept,
        "Your message in Teams is kept",
        "You wrote a status message in Teams, so the one from here was not set. The status itself is set.",
        "To use the message from here, delete the one in Teams and choose the status again.",
    )
}

/// The service refused the message, in its own words.
pub(crate) fn message_refused(detail: &str, ids: Ids) -> Problem {
    Problem::new(
        ProblemKind::MessageRefused,
        "The service did not accept the message",
        after(
            "The status itself is set. The message is not set until you choose it again.",
            detail,
        ),
        "Try a shorter or plainer message.",
    )
    .with_ids(ids)
}

/// The message cannot be set yet, for the reason that `cause` tells.
pub(crate) fn message_waits(cause: Problem) -> Problem {
    let title = "The message is not set yet";
    let detail =
        format!("The status itself is set. {} The message follows by itself.", cause.detail);
    Problem::new(cause.kind, title, detail, cause.remedy).with_ids(cause.ids)
}

impl fmt::Display for WrongMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WrongMessage::Empty => f.write_str("a status message cannot be empty"),
            WrongMessage::TooLong(length) => write!(
                f,
                "a status message has at most {} characters; this one has {length}",
                StatusMessage::LONGEST
            ),
            WrongMessage::Control(at) => write!(
                f,
                "a status message is one line without control characters; character {at} is one"
            ),
        }
    }
}
