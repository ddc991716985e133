//! Owns showing a notification; refuses to decide whether it is worth one.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use presence_core::Notice;

#[cfg_attr(target_os = "linux", path = "notify/linux.rs")]
#[cfg_attr(windows, path = "notify/windows.rs")]
#[cfg_attr(target_os = "macos", path = "notify/macos.rs")]
mod os;

/// How long a person remembers what was just shown.
const FRESH: Duration = Duration::from_secs(3);

static LAST: Mutex<Option<(String, Instant)>> = Mutex::new(None);

/// Shows `notice`, as soon as the desktop does.
pub(crate) fn show(notice: Notice) {
    tracing::info!(title = notice.title, "notified");
    let last = (notice.title.clone(), Instant::now());
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(last);
    os::show(notice);
}

/// Shows `notice`, unless the same was shown just now.
pub(crate) fn remind(notice: Notice) {
    let last = LAST.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if last.is_none_or(|(title, at)| title != notice.title || at.elapsed() > FRESH) {
        show(notice);
    }
}
