//! Owns how the loop waits for a descriptor of the system's; refuses to read from it.

use std::io;
use std::os::fd::OwnedFd;

use tokio::io::unix::AsyncFd;

/// Lets the loop wait until there is something to read.
///
/// # Errors
/// When the event queue does not take it.
pub(crate) fn awaited(descriptor: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    // SAFETY: an `OwnedFd` answers with the same open descriptor as long as it lives.
    #[expect(unsafe_code, reason = "tokio's safe constructor is deprecated")]
    Ok(unsafe { AsyncFd::register(descriptor) }?)
}
