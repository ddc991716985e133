//! What the Windows shell expects of a program: no console of its own, but output in the one it was started from; a
//! manifest for sharp letters; a name; an icon that stays where it was put.

use std::fs;

use anyhow::Context;
use presence_tests::cloud::Options;
use presence_tests::cross::{Target, programs};
use presence_tests::stage::until;

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
fn hours_are_counted_as_the_regional_settings_say() {
    let stage = Stage::bare("clock").unwrap();
    for (form, has_halves) in [("h:mm tt", true), ("HH:mm", false), ("HH 'h' mm", false)] {
        stage.windows.set_value(r"HKCU\Control Panel\International", "sShortTime", form).unwrap();

        let history = stage.succeed(&["history"]).unwrap();

        let strip = history.lines().next().unwrap_or_default();
        assert_eq!(strip.contains(" AM ") || strip.contains(" PM "), has_halves, "{history}");
    }
}

#[test]
fn the_programs_open_no_console_and_say_what_they_are() {
    for name in ["presence-tray.exe", "presence-tray-window.exe"] {
        let program = fs::read(programs(Target::Windows).unwrap().join(name)).unwrap();
        let number = |at: usize, length: usize| {
            let bytes = &program[at..at + length];
            bytes.iter().rev().fold(0usize, |number, byte| number << 8 | usize::from(*byte))
        };
        let header = number(0x3c, 4);

        assert_eq!(number(header + 24 + 68, 2), usize::from(GUI), "{name}");
        let contains = |words: &[u8]| program.windows(words.len()).any(|part| part == words);
        assert!(contains(b"PerMonitorV2"), "no manifest for sharp letters in {name}");
        let called: Vec<u8> = "Presence Tray\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(contains(&called), "the task manager shows no name for {name}");
    }
}

#[test]
fn the_icon_keeps_its_id_and_says_what_holds_under_it() {
    let mut stage = Stage::with_shell("id", Options::default()).unwrap();
    stage.start().unwrap();
    stage.sign_in().unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    let tip = |stage: &Stage| stage.told("tip").pop().unwrap_or_default();
    until("the tooltip", || tip(&stage) == "Away").unwrap();
    assert!(!stage.log().contains("cannot be painted"), "{}", stage.log());

    // A program that crashes takes no leave of its icon.
    stage.kill();
    let before = stage.told("tip").len();
    stage.start().unwrap();
    until("the second icon's tooltip", || {
        stage.told("icon").len() == 2 && stage.told("tip").len() > before && tip(&stage) == "Away"
    })
    .with_context(|| format!("{}\n{}", stage.told_all(), stage.log()))
    .unwrap();

    let ids = stage.told("icon");
    assert_eq!(ids[0], ids[1]);
    assert!(!stage.log().contains("no icon with this ID"), "{}", stage.log());
    let screen = stage.windows.screen().unwrap();
    assert!(screen.open_menu("1").unwrap().len() > 5);
}

#[test]
fn a_task_bar_that_was_busy_shows_the_truth_as_soon_as_it_listens() {
    let mut stage = Stage::with_shell("busy", Options::default()).unwrap();
    let busy = stage.windows.drive().join("busy");
    fs::write(&busy, "").unwrap();
    stage.start().unwrap();
    until("the first try", || stage.log().contains("cannot be painted now")).unwrap();
    fs::remove_file(&busy).unwrap();
    let screen = stage.windows.screen().unwrap();
    screen.icon().unwrap();
    assert!(screen.open_menu("1").unwrap().len() > 2);
    screen.close_menu().unwrap();

    stage.sign_in().unwrap();
    fs::write(&busy, "").unwrap();
    stage.succeed(&["set", "away"]).unwrap();
    fs::remove_file(&busy).unwrap();

    until("the tooltip", || stage.told("tip").pop().is_some_and(|tip| tip == "Away")).unwrap();
    let rows = screen.open_menu("1").unwrap();
    assert!(rows[4].checked, "{rows:?}");
}

#[test]
fn the_resident_is_frugal_and_is_the_program_that_the_installer_names() {
    let mut stage = Stage::with_shell("frugal", Options::default()).unwrap();

    stage.start().unwrap();

    assert_eq!(stage.told("power"), ["1 1"], "efficiency mode");
    assert_eq!(stage.told("app"), ["app.presence-tray"]);
}
