//! Owns showing a notification; refuses to decide whether it is worth one.

use presence_core::Notice;

#[cfg_attr(target_os = "linux", path = "notify/linux.rs")]
#[cfg_attr(windows, path = "notify/windows.rs")]
#[cfg_attr(target_os = "macos", path = "notify/macos.rs")]
mod os;

/// Shows `notice`, as soon as the desktop does.
pub(crate) fn show(notice: Notice) {
    tracing::info!(title = notice.title, "notified");
    os::show(notice);
}
