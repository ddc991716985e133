//! Owns who this program is to the system; refuses a second name for it: tray, window, notifications and the
//! installer's shortcuts are one program.

/// The program's name, as people read it.
pub const APP_NAME: &str = "Presence Tray";

/// The program's ID, and the name of its desktop entry on Linux. On Windows the "Application User Model ID", which is
/// what taskbar and notification settings go by; Tauri's installers give the identifier in `tauri.conf.json` to their
/// shortcuts, so it is the same.
pub const APP_ID: &str = "app.presence-tray";

/// The name of the program's icon in an icon theme.
pub const ICON_NAME: &str = APP_ID;

/// Tells Windows that this process belongs to [`APP_ID`], for which its shell otherwise takes the file's path. To be
/// called before anything of the process is to be seen.
#[cfg(windows)]
#[expect(unsafe_code, reason = "no crate of ours wraps this call")]
pub fn claim_app_id() {
    use windows_sys::Win32::UI::Shell::SetCurrentProcessExplicitAppUserModelID;

    let wide: Vec<u16> = APP_ID.encode_utf16().chain([0]).collect();
    // SAFETY: the text ends with zero and lives longer than the call, which copies it.
    let result = unsafe { SetCurrentProcessExplicitAppUserModelID(wide.as_ptr()) };
    if result < 0 {
        tracing::debug!(result, "Windows does not take the program's ID");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_installers_give_the_same_names_to_shortcuts() {
        let bundle: Value = serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
        assert_eq!(bundle["identifier"], APP_ID);
        assert_eq!(bundle["productName"], APP_NAME);
    }

    #[test]
    fn the_desktop_entry_of_the_packages_has_the_same_names() {
        let entry = include_str!("../../packaging/linux/app.presence-tray.desktop");
        assert!(entry.contains(&format!("\nName={APP_NAME}\n")), "{entry}");
        assert!(entry.contains(&format!("\nIcon={ICON_NAME}\n")), "{entry}");
    }
}
