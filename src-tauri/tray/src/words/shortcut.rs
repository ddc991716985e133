//! Owns what is said of keyboard shortcuts: what they do, and why they cannot be used; refuses to read keys.

use std::fmt::Display;

use presence_core::{Problem, ProblemKind, Sentence, sentence, t};
use presence_host::{Bound, Shortcut};

/// Why keys cannot be used: they are another program's.
pub(crate) const TAKEN: Sentence = sentence!("another program has taken these keys");

const OTHER_KEYS: Sentence = sentence!("Choose other keys for it in config.toml.");

/// A line of `[shortcuts]` cannot be used, for the reason `why`; other keys would do.
pub(crate) fn unusable(shortcut: &Shortcut, why: &str) -> Problem {
    problem(shortcut, why, OTHER_KEYS.said())
}

/// A line of `[shortcuts]` makes no sense; `mistake` is what follows "it" in a sentence.
pub(crate) fn misread(shortcut: &Shortcut, mistake: &dyn Display) -> Problem {
    let remedy = t!(
        "Correct it in config.toml, for example: {name} = \"Ctrl+Alt+Shift+P\".",
        name = shortcut.bound.name()
    );
    problem(shortcut, &t!("it {mistake}", mistake), &remedy)
}

/// `bound` is to have `keys`, which make no sense.
pub(crate) fn not_set(bound: Bound, keys: &str, mistake: &dyn Display) -> Problem {
    let why = ended(mistake.to_string());
    Problem::new(
        ProblemKind::WrongUsage,
        t!("The shortcut for {name} would not work", name = bound.name()),
        t!("\"{keys}\" cannot be used: it {why} Nothing was changed.", keys, why),
        t!("Choose other keys, such as Ctrl+Alt+Shift+P."),
    )
}

/// A line of `[shortcuts]` has the keys of `other`, which stands above it.
pub(crate) fn same_keys(shortcut: &Shortcut, other: &Shortcut) -> Problem {
    unusable(shortcut, &t!("{line} has the same keys", line = written(other)))
}

/// The line of the configuration.
fn written(shortcut: &Shortcut) -> String {
    format!("{} = \"{}\"", shortcut.bound.name(), shortcut.keys)
}

fn problem(shortcut: &Shortcut, why: &str, remedy: &str) -> Problem {
    let why = ended(why.to_owned());
    Problem::new(
        ProblemKind::Shortcut,
        t!("The shortcut for {name} does not work", name = shortcut.bound.name()),
        t!("{line} in [shortcuts] cannot be used: {why}", line = written(shortcut), why),
        remedy,
    )
}

/// A sentence that may be a question.
fn ended(mut sentence: String) -> String {
    if !sentence.ends_with('?') {
        sentence.push('.');
    }
    sentence
}

/// What is wrong with written keys: what follows "it" in a sentence.
pub(crate) mod mistake {
    use std::fmt::Display;

    use presence_core::{Sentence, sentence, t};

    pub(crate) const EMPTY: Sentence = sentence!("names no keys");
    pub(crate) const GAP: Sentence = sentence!("has no key next to a +");
    pub(crate) const NO_KEY: Sentence =
        sentence!("names no key to press with Ctrl, Alt, Shift or Super");

    pub(crate) fn unknown(word: &str, nearest: Option<&str>) -> String {
        match nearest {
            Some(nearest) => {
                t!("names \"{word}\", which is not a key; did you mean {nearest}?", word, nearest)
            }
            None => t!(
                "names \"{word}\", which is not a key; keys are A to Z, 0 to 9, F1 to F24, and others by name, such as Space or PageUp",
                word
            ),
        }
    }

    pub(crate) fn twice(modifier: &str) -> String {
        t!("names {modifier} twice", modifier)
    }

    pub(crate) fn two_keys(first: &dyn Display, second: &dyn Display) -> String {
        t!(
            "names two keys, {first} and {second}; a shortcut has one key besides Ctrl, Alt, Shift and Super",
            first,
            second
        )
    }

