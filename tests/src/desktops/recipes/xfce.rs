//! Xfce's panel with Openbox, as the other end-to-end tests have it.

use super::{Companion, Dots, Edge, LeftClick, Ready, Recipe, Submenu};

pub(super) const RECIPE: Recipe = Recipe {
    name: "xfce",
    title: "Xfce",
    package: "xfce4-panel",
    layer: "xfce",
    packages: &["xfce4-panel", "xfce4-notifyd", "xfce4-session", "xfconf", "openbox"],
    variables: &[("XDG_CURRENT_DESKTOP", "XFCE")],
    files: &[(
        ".config/xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml",
        include_str!("../../desktop/panel.xml"),
    )],
    companions: &[Companion { line: super::OPENBOX, ready: Ready::File("openbox") }],
    panel: "exec xfce4-panel --disable-wm-check",
    edge: Edge::Top(30),
    first_click: None,
    left_click: LeftClick::Menu,
    dots: Dots::Before,
    submenu: Submenu::Beside,
    cannot: &[],
};
