//! Owns notifications on Windows, under this program's own name; refuses to wait for them.

use presence_core::Notice;
use windows_registry::CURRENT_USER;

/// The AppUserModelID: whose notifications Windows shows, and lets a person switch off.
const ID: &str = "PresenceTray";
const NAME: &str = "Presence Tray";

pub(super) fn show(notice: Notice) {
    std::thread::spawn(move || {
        if let Err(error) = introduce() {
            tracing::warn!(%error, "Windows does not take the program's name");
        }
        let shown = notify_rust::Notification::new()
            .appname(NAME)
            .app_id(ID)
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
    let key = CURRENT_USER.create(format!(r"Software\Classes\AppUserModelId\{ID}"))?;
    if key.get_string("DisplayName").is_ok_and(|name| name == NAME) {
        return Ok(());
    }
    key.set_string("DisplayName", NAME)
}
