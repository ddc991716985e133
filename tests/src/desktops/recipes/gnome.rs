//! GNOME Shell with the AppIndicator extension, as a window of the private display.

use anyhow::Result;

use super::{Dots, Edge, LeftClick, Look, Recipe, Submenu, Wallet};
use crate::desktop::Desktop;
use crate::stage::until;

macro_rules! shell {
    () => {
        "exec env -u WAYLAND_DISPLAY -u GDK_BACKEND MUTTER_DEBUG_DUMMY_MODE_SPECS=1280x800 \
         gnome-shell --nested --wayland --no-x11 --unsafe-mode --wayland-display wayland-7"
    };
}

pub(super) const RECIPE: Recipe = Recipe {
    name: "gnome",
    title: "GNOME with the AppIndicator extension",
    package: "gnome-shell",
    layer: "gnome",
    packages: &["gnome-shell", "gnome-shell-extension-appindicator", "gjs"],
    variables: &[
        ("XDG_CURRENT_DESKTOP", "GNOME"),
        ("XDG_SESSION_TYPE", "wayland"),
        ("WAYLAND_DISPLAY", "wayland-7"),
        ("GDK_BACKEND", "wayland"),
        ("GSETTINGS_BACKEND", "keyfile"),
        ("LIBGL_ALWAYS_SOFTWARE", "1"),
    ],
    keyring: Wallet::Gnome,
    files: &[
        (
            ".config/glib-2.0/settings/keyfile",
            "[org/gnome/shell]\nenabled-extensions=['ubuntu-appindicators@ubuntu.com']\nwelcome-dialog-last-shown-version='99'\n",
        ),
        // Else it tells of the lock that is missing, and that covers other notifications.
        (".local/share/gnome-shell/lock-warning-shown", ""),
    ],
    companions: &[],
    panel: concat!("gsettings set org.gnome.desktop.interface text-scaling-factor 1; ", shell!()),
    edge: Edge::Top(36),
    looks: &[Look {
        name: "large-text",
        panel: concat!(
            "gsettings set org.gnome.desktop.interface text-scaling-factor 1.5; ",
            shell!()
        ),
        percent: 150,
    }],
    first_click: Some((640, 400)),
    greeting: Some(dismiss_warning),
    log_in: Some(super::SYSTEMD),
    left_click: LeftClick::Menu,
    dots: Dots::Behind,
    submenu: Submenu::Inside,
    cannot: &[
        ("tooltip", "the extension shows none; the first row of the menu says the same"),
        (
            "shortcut",
            "its portal has no GlobalShortcuts before GNOME 48; bind `presence-tray toggle …` in its keyboard settings",
        ),
    ],
};

/// The shell warns root at each start, as late as it likes, and what it warns with covers a part of the desktop.
fn dismiss_warning(desktop: &Desktop) -> Result<()> {
    const SHELL: &str = "org.gnome.Shell";
    const DISMISS: &str = "Main.messageTray.getSources().map(source => source.destroy()).length";
    until("the warning of the shell", || {
        let done: Result<(bool, String)> =
            desktop.bus().call(SHELL, "/org/gnome/Shell", SHELL, "Eval", DISMISS);
        done.is_ok_and(|(_, dismissed)| dismissed != "0" && !dismissed.is_empty())
    })
}
