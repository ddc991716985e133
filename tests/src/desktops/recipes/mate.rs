//! MATE's panel with Openbox in the place of Marco, which draws nothing that matters here.

use super::{Companion, Dots, Edge, LeftClick, Ready, Recipe, Submenu};

pub(super) const RECIPE: Recipe = Recipe {
    name: "mate",
    title: "MATE",
    package: "mate-panel",
    layer: "mate",
    packages: &["mate-panel", "mate-notification-daemon", "mate-session-manager", "openbox"],
    variables: &[("XDG_CURRENT_DESKTOP", "MATE"), ("GSETTINGS_BACKEND", "keyfile")],
    files: &[],
    companions: &[Companion { line: super::OPENBOX, ready: Ready::File("openbox") }],
    panel: "exec mate-panel",
    edge: Edge::Top(25),
    first_click: None,
    left_click: LeftClick::Window,
    dots: Dots::None,
    submenu: Submenu::Beside,
    cannot: &[],
};
