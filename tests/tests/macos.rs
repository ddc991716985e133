//! The application for macOS, as far as its form shows elsewhere: nobody runs it here.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use plist::Value;
use presence_host::{APP_ID, APP_NAME};
use presence_tests::release::VERSION;
use presence_tests::workspace;

const KEYS: &str = "keychain-access-groups";

#[test]
fn the_application_has_the_form_that_macos_asks_for() {
    let folder = std::env::temp_dir().join(format!("pt-macos-{}", std::process::id()));
    let programs = folder.join("programs");
    fs::create_dir_all(&programs).unwrap();
    for program in ["presence-tray", "presence-tray-window"] {
        fs::write(programs.join(program), program).unwrap();
    }
    let archive = folder.join("made.zip");
    succeed(Command::new(packaging("bundle.sh")).arg(&programs).arg(VERSION).arg(&archive));
    succeed(Command::new("unzip").arg("-q").arg(&archive).arg("-d").arg(&folder));
    let contents = folder.join(format!("{APP_NAME}.app/Contents"));
    let read = |file: &str| fs::read(contents.join(file)).unwrap();

    let about = Value::from_reader_xml(&read("Info.plist")[..]).unwrap();
    let says = |key: &str| about.as_dictionary().unwrap().get(key).unwrap().clone();
    let text = |key: &str| says(key).into_string().unwrap();
    assert_eq!(text("CFBundleIdentifier"), APP_ID);
    assert_eq!(text("CFBundleName"), APP_NAME);
    assert_eq!(text("CFBundlePackageType"), "APPL");
    assert_eq!(text("CFBundleVersion"), VERSION);
    assert_eq!(text("CFBundleShortVersionString"), VERSION);
    assert_eq!(says("LSUIElement"), Value::Boolean(true));
    let icon = read(&format!("Resources/{}.icns", text("CFBundleIconFile")));
    assert_eq!(widths(&icon), [16, 32, 32, 64, 128, 256, 256, 512, 512, 1024]);
    // The tray program looks for the window beside itself.
    assert_eq!(read(&format!("MacOS/{}", text("CFBundleExecutable"))), b"presence-tray");
    assert_eq!(read("MacOS/presence-tray-window"), b"presence-tray-window");
    for program in ["MacOS/presence-tray", "MacOS/presence-tray-window"] {
        let mode = std::os::unix::fs::PermissionsExt::mode;
        assert_eq!(mode(&contents.join(program).metadata().unwrap().permissions()) & 0o777, 0o755);
    }
    for path in paths_of_cask() {
        assert!(contents.join(&path).is_file(), "{path}");
    }
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn what_signs_the_application_grants_the_access_group_alone() {
    let granted = fs::read_to_string(packaging("entitlements.plist")).unwrap();
    let granted = granted.replace("${GROUP}", "TEAM.app.presence-tray");
    let granted = Value::from_reader_xml(granted.as_bytes()).unwrap();
    let granted = granted.as_dictionary().unwrap();
    assert_eq!(granted.len(), 1);
    assert_eq!(granted.get(KEYS).unwrap().as_array().unwrap()[0], "TEAM.app.presence-tray".into());
}

/// The files of the application that the cask links to.
fn paths_of_cask() -> Vec<String> {
    let cask = fs::read_to_string(packaging("presence-tray.rb")).unwrap();
    let inside = format!("{APP_NAME}.app/Contents/");
    let paths = cask.lines().filter_map(|line| line.split_once(&inside)?.1.strip_suffix('"'));
    let paths: Vec<String> = paths.map(str::to_owned).collect();
    assert!(paths.len() > 1, "{cask}");
    paths
}

/// The widths of the PNG pictures in an icon of macOS, each after its own name and length.
fn widths(icon: &[u8]) -> Vec<u32> {
    let number = |at: usize| u32::from_be_bytes(icon[at..at + 4].try_into().unwrap());
    assert_eq!(&icon[..4], b"icns");
    assert_eq!(number(4) as usize, icon.len());
    let (mut at, mut widths) = (8, Vec::new());
    while at < icon.len() {
        assert_eq!(&icon[at + 9..at + 12], b"PNG");
        widths.push(number(at + 24));
        at += number(at + 4) as usize;
    }
    widths
}

fn packaging(name: &str) -> PathBuf {
    workspace::root().unwrap().join(Path::new("src-tauri/packaging/macos")).join(name)
}

fn succeed(command: &mut Command) {
    assert!(command.status().unwrap().success(), "{command:?}");
}
