//! Owns what a line of `[shortcuts]` binds; refuses to read its key combination, which is the desktop's matter.

use presence_core::{Command, Status, words};
use serde::Deserialize;

/// A line of `[shortcuts]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortcut {
    /// What the keys do.
    pub bound: Bound,
    /// The keys, as written: `Ctrl+Alt+Shift+P`.
    pub keys: String,
}

/// What keys can be bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub enum Bound {
    /// A status; pressed again, what was wanted before it.
    Status(Status),
    /// The end of our presence session.
    Clear,
    /// The window.
    Open,
}

impl Bound {
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
            Bound::Status(status) => Command::Toggle { status },
            Bound::Clear => Command::Clear,
            Bound::Open => Command::Open,
        }
    }
}

impl TryFrom<String> for Bound {
    type Error = String;
    fn try_from(name: String) -> Result<Bound, String> {
        match name.as_str() {
            "clear" => Ok(Bound::Clear),
            "open" => Ok(Bound::Open),
            name => {
                name.parse().map(Bound::Status).map_err(|unknown| words::nothing_to_bind(&unknown))
            }
        }
    }
}
