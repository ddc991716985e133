//! Owns the keys a shortcut may end with, and what each desktop calls them; refuses modifiers and locks.

use std::fmt;

/// A key by what is printed on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// A to Z, in upper case.
    Letter(char),
    /// 0 to 9 above the letters.
    Digit(u8),
    /// F1 to F24.
    Function(u8),
    /// 0 to 9 of the number pad.
    Pad(u8),
    /// Any other.
    Named(&'static Named),
}

/// A key with names of its own.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Named {
    name: &'static str,
    others: &'static [&'static str],
    /// Number and name of the keysym (X11 protocol, appendix A).
    keysym: (u32, &'static str),
    /// W3C "UI Events KeyboardEvent code Values".
    code: &'static str,
}

const fn named(
    name: &'static str,
    others: &'static [&'static str],
    keysym: (u32, &'static str),
    code: &'static str,
) -> Named {
    Named { name, others, keysym, code }
}

static NAMED: [Named; 36] = [
    named("Space", &[], (0x20, "space"), "Space"),
    named("Tab", &[], (0xff09, "Tab"), "Tab"),
    named("Enter", &["Return"], (0xff0d, "Return"), "Enter"),
    named("Escape", &["Esc"], (0xff1b, "Escape"), "Escape"),
    named("Backspace", &[], (0xff08, "BackSpace"), "Backspace"),
    named("Delete", &["Del"], (0xffff, "Delete"), "Delete"),
    named("Insert", &["Ins"], (0xff63, "Insert"), "Insert"),
    named("Home", &[], (0xff50, "Home"), "Home"),
    named("End", &[], (0xff57, "End"), "End"),
    named("PageUp", &["PgUp", "Page_Up", "Prior"], (0xff55, "Prior"), "PageUp"),
    named("PageDown", &["PgDn", "PgDown", "Page_Down", "Next"], (0xff56, "Next"), "PageDown"),
    named("Left", &["ArrowLeft"], (0xff51, "Left"), "ArrowLeft"),
    named("Up", &["ArrowUp"], (0xff52, "Up"), "ArrowUp"),
    named("Right", &["ArrowRight"], (0xff53, "Right"), "ArrowRight"),
    named("Down", &["ArrowDown"], (0xff54, "Down"), "ArrowDown"),
    named("Print", &["PrintScreen", "PrtSc"], (0xff61, "Print"), "PrintScreen"),
    named("Pause", &["Break"], (0xff13, "Pause"), "Pause"),
    named("-", &["Minus", "Hyphen"], (0x2d, "minus"), "Minus"),
    named("=", &["Equal", "Equals"], (0x3d, "equal"), "Equal"),
    named("Plus", &["+"], (0x2b, "plus"), "Equal"),
    named("[", &["BracketLeft"], (0x5b, "bracketleft"), "BracketLeft"),
    named("]", &["BracketRight"], (0x5d, "bracketright"), "BracketRight"),
    named("\\", &["Backslash"], (0x5c, "backslash"), "Backslash"),
    named(";", &["Semicolon"], (0x3b, "semicolon"), "Semicolon"),
    named("'", &["Apostrophe", "Quote"], (0x27, "apostrophe"), "Quote"),
    named("`", &["Grave", "Backquote", "Backtick"], (0x60, "grave"), "Backquote"),
    named(",", &["Comma"], (0x2c, "comma"), "Comma"),
    named(".", &["Period", "Dot"], (0x2e, "period"), "Period"),
    named("/", &["Slash"], (0x2f, "slash"), "Slash"),
    named("<", &["Less"], (0x3c, "less"), "IntlBackslash"),
    named("NumpadAdd", &["KP_Add"], (0xffab, "KP_Add"), "NumpadAdd"),
    named("NumpadSubtract", &["KP_Subtract"], (0xffad, "KP_Subtract"), "NumpadSubtract"),
    named("NumpadMultiply", &["KP_Multiply"], (0xffaa, "KP_Multiply"), "NumpadMultiply"),
    named("NumpadDivide", &["KP_Divide"], (0xffaf, "KP_Divide"), "NumpadDivide"),
    named("NumpadDecimal", &["KP_Decimal"], (0xffae, "KP_Decimal"), "NumpadDecimal"),
    named("NumpadEnter", &["KP_Enter"], (0xff8d, "KP_Enter"), "NumpadEnter"),
];

impl Key {
    /// The key of this name, in any case.
    pub(super) fn find(word: &str) -> Option<Key> {
        let mut letters = word.chars();
        if let (Some(letter), None) = (letters.next(), letters.next()) {
            if letter.is_ascii_alphabetic() {
                return Some(Key::Letter(letter.to_ascii_uppercase()));
            }
            if let Some(digit) = letter.to_digit(10) {
                return u8::try_from(digit).ok().map(Key::Digit);
            }
        }
        let numbered = |prefix: &str| -> Option<u8> {
            let (head, number) = word.split_at_checked(prefix.len())?;
            let plain = !number.starts_with('0') || number == "0";
            if !head.eq_ignore_ascii_case(prefix) || !plain {
                return None;
            }
            number.bytes().all(|digit| digit.is_ascii_digit()).then(|| number.parse().ok())?
        };
        if let Some(number) = numbered("F").filter(|number| (1..=24).contains(number)) {
            return Some(Key::Function(number));
        }
        let pad = ["Numpad", "KP_"].into_iter().find_map(numbered);
        if let Some(digit) = pad.filter(|digit| *digit <= 9) {
            return Some(Key::Pad(digit));
        }
        let is_meant = |key: &&Named| {
            key.name.eq_ignore_ascii_case(word)
                || key.others.iter().any(|other| other.eq_ignore_ascii_case(word))
        };
        NAMED.iter().find(is_meant).map(Key::Named)
    }

    /// The names to suggest one of.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().flat_map(|key| [key.name].into_iter().chain(key.others.iter().copied()))
    }

    /// The number of the keysym; of a letter, the one without Shift.
    #[cfg(target_os = "linux")]
    pub(crate) fn keysym(self) -> u32 {
        match self {
            Key::Letter(letter) => u32::from(letter.to_ascii_lowercase()),
            Key::Digit(digit) => u32::from(b'0' + digit),
            Key::Function(number) => 0xffbe + u32::from(number - 1),
            Key::Pad(digit) => 0xffb0 + u32::from(digit),
            Key::Named(named) => named.keysym.0,
        }
    }

    /// The name of the keysym, as the XDG shortcuts specification wants it.
    #[cfg(target_os = "linux")]
    pub(crate) fn keysym_name(self) -> String {
        match self {
            Key::Letter(letter) => letter.to_ascii_lowercase().to_string(),
            Key::Digit(digit) => digit.to_string(),
            Key::Function(number) => format!("F{number}"),
            Key::Pad(digit) => format!("KP_{digit}"),
            Key::Named(named) => named.keysym.1.to_owned(),
        }
    }

    /// The W3C code of the key's place.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn code(self) -> String {
        match self {
            Key::Letter(letter) => format!("Key{letter}"),
            Key::Digit(digit) => format!("Digit{digit}"),
            Key::Function(number) => format!("F{number}"),
            Key::Pad(digit) => format!("Numpad{digit}"),
            Key::Named(named) => named.code.to_owned(),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Letter(letter) => write!(f, "{letter}"),
            Key::Digit(digit) => write!(f, "{digit}"),
            Key::Function(number) => write!(f, "F{number}"),
            Key::Pad(digit) => write!(f, "Numpad{digit}"),
            Key::Named(named) => f.write_str(named.name),
        }
    }
}
