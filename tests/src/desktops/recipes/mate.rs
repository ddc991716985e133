//! MATE's panel with Openbox in the place of Marco, which draws nothing that matters here.

use super::{Companion, Edge, LeftClick, Ready, Recipe, Submenu};

pub(super) const RECIPE: Recipe = Recipe {
    name: "mate",
    title: "MATE",
    package: "mate-panel",
    layer: "mate",
    packages: &["mate-panel", "openbox"],
    variables: &[("XDG_CURRENT_DESKTOP", "MATE"), ("GSETTINGS_BACKEND", "keyfile")],
    files: &[],
    services: &[
        (
            "org.mate.panel.applet.NotificationAreaAppletFactory",
            "/usr/lib/mate-panel/notification-area-applet",
        ),
        ("org.mate.panel.applet.ClockAppletFactory", "/usr/lib/mate-panel/clock-applet"),
        ("org.mate.panel.applet.WnckletFactory", "/usr/lib/mate-panel/wnck-applet"),
    ],
    companions: &[Companion { line: super::OPENBOX, ready: Ready::File("openbox") }],
    panel: "exec mate-panel",
    edge: Edge::Top(25),
    left_click: LeftClick::Window,
    has_dots: false,
    submenu: Submenu::Beside,
    cannot: &[],
};
