//! Owns the labels of the five statuses; refuses the names that scripts depend on.

use std::fmt;

use crate::{Status, UnknownStatus};

impl Status {
    /// The words of the menu.
    pub fn label(self) -> &'static str {
        match self {
            Status::Available => "Available",
            Status::InACall => "In a call",
            Status::InAConferenceCall => "In a conference call",
            Status::Away => "Away",
            Status::Presenting => "Presenting (do not disturb)",
        }
    }
}

impl fmt::Display for UnknownStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is not a status; the five are ", self.0)?;
        let names: Vec<_> = Status::ALL.iter().map(|status| status.name()).collect();
        f.write_str(&names.join(", "))
    }
}
