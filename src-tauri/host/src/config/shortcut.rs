//! Owns what a line of `[shortcuts]` binds; refuses to read its key combination, which is the desktop's matter.

use presence_core::{Command, Status};

/// A line of `[shortcuts]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortcut {
    /// What the keys do.
    pub bound: Bound,
    /// The keys, as written: `Ctrl+Alt+Shift+P`.
    pub keys: String,
}

/// What keys can be bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bound {
    /// A status; pressed again, what was wanted before it.
    Status(Status),
    /// The end of our presence session.
    Clear,
    /// The window.
    Open,
}

impl Bound {
    /// All of them, in the order of the menu.
    pub const ALL: [Bound; 7] = [
        Bound::Status(Status::Available),
        Bound::Status(Status::InACall),
        Bound::Status(Status::InAConferenceCall),
        Bound::Status(Status::Away),
        Bound::Status(Status::Presenting),
        Bound::Clear,
        Bound::Open,
    ];

    /// The name in `[shortcuts]`.
    pub fn name(self) -> &'static str {
        match self {
            Bound::Status(status) => status.name(),
            Bound::Clear => "clear",
            Bound::Open => "open",
        }
    }

    /// What pressing the keys asks for.
    pub fn command(self) -> Command {
        match self {
            Bound::Status(status) => Command::Toggle { status, message: None },
            Bound::Clear => Command::Clear,
            Bound::Open => Command::Open,
        }
    }
}
