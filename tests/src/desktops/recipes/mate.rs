//! MATE's panel with Openbox in the place of Marco, which draws nothing that matters here.

use super::{Companion, Dots, Edge, LeftClick, Look, Ready, Recipe, Submenu, Wallet};

pub(super) const RECIPE: Recipe = Recipe {
    name: "mate",
    title: "MATE",
    package: "mate-panel",
    layer: "mate",
    packages: &["mate-panel", "mate-notification-daemon", "mate-session-manager", "openbox"],
    variables: &[("XDG_CURRENT_DESKTOP", "MATE"), ("GSETTINGS_BACKEND", "keyfile")],
    keyring: Wallet::Gnome,
    // The session waits for each component that does not come.
    files: &[(
        ".config/glib-2.0/settings/keyfile",
        "[org/mate/desktop/session]\nrequired-components-list=@as []\n",
    )],
    companions: &[Companion { line: super::OPENBOX, ready: Ready::File("openbox") }],
    panel: "exec mate-panel",
    edge: Edge::Top(25),
    looks: &[
        Look { name: "dark", panel: "GTK_THEME=Adwaita:dark exec mate-panel", percent: 100 },
        Look { name: "twice", panel: "GDK_SCALE=2 exec mate-panel", percent: 200 },
    ],
    first_click: None,
    greeting: None,
    log_in: Some("exec mate-session"),
    left_click: LeftClick::Window,
    dots: Dots::None,
    submenu: Submenu::Beside,
    cannot: &[],
};
