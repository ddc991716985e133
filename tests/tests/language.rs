//! Proves that the program speaks one language everywhere: the configuration's, or the system's.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::process::Command;
use std::time::Duration;

use presence_tests::desktop::menu::{find, headline, text};
use presence_tests::desktop::{Builder, Desktop, Notifications, TrayHost, Window};
use presence_tests::stage::{LIMIT, Stage};

#[test]
fn menu_notification_and_commands_speak_the_language_of_the_configuration() {
    let (stage, told) = german("configured", "language = \"de\"\n[shortcuts]\naway = \"5\"\n");
    let host = TrayHost::start(stage.desktop.bus_address()).unwrap();
    let item = host.wait_for_item(LIMIT).unwrap();
    stage.succeed(&["set", "presenting", "--for", "2h"]).unwrap();

    let menu = item.wait_until(|menu| headline(menu).starts_with("Präsentiert"), LIMIT).unwrap();
    assert!(headline(&menu).starts_with("Präsentiert (nicht stören) bis "), "{}", text(&menu));
    for row in ["In einer Telefonkonferenz", "Status aufheben", "Beenden"] {
        assert!(find(&menu, &[row]).is_some(), "{}", text(&menu));
    }
    assert!(find(&menu, &["Dauer", "2 Stunden"]).is_some(), "{}", text(&menu));
    let title = "Die Tastenkombination für away funktioniert nicht";
    told.wait_for(move |notice| notice.summary == title, Duration::from_secs(5)).unwrap();

    let status = stage.succeed(&["status"]).unwrap();
    assert!(status.starts_with("Gewünscht       Präsentiert (nicht stören) bis "), "{status}");
    assert!(status.contains("Andere sehen    Nicht stören (Präsentiert)\n"), "{status}");
    assert_eq!(stage.status().unwrap()["problem"]["title"], title);
    let wrong = stage.run(&["set", "away", "--for", "30s"]).unwrap();
    let wrong = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(wrong.contains("ein befristeter Status dauert 5 Minuten bis 24 Stunden"), "{wrong}");
    let doctor = stage.run(&["doctor"]).unwrap();
    let doctor = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(doctor.contains("tray           dieser Desktop hat einen Infobereich\n"), "{doctor}");
    let history = stage.succeed(&["history"]).unwrap();
    assert!(history.contains("gewünscht: Präsentiert (nicht stören) bis "), "{history}");
}

#[test]
fn a_change_of_the_language_shows_at_once() {
    let (stage, _told) = german("changed", "");
    let host = TrayHost::start(stage.desktop.bus_address()).unwrap();
    let item = host.wait_for_item(LIMIT).unwrap();
    stage.succeed(&["set", "away"]).unwrap();

    for (language, label) in [("de", "Abwesend"), ("en", "Away"), ("de", "Abwesend")] {
        stage.succeed(&["config", "set", "language", language]).unwrap();
        item.wait_until(|menu| headline(menu) == label, LIMIT).unwrap();
        assert_eq!(item.tooltip().unwrap(), label);
    }
    let refused = stage.run(&["config", "set", "language", "fr"]).unwrap();
    let refused = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.contains("\"system\", \"en\" oder \"de\""), "{refused}");
}

#[test]
fn the_language_of_the_system_counts_where_the_configuration_names_none() {
    let german = Desktop::builder("system").without_display().variable("LANG", "de_DE.UTF-8");
    let stage = Stage::new(german).unwrap();
    assert!(stage.succeed(&["status"]).unwrap().starts_with("Gewünscht       nichts\n"));

    stage.succeed(&["config", "set", "language", "en"]).unwrap();
    assert!(stage.succeed(&["status"]).unwrap().starts_with("Wanted          nothing\n"));

    stage.configure("language = \"en\"\non_quit = \"stay\"\n").unwrap();
    let mistaken = stage.run(&["set", "away"]).unwrap();
    let mistaken = String::from_utf8_lossy(&mistaken.stderr).into_owned();
    assert!(mistaken.contains("The configuration has a mistake"), "{mistaken}");
}

#[test]
fn hours_are_counted_as_the_locale_does() {
    let stage = Stage::new(Desktop::builder("clock").without_display()).unwrap();
    let locales = stage.desktop.folder().join("locales");
    fs::create_dir(&locales).unwrap();
    for (name, has_halves) in [("en_US", true), ("en_GB", false)] {
        let mut compile = Command::new("localedef");
        compile.args(["-i", name, "-f", "UTF-8"]).arg(locales.join(name));
        assert!(compile.status().unwrap().success(), "{name}");
        let mut command = stage.command(&["history"]).unwrap();
        command.env("LOCPATH", &locales).env("LC_TIME", name);

        let history = String::from_utf8(command.output().unwrap().stdout).unwrap();

        let strip = history.lines().next().unwrap();
        assert_eq!(strip.contains(" AM ") || strip.contains(" PM "), has_halves, "{history}");
    }
}

#[test]
fn the_window_speaks_as_the_resident_does() {
    let builder = Desktop::builder("window").window_manager();
    let (stage, _told) = with(builder, "language = \"de\"\n");
    let window = stage.open_window().unwrap();
    heard(&window, "#account-note", "Angemeldet");
    heard(&window, "[data-status=away] span", "Abwesend");
    assert_eq!(window.run("return document.documentElement.lang").unwrap(), "de");

    window.find("[data-section=settings]", LIMIT).unwrap().click().unwrap();
    heard(&window, "label[for=key-language]", "Sprache");
    stage.succeed(&["config", "set", "language", "en"]).unwrap();
    heard(&window, "label[for=key-language]", "Language");
    assert_eq!(window.run("return document.documentElement.lang").unwrap(), "en");
}

fn heard(window: &Window, css: &str, words: &str) {
    window.wait_for_text(css, |text| text == words, LIMIT).unwrap();
}

/// A stage on which somebody is signed in, with these lines in the configuration.
fn german(name: &str, lines: &str) -> (Stage, Notifications) {
    with(Desktop::builder(name).without_display(), lines)
}

fn with(desktop: Builder, lines: &str) -> (Stage, Notifications) {
    let mut stage = Stage::new(desktop).unwrap();
    let told = Notifications::start(stage.desktop.bus_address()).unwrap();
    let (keys, tables) = lines
        .split_once('[')
        .map_or((lines, String::new()), |(keys, tables)| (keys, format!("[{tables}")));
    stage.configure(&format!("{keys}{}{tables}", stage.configuration())).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_command().unwrap();
    (stage, told)
}
