//! Owns noticing that the network changed; refuses to poll for it.

use presence_core::Woke;

#[cfg_attr(target_os = "linux", path = "network/linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "network/other.rs")]
mod os;

/// Calls `tell` whenever the network changed, for ever.
pub(crate) async fn watch(tell: impl Fn(Woke)) {
    if let Err(error) = os::watch(|| tell(Woke::Network)).await {
        tracing::warn!(%error, "changes of the network go unnoticed; what fails is tried again all the same");
    }
}
