//! Owns what is said of the status message; refuses to say what becomes of the status.

use std::fmt;

use super::after;
use crate::{Ids, Problem, ProblemKind, StatusMessage, WrongMessage, t};

/// The person wrote another message in Teams.
pub(crate) fn message_kept() -> Problem {
    Problem::new(
        ProblemKind::MessageKept,
        t!("Your message in Teams is kept"),
        t!(
            "You wrote a status message in Teams, so the one from here was not set. The status itself is set."
        ),
        t!("To use the message from here, delete the one in Teams and choose the status again."),
    )
}

/// The service refused the message, in its own words.
pub(crate) fn message_refused(detail: &str, ids: Ids) -> Problem {
    Problem::new(
        ProblemKind::MessageRefused,
        t!("The service did not accept the message"),
        after(
            t!("The status itself is set. The message is not set until you choose it again."),
            detail,
        ),
        t!("Try a shorter or plainer message."),
    )
    .with_ids(ids)
}

/// The message cannot be set yet, for the reason that `cause` tells.
pub(crate) fn message_waits(cause: Problem) -> Problem {
    let title = t!("The message is not set yet");
    let detail =
        t!("The status itself is set. {why} The message follows by itself.", why = cause.detail);
    Problem::new(cause.kind, title, detail, cause.remedy).with_ids(cause.ids)
}

impl fmt::Display for WrongMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WrongMessage::Empty => f.write_str(t!("a status message cannot be empty")),
            WrongMessage::TooLong(length) => f.write_str(&t!(
                "a status message has at most {limit} characters; this one has {length}",
                limit = StatusMessage::LONGEST,
                length
            )),
            WrongMessage::Control(place) => f.write_str(&t!(
                "a status message is one line without control characters; character {place} is one",
                place
            )),
        }
    }
}
