//! Owns what survives a restart; refuses files.

use std::sync::Arc;
use std::time::Duration;

use crate::{Private, Status, StatusMessage, Time};

/// What survives a restart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// The wish.
    pub wish: SavedWish,
    /// What was wanted before it, to go back to.
    pub previous: Option<Status>,
    /// Whether the run before this one came to its end, with nothing of its own still on the way.
    pub ended: bool,
    /// The session that the run before this one left at its end.
    pub session: Option<SavedSession>,
    /// Whether the preferred presence may be a pin of ours.
    pub pinned: bool,
    /// Whose session and pin these are: [`crate::Account::id`]; absent where nobody was signed in.
    pub owner: Option<Private<Arc<str>>>,
    /// The identity whose sign-in the keyring holds.
    pub identity: Option<Arc<str>>,
    /// The identities whose sign-in is still to be deleted from the keyring.
    pub forgets: Vec<String>,
    /// The status message.
    pub message: SavedMessage,
}

/// Puts `now` in the place of `kept`, and says whether that is anything else. What is equal is not cloned: most steps
/// change nothing of what is saved.
pub(crate) fn keep<T: Clone + PartialEq>(kept: &mut T, now: &T) -> bool {
    let changes = kept != now;
    if changes {
        kept.clone_from(now);
    }
    changes
}

/// The status message in [`Saved`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SavedMessage {
    /// The one that goes with the wish.
    pub wanted: Option<StatusMessage>,
    /// What of ours may stand at the service.
    pub written: Arc<Vec<StatusMessage>>,
    /// The messages that were chosen last, newest first.
    pub recent: Arc<Vec<StatusMessage>>,
}

/// A session that was left as it is, in [`Saved`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SavedSession {
    /// What it says.
    pub status: Status,
    /// When it was set; the host keeps it as wall-clock time, as the other.
    pub sent_at: Time,
    /// When it expires.
    pub expires_at: Time,
}

/// The wish in [`Saved`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SavedWish {
    /// Nothing is wanted of the service.
    #[default]
    Nothing,
    /// The session is to end, and the service has not confirmed it.
    Cleared,
    /// A status.
    Status {
        /// Which.
        status: Status,
        /// Until when; the host keeps it as wall-clock time.
        until: Option<Time>,
        /// The span it was asked for.
        lasts: Option<Duration>,
    },
}
