//! Owns the icon in the notification area of Windows, and its ID, by which Windows remembers where a person put it.
//! Refuses what `tray-icon` does well.

use std::path::Path;

use presence_host::{APP_NAME, Profile};
use tray_icon::menu::Menu;
use tray_icon::{Icon, TrayIcon, TrayIconAttributes};
use windows_sys::Win32::UI::Shell::{
    NIF_GUID, NIF_TIP, NIM_DELETE, NIM_MODIFY, NOTIFY_ICON_MESSAGE, NOTIFYICONDATAW,
    Shell_NotifyIconW,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{GetSystemMetrics, SM_CXSMICON};
use windows_sys::core::GUID;

/// The icon; gone when dropped.
pub(super) struct SystemIcon {
    tray: TrayIcon,
    /// Nothing where Windows did not take it.
    id: Option<u128>,
}

impl SystemIcon {
    pub(super) fn new(
        profile: &Profile,
        icon: Icon,
        tooltip: &str,
    ) -> tray_icon::Result<SystemIcon> {
        let id = id(&std::env::current_exe().unwrap_or_default(), profile.named.as_deref());
        // What a program that was ended by force left there would keep the same ID out.
        tell(NIM_DELETE, &about(id));
        let tray = TrayIcon::new(attributes(icon.clone(), Some(id)))?;
        let made = SystemIcon { tray, id: Some(id) };
        if made.set_tooltip(tooltip).is_ok() {
            return Ok(made);
        }
        tracing::debug!("Windows takes no icon with this ID");
        drop(made);
        let made = SystemIcon { tray: TrayIcon::new(attributes(icon, None))?, id: None };
        made.set_tooltip(tooltip)?;
        Ok(made)
    }

    pub(super) fn set_icon(&self, icon: Icon) -> tray_icon::Result<()> {
        self.tray.set_icon(Some(icon))
    }

    /// `tray-icon` 0.26 forgets the ID here, and Windows knows the icon by nothing else.
    pub(super) fn set_tooltip(&self, words: &str) -> tray_icon::Result<()> {
        let Some(id) = self.id else { return self.tray.set_tooltip(Some(words)) };
        let mut news = about(id);
        news.hWnd = self.tray.window_handle();
        news.uFlags |= NIF_TIP;
        let room = news.szTip.len() - 1;
        for (unit, letter) in news.szTip[..room].iter_mut().zip(words.encode_utf16()) {
            *unit = letter;
        }
        if tell(NIM_MODIFY, &news) {
            return Ok(());
        }
        Err(tray_icon::Error::OsError(std::io::Error::last_os_error()))
    }

    pub(super) fn set_menu(&self, menu: Menu) {
        self.tray.set_menu(Some(Box::new(menu)));
    }
}

/// The size of an icon in the notification area, pixels: Windows scales what is larger, and not well.
#[expect(unsafe_code, reason = "no crate of ours wraps this call")]
pub(super) fn icon_size() -> u32 {
    // SAFETY: the call takes no pointer.
    u32::try_from(unsafe { GetSystemMetrics(SM_CXSMICON) }).unwrap_or_default()
}

fn attributes(icon: Icon, guid: Option<u128>) -> TrayIconAttributes {
    TrayIconAttributes {
        menu_on_left_click: true,
        // These are the words again when the task bar starts anew, until the next change.
        tooltip: Some(APP_NAME.to_owned()),
        icon: Some(icon),
        guid,
        ..TrayIconAttributes::default()
    }
}

/// One ID for each path and folder ("NOTIFYICONDATAW", Troubleshooting): Windows binds it to the path of a program
/// that is not signed and shows nothing for it from another one, and it shows one icon of an ID at a time. The form
/// is version 8 of RFC 9562.
fn id(program: &Path, folder: Option<&Path>) -> u128 {
    let mut words = program.as_os_str().as_encoded_bytes().to_vec();
    if let Some(folder) = folder {
        words.push(0);
        words.extend(folder.as_os_str().as_encoded_bytes());
    }
    fnv(&words) & !(0xf << 76) & !(0x3 << 62) | 0x8 << 76 | 0x2 << 62
}

/// FNV-1a, 128 bits: the standard library's hashes may change with its version.
fn fnv(bytes: &[u8]) -> u128 {
    let step = |hash: u128, byte: &u8| {
        (hash ^ u128::from(*byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b)
    };
    bytes.iter().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, step)
}

fn about(id: u128) -> NOTIFYICONDATAW {
    NOTIFYICONDATAW {
        cbSize: size_of::<NOTIFYICONDATAW>() as u32,
        uFlags: NIF_GUID,
        guidItem: GUID::from_u128(id),
        ..NOTIFYICONDATAW::default()
    }
}

#[expect(unsafe_code, reason = "no crate of ours wraps this call")]
fn tell(message: NOTIFY_ICON_MESSAGE, news: &NOTIFYICONDATAW) -> bool {
    // SAFETY: the structure is alive and as long as it says.
    unsafe { Shell_NotifyIconW(message, news) != 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_keeps_its_id_and_shares_it_with_no_other() {
        let here = Path::new(r"C:\Program Files\Presence Tray\presence-tray.exe");
        let folder = Some(Path::new(r"C:\demo"));

        // Another number would lose every person's choice of where the icon stands.
        assert_eq!(id(here, None), 0xafda_a422_c287_8dbe_865f_3b47_c6c7_24aa);
        assert_ne!(id(here, None), id(Path::new(r"D:\presence-tray.exe"), None));
        assert_ne!(id(here, None), id(here, folder));
        assert_eq!(fnv(b"foobar"), 0x343e_1662_793c_64bf_6f0d_3597_ba44_6f18);
    }
}
