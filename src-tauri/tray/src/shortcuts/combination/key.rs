//! Owns the keys a shortcut may end with, and what each desktop calls them; refuses modifiers and locks.

use std::fmt;

use xkeysym::key;

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
    named("Space", &[], (key::space, "space"), "Space"),
    named("Tab", &[], (key::Tab, "Tab"), "Tab"),
    named("Enter", &["Return"], (key::Return, "Return"), "Enter"),
    named("Escape", &["Esc"], (key::Escape, "Escape"), "Escape"),
    named("Backspace", &[], (key::BackSpace, "BackSpace"), "Backspace"),
    named("Delete", &["Del"], (key::Delete, "Delete"), "Delete"),
    named("Insert", &["Ins"], (key::Insert, "Insert"), "Insert"),
    named("Home", &[], (key::Home, "Home"), "Home"),
    named("End", &[], (key::End, "End"), "End"),
    named("PageUp", &["PgUp", "Page_Up", "Prior"], (key::Prior, "Prior"), "PageUp"),
    named("PageDown", &["PgDn", "PgDown", "Page_Down", "Next"], (key::Next, "Next"), "PageDown"),
    named("Left", &["ArrowLeft"], (key::Left, "Left"), "ArrowLeft"),
    named("Up", &["ArrowUp"], (key::Up, "Up"), "ArrowUp"),
    named("Right", &["ArrowRight"], (key::Right, "Right"), "ArrowRight"),
    named("Down", &["ArrowDown"], (key::Down, "Down"), "ArrowDown"),
    named("Print", &["PrintScreen", "PrtSc"], (key::Print, "Print"), "PrintScreen"),
    named("Pause", &["Break"], (key::Pause, "Pause"), "Pause"),
    named("-", &["Minus", "Hyphen"], (key::minus, "minus"), "Minus"),
    named("=", &["Equal", "Equals"], (key::equal, "equal"), "Equal"),
    named("Plus", &["+"], (key::plus, "plus"), "Equal"),
    named("[", &["BracketLeft"], (key::bracketleft, "bracketleft"), "BracketLeft"),
    named("]", &["BracketRight"], (key::bracketright, "bracketright"), "BracketRight"),
    named("\\", &["Backslash"], (key::backslash, "backslash"), "Backslash"),
    named(";", &["Semicolon"], (key::semicolon, "semicolon"), "Semicolon"),
    named("'", &["Apostrophe", "Quote"], (key::apostrophe, "apostrophe"), "Quote"),
    named("`", &["Grave", "Backquote", "Backtick"], (key::grave, "grave"), "Backquote"),
    named(",", &["Comma"], (key::comma, "comma"), "Comma"),
    named(".", &["Period", "Dot"], (key::period, "period"), "Period"),
    named("/", &["Slash"], (key::slash, "slash"), "Slash"),
    named("<", &["Less"], (key::less, "less"), "IntlBackslash"),
    named("NumpadAdd", &["KP_Add"], (key::KP_Add, "KP_Add"), "NumpadAdd"),
    named("NumpadSubtract", &["KP_Subtract"], (key::KP_Subtract, "KP_Subtract"), "NumpadSubtract"),
    named("NumpadMultiply", &["KP_Multiply"], (key::KP_Multiply, "KP_Multiply"), "NumpadMultiply"),
    named("NumpadDivide", &["KP_Divide"], (key::KP_Divide, "KP_Divide"), "NumpadDivide"),
    named("NumpadDecimal", &["KP_Decimal"], (key::KP_Decimal, "KP_Decimal"), "NumpadDecimal"),
    named("NumpadEnter", &["KP_Enter"], (key::KP_Enter, "KP_Enter"), "NumpadEnter"),
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
            Key::Function(number) => key::F1 + u32::from(number - 1),
            Key::Pad(digit) => key::KP_0 + u32::from(digit),
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
