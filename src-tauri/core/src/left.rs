//! Owns what can be left at the service with a grant that is given up; refuses to know whose.

use crate::Time;
use crate::written::Written;

/// What may be left at the service of a person who is not signed in any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Left {
    /// Whether there may be a session.
    pub(crate) session: bool,
    /// Until when a write that was given up may still land, and make one.
    pub(crate) late_write: Option<Time>,
    /// Whether the preferred presence may be pinned.
    pub(crate) pinned: bool,
    /// What may stand as the status message.
    pub(crate) message: Written,
}
