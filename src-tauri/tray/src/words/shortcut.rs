//! Owns what is said of keyboard shortcuts: what they do, and why they cannot be used; refuses to read keys.

use std::fmt::Display;

use presence_core::{Problem, ProblemKind};
use presence_host::{Bound, Shortcut};

/// Why keys cannot be used: they are another program's.
pub(crate) const TAKEN: &str = "another program has taken these keys";

const OTHER_KEYS: &str = "Choose other keys for it in config.toml.";

/// A line of `[shortcuts]` cannot be used, for the reason `why`; other keys would do.
pub(crate) fn unusable(shortcut: &Shortcut, why: &str) -> Problem {
    problem(shortcut, why, OTHER_KEYS)
}

/// A line of `[shortcuts]` makes no sense; `mistake` is what follows "it" in a sentence.
pub(crate) fn misread(shortcut: &Shortcut, mistake: &dyn Display) -> Problem {
    let remedy = format!(
        "Correct it in config.toml, for example: {} = \"Ctrl+Alt+Shift+P\".",
        shortcut.bound.name()
    );
    problem(shortcut, &format!("it {mistake}"), &remedy)
}

/// `bound` is to have `keys`, which make no sense.
pub(crate) fn not_set(bound: Bound, keys: &str, mistake: &dyn Display) -> Problem {
    let why = mistake.to_string();
    let stop = if why.ends_with('?') { "" } else { "." };
    Problem::new(
        ProblemKind::WrongUsage,
        format!("The shortcut for {} would not work", bound.name()),
        format!("\"{keys}\" cannot be used: it {why}{stop} Nothing was changed."),
        "Choose other keys, such as Ctrl+Alt+Shift+P.",
    )
}

/// A line of `[shortcuts]` has the keys of `other`, which stands above it.
pub(crate) fn same_keys(shortcut: &Shortcut, other: &Shortcut) -> Problem {
    unusable(shortcut, &format!("{} has the same keys", written(other)))
}

/// The line of the configuration.
fn written(shortcut: &Shortcut) -> String {
    format!("{} = \"{}\"", shortcut.bound.name(), shortcut.keys)
}

fn problem(shortcut: &Shortcut, why: &str, remedy: &str) -> Problem {
    let stop = if why.ends_with('?') { "" } else { "." };
    Problem::new(
        ProblemKind::Shortcut,
        format!("The shortcut for {} does not work", shortcut.bound.name()),
        format!("{} in [shortcuts] cannot be used: {why}{stop}", written(shortcut)),
        remedy,
    )
}

/// What is wrong with written keys: what follows "it" in a sentence.
pub(crate) mod mistake {
    use std::fmt::Display;

    pub(crate) const EMPTY: &str = "names no keys";
    pub(crate) const GAP: &str = "has no key next to a +";
    pub(crate) const NO_KEY: &str = "names no key to press with Ctrl, Alt, Shift or Super";

    pub(crate) fn unknown(word: &str, nearest: Option<&str>) -> String {
        let more = match nearest {
            Some(nearest) => format!("did you mean {nearest}?"),
            None => {
                "keys are A to Z, 0 to 9, F1 to F24, and others by name, such as Space or PageUp"
                    .to_owned()
            }
        };
        format!("names \"{word}\", which is not a key; {more}")
    }

    pub(crate) fn twice(modifier: &str) -> String {
        format!("names {modifier} twice")
    }

    pub(crate) fn two_keys(first: &dyn Display, second: &dyn Display) -> String {
        format!(
            "names two keys, {first} and {second}; a shortcut has one key besides Ctrl, Alt, Shift and Super"
        )
    }

    pub(crate) fn no_modifier(key: &dyn Display) -> String {
        format!(
            "would take {key} from every other program; a shortcut needs Ctrl, Alt or Super as well"
        )
    }
}

/// What the desktop shows beside the keys.
#[cfg(target_os = "linux")]
pub(crate) fn description(bound: Bound) -> String {
    let what = match bound {
        Bound::Status(status) => status.label(),
        Bound::Clear => super::menu::CLEAR,
        Bound::Open => "Open Presence Tray",
    };
    format!("Presence: {what}")
}

/// No shortcut can be used on this desktop, for the reason `why`; all of them are `bound` to something.
#[cfg(target_os = "linux")]
pub(crate) fn nowhere(bound: impl Iterator<Item = Bound>, why: &str) -> Problem {
    let commands: Vec<String> = bound.map(command).collect();
    Problem::new(
        ProblemKind::Shortcut,
        "Shortcuts do not work on this desktop",
        format!("None of the keys in [shortcuts] can be used: {why}."),
        format!(
            "In the desktop's own keyboard settings, bind keys to these commands: {}",
            commands.join(", ")
        ),
    )
}

/// What does the same from a terminal.
#[cfg(target_os = "linux")]
fn command(bound: Bound) -> String {
    match bound {
        Bound::Status(status) => format!("presence-tray toggle {status}"),
        Bound::Clear => "presence-tray clear".to_owned(),
        Bound::Open => "presence-tray open".to_owned(),
    }
}

/// The desktop bound the other shortcuts, but not this one.
#[cfg(target_os = "linux")]
pub(crate) fn left_out(shortcut: &Shortcut) -> Problem {
    problem(
        shortcut,
        "the desktop did not bind these keys",
        "Allow them in the desktop's keyboard settings, or choose other keys in config.toml.",
    )
}

/// Why keys cannot be used: none of the keyboard makes `key`.
#[cfg(target_os = "linux")]
pub(crate) fn not_on_keyboard(key: &dyn Display) -> String {
    format!("this keyboard has no key {key}")
}

/// Why no shortcut can be used on this desktop.
#[cfg(target_os = "linux")]
pub(crate) mod reason {
    pub(crate) const NO_DESKTOP: &str = "the program is not running in a desktop session";
    pub(crate) const NO_PORTAL: &str =
        "this desktop has no portal for global shortcuts, and Wayland offers no other way";
    pub(crate) const DECLINED: &str = "permission was denied when the desktop asked for it";
    pub(crate) const ENDED: &str = "the desktop has withdrawn the keys";
    /// Why the portal failed.
    pub(crate) const NO_SESSION: &str = "it returned no session";
    /// Why the portal failed.
    pub(crate) const NO_BUS: &str = "the session bus is gone";

    pub(crate) fn portal_failed(why: &str) -> String {
        format!("the desktop's portal failed ({why})")
    }

    /// Why the portal failed: it did not do `method`.
    pub(crate) fn portal_answered(response: u32, method: &str) -> String {
        format!("it answered {method} with {response}")
    }

    pub(crate) fn no_x_server(why: &str) -> String {
        format!("the X server does not respond ({why})")
    }

    pub(crate) fn no_thread(why: &str) -> String {
        format!("the system could not start a thread ({why})")
    }
}

/// Why keys cannot be used: the system knows no such `key`.
#[cfg(not(target_os = "linux"))]
pub(crate) fn not_on_system(key: &dyn Display) -> String {
    format!("this system has no key {key}")
}

/// Why keys cannot be used: the system says `why`.
#[cfg(not(target_os = "linux"))]
pub(crate) fn refused(why: &str) -> String {
    format!("the system refused these keys ({why})")
}

/// The system lets this program have no shortcuts, for the reason `why`.
#[cfg(not(target_os = "linux"))]
pub(crate) fn none_allowed(shortcut: &Shortcut, why: &str) -> Problem {
    problem(
        shortcut,
        &format!("the system does not allow global shortcuts ({why})"),
        "Start the program again; if that does not help, log out and in again.",
    )
}
