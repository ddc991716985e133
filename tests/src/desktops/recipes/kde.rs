//! KDE Plasma 5, on X11 and on Wayland, there as a window of the private display.

use super::{Companion, Dots, Edge, LeftClick, Look, Ready, Recipe, Submenu, Wallet};

/// Has everything drawn so much larger.
macro_rules! scale {
    ($factor:literal) => {
        concat!("kscreen-doctor output.1.scale.", $factor, "; ")
    };
}

pub(super) const X11: Recipe = Recipe {
    name: "kde-x11",
    title: "KDE Plasma on X11",
    package: "plasma-workspace",
    layer: "kde",
    packages: PACKAGES,
    variables: &[
        ("XDG_CURRENT_DESKTOP", "KDE"),
        ("KDE_FULL_SESSION", "true"),
        ("KDE_SESSION_VERSION", "5"),
        ("QT_QUICK_BACKEND", "software"),
    ],
    keyring: Wallet::KWallet,
    files: &[(".config/kwalletrc", "[Wallet]\nFirst Use=false\n")],
    companions: &[
        Companion {
            line: "KWIN_COMPOSE=N exec kwin_x11 --no-kactivities",
            ready: Ready::Name("org.kde.KWin"),
        },
        KDED,
    ],
    panel: "exec plasmashell --no-respawn",
    edge: Edge::Bottom(48),
    looks: &[
        Look {
            name: "half-again",
            panel: "PLASMA_USE_QT_SCALING=1 QT_SCALE_FACTOR=1.5 exec plasmashell --no-respawn",
            percent: 150,
        },
        Look {
            name: "twice",
            panel: "PLASMA_USE_QT_SCALING=1 QT_SCALE_FACTOR=2 exec plasmashell --no-respawn",
            percent: 200,
        },
    ],
    first_click: None,
    greeting: None,
    log_in: Some("exec plasma_session"),
    left_click: LeftClick::Menu,
    dots: Dots::Before,
    submenu: Submenu::BesideAtSecondTry,
    cannot: &[],
};

pub(super) const WAYLAND: Recipe = Recipe {
    name: "kde-wayland",
    title: "KDE Plasma on Wayland",
    variables: &[
        ("XDG_CURRENT_DESKTOP", "KDE"),
        ("XDG_SESSION_TYPE", "wayland"),
        ("WAYLAND_DISPLAY", "wayland-7"),
        ("GDK_BACKEND", "wayland"),
        ("QT_QPA_PLATFORM", "wayland"),
        ("KDE_FULL_SESSION", "true"),
        ("KDE_SESSION_VERSION", "5"),
        ("QT_QUICK_BACKEND", "software"),
    ],
    companions: &[
        // The file's capability, which its copy has not, would keep root from running it here.
        Companion {
            line: "cp /usr/bin/kwin_wayland \"$XDG_RUNTIME_DIR/kwin_wayland\" && \
                exec env -u WAYLAND_DISPLAY -u QT_QPA_PLATFORM KWIN_COMPOSE=Q \
                \"$XDG_RUNTIME_DIR/kwin_wayland\" --x11-display \"$DISPLAY\" --width 1280 --height 800 \
                --no-lockscreen --socket wayland-7",
            ready: Ready::File("wayland-7"),
        },
        KDED,
    ],
    panel: concat!(scale!("1"), "exec plasmashell --no-respawn"),
    log_in: Some(super::SYSTEMD),
    looks: &[
        Look {
            name: "half-again",
            panel: concat!(scale!("1.5"), "exec plasmashell --no-respawn"),
            percent: 150,
        },
        Look {
            name: "twice",
            panel: concat!(scale!("2"), "exec plasmashell --no-respawn"),
            percent: 200,
        },
    ],
    cannot: &[],
    ..X11
};

const PACKAGES: &[&str] = &[
    "plasma-desktop",
    "kwin-x11",
    "kwin-wayland",
    "qtwayland5",
    "xdg-desktop-portal",
    "xdg-desktop-portal-kde",
    "breeze-icon-theme",
    "libqca-qt5-2-plugins",
];

const KDED: Companion =
    Companion { line: "exec kded5", ready: Ready::Name("org.kde.StatusNotifierWatcher") };
