//! The application and the configuration profile for macOS, as far as their form shows elsewhere: nobody runs it here.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use plist::Value;
use presence_host::{APP_ID, APP_NAME, Bound, Config, Key, Kind, Profile};
use presence_tests::release::VERSION;
use presence_tests::release::macos::profile;
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

#[test]
fn the_configuration_profile_sets_every_key_as_the_program_reads_it() {
    let profile = read_by_python(&profile());
    assert_eq!(profile["PayloadType"], "Configuration");
    let [payload] = &profile["PayloadContent"].as_array().unwrap()[..] else { panic!("{profile}") };
    assert_eq!(payload["PayloadType"], APP_ID);
    for of_apple in ["PayloadIdentifier", "PayloadUUID", "PayloadDisplayName"] {
        assert_ne!(profile[of_apple].as_str().unwrap(), "");
        assert!(payload[of_apple].is_string());
    }
    assert_ne!(profile["PayloadUUID"], payload["PayloadUUID"]);
    assert_ne!(profile["PayloadIdentifier"], payload["PayloadIdentifier"]);

    let payload = payload.as_object().unwrap();
    let set: BTreeMap<_, _> =
        payload.iter().filter(|(name, _)| !name.starts_with("Payload")).collect();
    let names: BTreeSet<_> = set.keys().map(|name| name.as_str()).collect();
    assert_eq!(names, Key::all().map(Key::name).collect());
    for (name, value) in &set {
        let key = Key::find(name).unwrap();
        match key.kind() {
            Kind::Bool => assert!(value.is_boolean(), "{name}"),
            Kind::Text | Kind::Choice | Kind::Span | Kind::Shortcut => {
                assert!(value.is_string(), "{name}");
            }
        }
    }
    // What is not a mistake in a file is none in a profile.
    let file: String = set.iter().map(|(name, value)| format!("{name} = {value}\n")).collect();
    let folder = std::env::temp_dir().join(format!("pt-profile-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.toml"), &file).unwrap();
    let config = Config::read(&Profile::under(&folder).unwrap());
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(config.unwrap().shortcuts.len(), Bound::ALL.len(), "{file}");
}

/// What a property list says to a reader that is not ours.
fn read_by_python(list: &str) -> serde_json::Value {
    const READ: &str =
        "import json, plistlib, sys; json.dump(plistlib.loads(sys.argv[1].encode()), sys.stdout)";
    let output = Command::new("/usr/bin/python3").args(["-c", READ, list]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
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
