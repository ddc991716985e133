//! Owns the labels of the five statuses, and of what else colleagues may see; refuses the names that scripts depend on.

use std::borrow::Cow;
use std::fmt;

use crate::{Status, UnknownStatus, t};

impl Status {
    /// The words of the menu.
    pub fn label(self) -> &'static str {
        match self {
            Status::Available => t!("Available"),
            Status::InACall => t!("In a call"),
            Status::InAConferenceCall => t!("In a conference call"),
            Status::Away => t!("Away"),
            Status::Presenting => t!("Presenting (do not disturb)"),
        }
    }
}

impl fmt::Display for UnknownStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Status::ALL.iter().map(|status| status.name()).collect();
        let names = names.join(", ");
        f.write_str(&t!("\"{name}\" is not a status; the five are {names}", name = self.0, names))
    }
}

/// Graph's availability or activity, such as `DoNotDisturb`, as people write it; one that is not known here in its own
/// words.
pub fn seen_as(graph: &str) -> Cow<'static, str> {
    Cow::Borrowed(match graph {
        "Available" => t!("Available"),
        "AvailableIdle" => t!("Available idle"),
        "Away" => t!("Away"),
        "BeRightBack" => t!("Be right back"),
        "Busy" => t!("Busy"),
        "BusyIdle" => t!("Busy idle"),
        "DoNotDisturb" => t!("Do not disturb"),
        "InACall" => t!("In a call"),
        "InAConferenceCall" => t!("In a conference call"),
        "InAMeeting" => t!("In a meeting"),
        "Inactive" => t!("Inactive"),
        "OffWork" => t!("Off work"),
        "Offline" => t!("Offline"),
        "OutOfOffice" => t!("Out of office"),
        "PresenceUnknown" => t!("Presence unknown"),
        "Presenting" => t!("Presenting"),
        "UrgentInterruptionsOnly" => t!("Urgent interruptions only"),
        unknown => return Cow::Owned(apart(unknown)),
    })
}

fn apart(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_graph_says_is_said_in_its_words_whether_known_or_not() {
        for status in Status::ALL {
            for graph in [status.availability(), status.activity()] {
                assert_eq!(seen_as(graph), apart(graph));
            }
        }
        assert_eq!(seen_as("UrgentInterruptionsOnly"), "Urgent interruptions only");
        assert_eq!(seen_as("FocusingOnWork"), "Focusing on work");
        assert_eq!(seen_as(""), "");
    }
}
