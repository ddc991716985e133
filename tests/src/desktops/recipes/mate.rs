//! MATE's panel with Openbox in the place of Marco, which draws nothing that matters here.

use super::{Edge, LeftClick, Companion, Ready, Recipe, Submenu};

pub(super) const RECIPE: Recipe = Recipe {
    name: "mate",
    title: "MATE",
    package: "mate-panel",
    layer: "mate",
    packages: &["mate-panel", "openbox"],
    variables: &[("XDG_CURRENT_DESKTOP", "MATE"), ("GSETTINGS_BACKEND", "keyfile")],
    files: &[],
    services: &[],
    companions: &[Companion { line: super::OPENBOX, ready: Ready::File("openbox") }],
    panel: "exec mate-panel",
    edge: Edge::Top(30),
    left_click: LeftClick::Window,
    submenu: Submenu::Beside,
    cannot: &[],
};
