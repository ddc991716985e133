//! Owns showing a notification; refuses to decide whether it is worth one.

#[cfg(not(target_os = "linux"))]
use presence_core::Notice;

#[cfg_attr(target_os = "linux", path = "notify/linux.rs")]
#[cfg_attr(windows, path = "notify/windows.rs")]
#[cfg_attr(target_os = "macos", path = "notify/macos.rs")]
mod os;

#[cfg(target_os = "linux")]
pub(crate) use os::Notices;

/// Shows `notice`, as soon as the desktop does.
#[cfg(not(target_os = "linux"))]
pub(crate) fn show(notice: Notice) {
    tracing::info!(title = notice.title, "notified");
    os::show(notice);
}
