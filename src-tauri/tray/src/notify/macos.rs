//! Owns notifications on macOS, through a library of its own; refuses to wait for them, but at the end of the program.

use std::io::{self, IsTerminal};

use presence_core::Notice;
use presence_host::APP_NAME;

pub(super) async fn show_last(notice: &Notice) {
    if !io::stderr().is_terminal() {
        send(notice);
    }
}

pub(super) fn show(notice: Notice) {
    std::thread::spawn(move || send(&notice));
}

fn send(notice: &Notice) {
    let shown = notify_rust::Notification::new()
        .appname(APP_NAME)
        .summary(&notice.title)
        .body(&notice.body)
        .show();
    if let Err(error) = shown {
        tracing::warn!(%error, "the notification cannot be shown");
    }
}
