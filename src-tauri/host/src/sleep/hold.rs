//! Owns holding up a thread of the system's until what must be done first is done; refuses to hold it for longer
//! than its limit.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

/// Where such a thread waits.
#[derive(Default)]
pub(super) struct Hold {
    held: Mutex<bool>,
    ended: Condvar,
}

impl Hold {
    /// Calls `tell`, then waits for [`Hold::end`], at most for `limit`.
    pub(super) fn until_end(&self, limit: Duration, tell: impl FnOnce()) {
        let Ok(mut held) = self.held.lock() else { return };
        *held = true;
        tell();
        let _ = self.ended.wait_timeout_while(held, limit, |held| *held);
    }

    /// Lets the thread go on.
    pub(super) fn end(&self) {
        if let Ok(mut held) = self.held.lock() {
            *held = false;
        }
        self.ended.notify_all();
    }
}
