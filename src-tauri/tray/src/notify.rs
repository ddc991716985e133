//! Owns showing a notification; refuses to decide whether it is worth one.

use presence_core::Notice;
use tokio::runtime::Runtime;

#[cfg_attr(target_os = "linux", path = "notify/linux.rs")]
#[cfg_attr(windows, path = "notify/windows.rs")]
#[cfg_attr(target_os = "macos", path = "notify/macos.rs")]
mod os;

#[cfg(target_os = "linux")]
pub(crate) use os::Notices;

/// Shows `notice` where nobody reads what this program prints, as after a click or at log-in, and waits until it is
/// shown: the program ends then.
pub(crate) fn show_last(runtime: &Runtime, notice: &Notice) {
    runtime.block_on(os::show_last(notice));
}

/// Shows `notice`, as soon as the desktop does.
#[cfg(not(target_os = "linux"))]
pub(crate) fn show(notice: Notice) {
    tracing::info!(title = notice.title, "notified");
    os::show(notice);
}
