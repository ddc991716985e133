//! Describes the real desktops in data; refuses to start them.

use anyhow::Result;

use super::picture::{Part, SIZE};
use crate::desktop::Desktop;

mod cinnamon;
mod gnome;
mod kde;
mod lxqt;
mod mate;
mod sway;
mod xfce;

/// All of them, in the order they are tried.
pub(super) const ALL: [Recipe; 8] = [
    lxqt::RECIPE,
    mate::RECIPE,
    sway::RECIPE,
    xfce::RECIPE,
    gnome::RECIPE,
    kde::X11,
    kde::WAYLAND,
    cinnamon::RECIPE,
];

/// GNOME and Plasma leave the entries to systemd, which makes each a unit. Here nobody but its generator runs, so that the
/// unit's command is run by hand.
const SYSTEMD: &str = r#"
units="$XDG_RUNTIME_DIR/units"; mkdir "$units"
/usr/lib/systemd/user-generators/systemd-xdg-autostart-generator "$units" "$units" "$units"
eval "exec $(sed -n 's/^ExecStart=:\?//p' "$units"/app-presence*tray*@autostart.service)"
"#;

/// A window manager that says when it is there.
const OPENBOX: &str = r#"exec openbox --startup "touch $XDG_RUNTIME_DIR/openbox""#;

/// One real desktop: what it consists of, and what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Recipe {
    /// What `cargo verify desktops` calls it.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// The package whose version is the desktop's.
    pub package: &'static str,
    /// Where its packages are installed; desktops with the same ones share it.
    pub layer: &'static str,
    /// What it takes, beyond what every private desktop has.
    pub packages: &'static [&'static str],
    /// Its environment.
    pub variables: &'static [(&'static str, &'static str)],
    /// Who keeps its secrets.
    pub keyring: Wallet,
    /// Settings: files below the home folder.
    pub files: &'static [(&'static str, &'static str)],
    /// What runs beside the panel, in the order of starting.
    pub companions: &'static [Companion],
    /// The shell's line that becomes the program which draws the icon.
    pub panel: &'static str,
    /// Where the panel is.
    pub edge: Edge,
    /// Other ways to start it.
    pub looks: &'static [Look],
    /// Where to click after the panel has started, to come to an empty desktop.
    pub first_click: Option<(usize, usize)>,
    /// What a person does away before they begin.
    pub greeting: Option<fn(&Desktop) -> Result<()>>,
    /// What starts, at log-in, what is in the autostart folder: the shell's line.
    pub log_in: Option<&'static str>,
    /// What a left click does.
    pub left_click: LeftClick,
    /// Where it draws the dots of the statuses.
    pub dots: Dots,
    /// Where a submenu opens.
    pub submenu: Submenu,
    /// What the desktop itself cannot do, by the name of the check, and why.
    pub cannot: &'static [(&'static str, &'static str)],
}

/// A program that runs beside the panel.
#[derive(Clone, Copy, Debug)]
pub struct Companion {
    /// The shell's line that becomes the program.
    pub line: &'static str,
    /// How it shows that it is ready.
    pub ready: Ready,
}

/// How a program shows that it is ready.
#[derive(Clone, Copy, Debug)]
pub enum Ready {
    /// It owns this name on the bus.
    Name(&'static str),
    /// It has made this file in the runtime folder.
    File(&'static str),
}

/// Who keeps a desktop's secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wallet {
    /// gnome-keyring, as every private desktop has it.
    Gnome,
    /// KWallet.
    KWallet,
}

/// A panel that looks otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// What it is called in the name of its picture.
    pub name: &'static str,
    /// The shell's line that becomes the panel.
    pub panel: &'static str,
    /// How high it is, in hundredths of the usual.
    pub percent: usize,
}

/// Where the panel is, and how high it is.
#[derive(Clone, Copy, Debug)]
pub enum Edge {
    /// Along the top.
    Top(usize),
    /// Along the bottom.
    Bottom(usize),
}

/// What a left click on the icon does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftClick {
    /// The panel shows the menu.
    Menu,
    /// The panel asks the program, which opens its window.
    Window,
}

/// Where a desktop draws the dots of the statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dots {
    /// Between the mark and the words.
    Before,
    /// At the end of the row.
    Behind,
    /// Nowhere: a row that can have a mark has no picture.
    None,
}

/// Where a submenu opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Submenu {
    /// As a menu of its own.
    Beside,
    /// The same, but the first time it is still empty when its place is chosen, and ends beyond the screen's edge.
    BesideAtSecondTry,
    /// Between the rows of the menu.
    Inside,
}

impl Edge {
    /// The same, its height in hundredths of this one's.
    pub(super) fn scaled(self, percent: usize) -> Edge {
        match self {
            Edge::Top(height) => Edge::Top(height * percent / 100),
            Edge::Bottom(height) => Edge::Bottom(height * percent / 100),
        }
    }

    /// The part of the screen that the panel has.
    pub(super) fn part(self) -> Part {
        let (right, end) = (SIZE.0 - 1, SIZE.1 - 1);
        match self {
            Edge::Top(height) => Part { left: 0, top: 0, right, bottom: height - 1 },
            Edge::Bottom(height) => Part { left: 0, top: end + 1 - height, right, bottom: end },
        }
    }
}
