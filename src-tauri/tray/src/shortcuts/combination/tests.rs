//! Owns what is promised about written combinations.

use super::*;

fn read(text: &str) -> String {
    match text.parse::<Combination>() {
        Ok(combination) => combination.to_string(),
        Err(mistake) => panic!("{text:?} {mistake}"),
    }
}

fn mistake(text: &str) -> String {
    match text.parse::<Combination>() {
        Ok(combination) => panic!("{text:?} is {combination}"),
        Err(mistake) => mistake.to_string(),
    }
}

#[test]
fn what_means_the_same_reads_the_same() {
    for (canonical, others) in [
        (
            "Ctrl+Alt+Shift+1",
            &["ctrl+alt+shift+1", "Shift + Control+ALT +1", " Option+Ctrl+Shift+1 "][..],
        ),
        ("Super+A", &["win+a", "Windows+A", "cmd+a", "Command+a", "META+a", "super+A"]),
        ("Ctrl+F12", &["control+f12"]),
        ("Alt+F24", &["option+F24"]),
        ("Ctrl+Space", &["ctrl+SPACE"]),
        ("Ctrl+Escape", &["Ctrl+Esc"]),
        ("Ctrl+Enter", &["Ctrl+Return"]),
        ("Ctrl+Delete", &["Ctrl+Del"]),
        ("Ctrl+PageUp", &["Ctrl+PgUp", "Ctrl+Prior", "ctrl+pageup"]),
        ("Ctrl+PageDown", &["Ctrl+PgDn", "Ctrl+Page_Down"]),
        ("Ctrl+Left", &["Ctrl+ArrowLeft"]),
        ("Ctrl+Print", &["Ctrl+PrtSc", "Ctrl+PrintScreen"]),
        ("Ctrl+Pause", &["Ctrl+Break"]),
        ("Ctrl+Plus", &["Ctrl++", "Ctrl + +", "ctrl+plus"]),
        ("Ctrl+-", &["Ctrl+Minus"]),
        ("Ctrl+,", &["Ctrl+Comma", "Ctrl + ,"]),
        ("Ctrl+\\", &["Ctrl+Backslash"]),
        ("Alt+Super+Numpad7", &["Super+Alt+KP_7", "win+alt+numpad7"]),
        ("Ctrl+NumpadAdd", &["Ctrl+KP_Add"]),
    ] {
        assert_eq!(read(canonical), canonical);
        for other in others {
            assert_eq!(read(other), canonical, "{other:?}");
        }
    }
}

#[test]
fn a_mistake_is_told_in_words() {
    for (text, words) in [
        ("", "names no keys"),
        ("  ", "names no keys"),
        ("Ctrl+", "has no key next to a +"),
        ("+A", "has no key next to a +"),
        ("Ctrl++A", "has no key next to a +"),
        ("Ctrl+Alt", "names no key to press with Ctrl, Alt, Shift or Super"),
        ("A", "would take A from every other program"),
        ("+", "would take Plus from every other program"),
        ("F5", "would take F5 from every other program"),
        ("Shift+a", "would take A from every other program"),
        ("Ctrl+A+B", "names two keys, A and B"),
        ("Ctrl+Control+A", "names Ctrl twice"),
        ("Win+Cmd+A", "names Super twice"),
        ("Crtl+A", "names \"Crtl\", which is not a key; did you mean Ctrl?"),
        ("Ctrl+Ecsape", "names \"Ecsape\", which is not a key; did you mean Escape?"),
        ("Ctrl+Spcae", "did you mean Space?"),
        ("Ctrl+F25", "names \"F25\", which is not a key; keys are A to Z"),
        ("Ctrl+F0", "names \"F0\""),
        ("Ctrl+F01", "names \"F01\""),
        ("Ctrl+Numpad10", "names \"Numpad10\""),
        ("Ctrl+10", "names \"10\", which is not a key; keys are A to Z"),
        ("Ctrl+ä", "names \"ä\", which is not a key; keys are A to Z"),
        ("Ctrl+ßß", "names \"ßß\""),
        ("Ctrl-Alt-A", "names \"Ctrl-Alt-A\", which is not a key; keys are A to Z"),
        ("CapsLock+A", "names \"CapsLock\""),
    ] {
        let said = mistake(text);
        assert!(said.contains(words), "{text:?} {said}");
    }
}

#[test]
fn every_suggestion_is_a_key() {
    for name in Key::names() {
        assert!(Key::find(name).is_some(), "{name}");
        let shown = Key::find(name).unwrap().to_string();
        assert_eq!(Key::find(&shown), Key::find(name), "{name}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn every_key_has_the_keysym_of_its_desktop() {
    for (text, number, name) in [
        ("A", 0x61, "a"),
        ("5", 0x35, "5"),
        ("F1", 0xffbe, "F1"),
        ("F24", 0xffd5, "F24"),
        ("Numpad9", 0xffb9, "KP_9"),
        ("PageUp", 0xff55, "Prior"),
        ("Plus", 0x2b, "plus"),
    ] {
        let key = Key::find(text).unwrap();
        assert_eq!((key.keysym(), key.keysym_name().as_str()), (number, name), "{text}");
    }
}
