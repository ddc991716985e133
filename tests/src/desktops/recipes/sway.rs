//! Sway with Waybar, as a window of the private display.

use super::{Companion, Dots, Edge, LeftClick, Look, Ready, Recipe, Submenu, Wallet};

/// Has everything drawn so much larger.
macro_rules! scale {
    ($factor:literal) => {
        concat!(
            "swaymsg --socket \"$(echo \"$XDG_RUNTIME_DIR\"/sway-ipc.*.sock)\" output '*' scale ",
            $factor,
            " && "
        )
    };
}

pub(super) const RECIPE: Recipe = Recipe {
    name: "sway",
    title: "Sway with Waybar",
    package: "sway",
    layer: "sway",
    packages: &["sway", "waybar", "grim", "mako-notifier"],
    variables: &[
        ("XDG_CURRENT_DESKTOP", "sway"),
        ("XDG_SESSION_TYPE", "wayland"),
        ("WAYLAND_DISPLAY", "wayland-1"),
        ("GDK_BACKEND", "wayland"),
    ],
    keyring: Wallet::Gnome,
    files: &[
        (".config/sway/config", "output * mode --custom 1280x800\nxwayland disable\n"),
        (".config/waybar/config", WAYBAR),
        (".config/waybar/light.css", "window#waybar { background: #f4f4f4; color: #202020; }\n"),
    ],
    companions: &[
        Companion {
            // It refuses to run as root, and needs root's files.
            line: "exec env -u WAYLAND_DISPLAY WLR_BACKENDS=x11 WLR_RENDERER=pixman \
            setpriv --reuid=65534 --regid=65534 --clear-groups \
            --inh-caps=+dac_override --ambient-caps=+dac_override sway --config \"$HOME/.config/sway/config\"",
            ready: Ready::File("wayland-1"),
        },
        // By itself it looks only for the icons that the system has.
        Companion {
            line: "exec mako --icon-path \"$HOME/.local/share/icons/hicolor\"",
            ready: Ready::Name("org.freedesktop.Notifications"),
        },
    ],
    greeting: None,
    log_in: None,
    panel: concat!(scale!("1"), "exec waybar"),
    edge: Edge::Top(40),
    looks: &[
        Look {
            name: "light",
            panel: concat!(scale!("1"), "exec waybar --style \"$HOME/.config/waybar/light.css\""),
            percent: 100,
        },
        Look { name: "half-again", panel: concat!(scale!("1.5"), "exec waybar"), percent: 150 },
        Look { name: "twice", panel: concat!(scale!("2"), "exec waybar"), percent: 200 },
    ],
    first_click: None,
    left_click: LeftClick::Menu,
    dots: Dots::Before,
    submenu: Submenu::Beside,
    cannot: &[
        (
            "shortcut",
            "its portal has no GlobalShortcuts; bind `presence-tray toggle …` in the configuration of Sway",
        ),
        (
            "log-in",
            "Sway starts what its configuration says; write `exec presence-tray run --hidden`",
        ),
    ],
};

const WAYBAR: &str = r#"{
    "layer": "top",
    "position": "top",
    "height": 30,
    "modules-right": ["tray"],
    "tray": { "icon-size": 22 }
}
"#;
