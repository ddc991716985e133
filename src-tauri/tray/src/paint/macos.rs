//! Owns the icon in the menu bar of macOS: a template, which the bar draws in its own colour. Refuses what
//! `tray-icon` does well.

use presence_host::Profile;
use tray_icon::menu::Menu;
use tray_icon::{Icon, TrayIcon, TrayIconAttributes};

/// The icon; gone when dropped.
pub(super) struct SystemIcon(TrayIcon);

impl SystemIcon {
    pub(super) fn new(_: &Profile, icon: Icon, tooltip: &str) -> tray_icon::Result<SystemIcon> {
        let tray = TrayIcon::new(TrayIconAttributes {
            menu_on_left_click: true,
            tooltip: Some(tooltip.to_owned()),
            icon: Some(icon),
            icon_is_template: true,
            ..TrayIconAttributes::default()
        })?;
        Ok(SystemIcon(tray))
    }

    pub(super) fn set_icon(&self, icon: Icon) -> tray_icon::Result<()> {
        self.0.set_icon_templated(Some(icon))
    }

    pub(super) fn set_tooltip(&self, words: &str) -> tray_icon::Result<()> {
        self.0.set_tooltip(Some(words))
    }

    pub(super) fn set_menu(&self, menu: Menu) {
        self.0.set_menu(Some(Box::new(menu)));
    }
}

/// The menu bar scales the largest to its height.
pub(super) fn icon_size() -> u32 {
    u32::MAX
}
