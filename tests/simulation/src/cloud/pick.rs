//! What a person clicks on the sign-in page; it refuses to know how.

use super::options::{ALEX, MEGAN};

/// What the person clicks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// Megan Bowen.
    Megan,
    /// Alex Wilber.
    Alex,
    /// Cancel.
    Cancel,
}

impl Pick {
    /// What the page's form sends for it.
    pub fn value(self) -> &'static str {
        match self {
            Pick::Megan => MEGAN,
            Pick::Alex => ALEX,
            Pick::Cancel => "cancel",
        }
    }
}
