//! LXQt's panel with Openbox, which LXQt uses on Debian.

use super::{Companion, Dots, Edge, LeftClick, Look, Ready, Recipe, Submenu, Wallet};

pub(super) const RECIPE: Recipe = Recipe {
    name: "lxqt",
    title: "LXQt",
    package: "lxqt-panel",
    layer: "lxqt",
    packages: &["lxqt-panel", "lxqt-notificationd", "lxqt-session", "openbox"],
    variables: &[("XDG_CURRENT_DESKTOP", "LXQt")],
    keyring: Wallet::Gnome,
    files: &[(".config/lxqt/panel.conf", PANEL)],
    companions: &[
        Companion { line: super::OPENBOX, ready: Ready::File("openbox") },
        Companion {
            line: "exec lxqt-notificationd",
            ready: Ready::Name("org.freedesktop.Notifications"),
        },
    ],
    panel: "exec lxqt-panel",
    edge: Edge::Bottom(40),
    looks: &[
        Look { name: "half-again", panel: "QT_SCALE_FACTOR=1.5 exec lxqt-panel", percent: 150 },
        Look { name: "twice", panel: "QT_SCALE_FACTOR=2 exec lxqt-panel", percent: 200 },
    ],
    first_click: None,
    greeting: None,
    log_in: Some("exec lxqt-session --window-manager openbox"),
    left_click: LeftClick::Window,
    dots: Dots::Before,
    submenu: Submenu::Beside,
    cannot: &[],
};

const PANEL: &str = "\
panels=panel1

[panel1]
plugins=taskbar, statusnotifier
position=Bottom

[taskbar]
type=taskbar

[statusnotifier]
alignment=Right
type=statusnotifier
";