    pub(crate) fn no_modifier(key: &dyn Display) -> String {
        t!(
            "would take {key} from every other program; a shortcut needs Ctrl, Alt or Super as well",
            key
        )
    }
}

/// What the desktop shows beside the keys.
#[cfg(target_os = "linux")]
pub(crate) fn description(bound: Bound) -> String {
    let what = match bound {
        Bound::Status(status) => status.label(),
        Bound::Clear => super::menu::CLEAR.said(),
        Bound::Open => t!("Open Presence Tray"),
    };
    t!("Presence: {what}", what)
}

/// No shortcut can be used on this desktop, for the reason `why`; all of them are `bound` to something.
#[cfg(target_os = "linux")]
pub(crate) fn nowhere(bound: impl Iterator<Item = Bound>, why: &str) -> Problem {
    let commands: Vec<String> = bound.map(command).collect();
    Problem::new(
        ProblemKind::Shortcut,
        t!("Shortcuts do not work on this desktop"),
        t!("None of the keys in [shortcuts] can be used: {why}.", why),
        t!(
            "In the desktop's own keyboard settings, bind keys to these commands: {commands}",
            commands = commands.join(", ")
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
        t!("the desktop did not bind these keys"),
        t!("Allow them in the desktop's keyboard settings, or choose other keys in config.toml."),
    )
}

/// Why keys cannot be used: none of the keyboard makes `key`.
#[cfg(target_os = "linux")]
pub(crate) fn not_on_keyboard(key: &dyn Display) -> String {
    t!("this keyboard has no key {key}", key)
}

/// Why no shortcut can be used on this desktop.
#[cfg(target_os = "linux")]
pub(crate) mod reason {
    use presence_core::{Sentence, sentence, t};

    pub(crate) const NO_DESKTOP: Sentence =
        sentence!("the program is not running in a desktop session");
    pub(crate) const NO_PORTAL: Sentence = sentence!(
        "this desktop has no portal for global shortcuts, and Wayland offers no other way"
    );
    pub(crate) const DECLINED: Sentence =
        sentence!("permission was denied when the desktop asked for it");
    pub(crate) const ENDED: Sentence = sentence!("the desktop has withdrawn the keys");
    /// Why the portal failed.
    pub(crate) const NO_SESSION: Sentence = sentence!("it returned no session");
    /// Why the portal failed.
    pub(crate) const NO_BUS: Sentence = sentence!("the session bus is gone");

    pub(crate) fn portal_failed(why: &str) -> String {
        t!("the desktop's portal failed ({why})", why)
    }

    /// Why the portal failed: it did not do `method`.
    pub(crate) fn portal_answered(response: u32, method: &str) -> String {
        t!("it answered {method} with {response}", method, response)
    }

    pub(crate) fn no_x_server(why: &str) -> String {
        t!("the X server does not respond ({why})", why)
    }

    pub(crate) fn no_thread(why: &str) -> String {
        t!("the system could not start a thread ({why})", why)
    }
}

/// Why keys cannot be used: the system knows no such `key`.
#[cfg(not(target_os = "linux"))]
pub(crate) fn not_on_system(key: &dyn Display) -> String {
    t!("this system has no key {key}", key)
}

/// Why keys cannot be used: the system says `why`.
#[cfg(not(target_os = "linux"))]
pub(crate) fn refused(why: &str) -> String {
    t!("the system refused these keys ({why})", why)
}

/// The system lets this program have no shortcuts, for the reason `why`.
#[cfg(not(target_os = "linux"))]
pub(crate) fn none_allowed(shortcut: &Shortcut, why: &str) -> Problem {
    problem(
        shortcut,
        &t!("the system does not allow global shortcuts ({why})", why),
        t!("Start the program again; if that does not help, log out and in again."),
    )
}
