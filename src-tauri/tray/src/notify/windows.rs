//! Owns notifications on Windows, under this program's own name; refuses to wait for them.

use presence_core::Notice;
use presence_host::{APP_ID, APP_NAME, message_box};
use windows_registry::CURRENT_USER;

use crate::console;

/// In a box: nobody would find a notification of a program that is gone.
pub(super) async fn show_last(notice: &Notice) {
    if !console::is_read() {
        message_box::show(&format!("{}\n\n{}", notice.title, notice.body));
    }
}

pub(super) fn show(notice: Notice) {
    std::thread::spawn(move || {
        if let Err(error) = introduce() {
            tracing::warn!(%error, "Windows does not take the program's name");
        }
        let shown = notify_rust::Notification::new()
            .appname(APP_NAME)
            .app_id(APP_ID)
            .summary(&notice.title)
            .body(&notice.body)
            .show();
        if let Err(error) = shown {
            tracing::warn!(%error, "the notification cannot be shown");
        }
    });
}

/// Tells Windows who has the ID; an installer's shortcut would do the same, but not every copy is installed.
fn introduce() -> windows_registry::Result<()> {
    let key = CURRENT_USER.create(format!(r"Software\Classes\AppUserModelId\{APP_ID}"))?;
    if key.get_string("DisplayName").is_ok_and(|name| name == APP_NAME) {
        return Ok(());
    }
    key.set_string("DisplayName", APP_NAME)
}
