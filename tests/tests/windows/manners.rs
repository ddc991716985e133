//! What Windows expects of a program: no console of its own, but words in the one it was started from; sharp
//! letters; a name.

use std::fs;

use presence_tests::cross::{Target, programs};

use crate::stage::{PROGRAM, Stage};

/// "IMAGE_SUBSYSTEM_WINDOWS_GUI" of the PE format.
const GUI: u16 = 2;

#[test]
fn a_command_speaks_in_the_console_it_was_typed_in() {
    let stage = Stage::bare("console").unwrap();

    let shown =
        stage.windows.succeed(r"C:\person.exe", &["console", &format!("\"{PROGRAM}\" quit")]);

    let shown = shown.unwrap();
    assert!(shown.contains("Presence Tray is not running."), "the console shows:\n{shown}");
}

#[test]
fn the_program_opens_no_console_and_says_what_it_is() {
    let program = fs::read(programs(Target::Windows).unwrap().join("presence-tray.exe")).unwrap();
    let number = |at: usize, length: usize| {
        let bytes = &program[at..at + length];
        bytes.iter().rev().fold(0usize, |number, byte| number << 8 | usize::from(*byte))
    };
    let header = number(0x3c, 4);

    assert_eq!(number(header + 24 + 68, 2), usize::from(GUI));
    let contains = |words: &[u8]| program.windows(words.len()).any(|part| part == words);
    assert!(contains(b"PerMonitorV2"), "no manifest for sharp letters");
    let name: Vec<u8> = "Presence Tray\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(contains(&name), "the task manager shows no name");
}
