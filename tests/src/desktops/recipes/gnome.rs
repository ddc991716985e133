//! GNOME Shell with the AppIndicator extension, as a window of the private display.

use super::{Dots, Edge, LeftClick, Recipe, Submenu};

pub(super) const RECIPE: Recipe = Recipe {
    name: "gnome",
    title: "GNOME with the AppIndicator extension",
    package: "gnome-shell",
    layer: "gnome",
    packages: &["gnome-shell", "gnome-shell-extension-appindicator"],
    variables: &[
        ("XDG_CURRENT_DESKTOP", "GNOME"),
        ("XDG_SESSION_TYPE", "wayland"),
        ("WAYLAND_DISPLAY", "wayland-7"),
        ("GDK_BACKEND", "wayland"),
        ("GSETTINGS_BACKEND", "keyfile"),
        ("LIBGL_ALWAYS_SOFTWARE", "1"),
    ],
    files: &[(
        ".config/glib-2.0/settings/keyfile",
        "[org/gnome/shell]\nenabled-extensions=['ubuntu-appindicators@ubuntu.com']\nwelcome-dialog-last-shown-version='99'\n",
    )],
    companions: &[],
    panel: "exec env -u WAYLAND_DISPLAY -u GDK_BACKEND MUTTER_DEBUG_DUMMY_MODE_SPECS=1280x800 \
        gnome-shell --nested --wayland --unsafe-mode --wayland-display wayland-7",
    edge: Edge::Top(36),
    first_click: Some((640, 400)),
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
