//! Owns hearing that the machine is about to sleep or shut down, and delaying that for the last things; refuses
//! to decide what those are.

#[cfg(any(windows, target_os = "macos"))]
mod hold;
#[cfg_attr(target_os = "linux", path = "sleep/linux.rs")]
#[cfg_attr(windows, path = "sleep/windows.rs")]
#[cfg_attr(target_os = "macos", path = "sleep/macos.rs")]
mod os;

pub(crate) use os::{Delay, watch};

/// What the system says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SleepNews {
    /// It will sleep when the delay ends.
    Sleeping,
    /// It woke, or did not sleep after all.
    Woke,
    /// It will shut down when the program ends.
    ShuttingDown,
}
