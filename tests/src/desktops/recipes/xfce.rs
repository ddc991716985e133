//! Xfce's panel with Openbox, as the other end-to-end tests have it.

use super::{Companion, Dots, Edge, LeftClick, Look, Ready, Recipe, Submenu, Wallet};

pub(super) const RECIPE: Recipe = Recipe {
    name: "xfce",
    title: "Xfce",
    package: "xfce4-panel",
    layer: "xfce",
    packages: &["xfce4-panel", "xfce4-notifyd", "xfce4-session", "xfconf", "openbox"],
    variables: &[("XDG_CURRENT_DESKTOP", "XFCE")],
    keyring: Wallet::Gnome,
    files: &[
        (
            ".config/xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml",
            include_str!("../../desktop/panel.xml"),
        ),
        (".config/xfce4/xfconf/xfce-perchannel-xml/xfce4-session.xml", SESSION),
    ],
    companions: &[Companion { line: super::OPENBOX, ready: Ready::File("openbox") }],
    panel: "exec xfce4-panel --disable-wm-check",
    edge: Edge::Top(30),
    looks: &[
        Look {
            name: "light",
            panel: "GTK_THEME=Adwaita exec xfce4-panel --disable-wm-check",
            percent: 100,
        },
        Look {
            name: "twice",
            panel: "GDK_SCALE=2 exec xfce4-panel --disable-wm-check",
            percent: 200,
        },
    ],
    first_click: None,
    greeting: None,
    log_in: Some("exec xfce4-session"),
    left_click: LeftClick::Menu,
    dots: Dots::Before,
    submenu: Submenu::Beside,
    cannot: &[],
};

/// The settings' own program runs beside the layer, and does not see what its packages bring.
const SESSION: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-session" version="1.0">
  <property name="general" type="empty">
    <property name="FailsafeSessionName" type="string" value="Failsafe"/>
  </property>
  <property name="sessions" type="empty">
    <property name="Failsafe" type="empty">
      <property name="IsFailsafe" type="bool" value="true"/>
      <property name="Count" type="int" value="2"/>
      <property name="Client0_Command" type="array">
        <value type="string" value="openbox"/>
      </property>
      <property name="Client1_Command" type="array">
        <value type="string" value="xfce4-panel"/>
      </property>
    </property>
  </property>
</channel>
"#;
