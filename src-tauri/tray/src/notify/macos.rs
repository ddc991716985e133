//! Owns notifications on macOS, through a library of its own; refuses to wait for them.

use presence_core::Notice;
use presence_host::APP_NAME;

pub(super) fn show(notice: Notice) {
    std::thread::spawn(move || {
        let shown = notify_rust::Notification::new()
            .appname(APP_NAME)
            .summary(&notice.title)
            .body(&notice.body)
            .show();
        if let Err(error) = shown {
            tracing::warn!(%error, "the notification cannot be shown");
        }
    });
}
