//! Cinnamon with the XApp watcher, which takes the icons in.

use super::{Companion, Dots, Edge, LeftClick, Ready, Recipe, Submenu, Wallet};

pub(super) const RECIPE: Recipe = Recipe {
    name: "cinnamon",
    title: "Cinnamon",
    package: "cinnamon",
    layer: "cinnamon",
    packages: &["cinnamon", "xapp-sn-watcher"],
    variables: &[
        ("XDG_CURRENT_DESKTOP", "X-Cinnamon"),
        ("GSETTINGS_BACKEND", "keyfile"),
        ("LIBGL_ALWAYS_SOFTWARE", "1"),
    ],
    keyring: Wallet::Gnome,
    files: &[],
    // It hands the icons on as soon as a panel takes them.
    companions: &[Companion {
        line: "exec /usr/libexec/xapps/sn-watcher/xapp-sn-watcher",
        ready: Ready::Name("org.x.StatusNotifierWatcher"),
    }],
    panel: "exec cinnamon --replace",
    edge: Edge::Bottom(40),
    looks: &[],
    first_click: None,
    greeting: None,
    log_in: Some("exec cinnamon-session --session cinnamon"),
    left_click: LeftClick::Window,
    dots: Dots::Before,
    submenu: Submenu::Beside,
    cannot: &[(
        "looks",
        "it takes its scale from the monitor; its own settings of scale and text size change nothing here",
    )],
};
