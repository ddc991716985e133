//! The packages as a person on Windows meets them: installed, used, upgraded while a status holds, and removed.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use presence_tests::cloud::{MEGAN, Options};
use presence_tests::cross::{Target, programs};
use presence_tests::release::windows::{Compression, Package};
use presence_tests::release::{OLDER, VERSION};
use presence_tests::stage::until;

use crate::stage::{RUN, Stage};

/// Where the MSI puts the program.
const FOLDER: &str = r"C:\Program Files\Presence Tray";
const UNINSTALL: &str = r"Software\Microsoft\Windows\CurrentVersion\Uninstall";

#[test]
fn the_installer_takes_no_rights_holds_the_status_through_an_upgrade_and_leaves_nothing() {
    let mut stage = Stage::with_shell("installer", Options::default()).unwrap();
    let home = stage.user();
    let folder = home.join("AppData/Local/Programs/Presence Tray");
    let user = home.file_name().unwrap().to_str().unwrap().to_owned();
    let here = format!(r"C:\users\{user}\AppData\Local\Programs\Presence Tray");
    let install = |stage: &Stage, version: &str| {
        let setup = format!("setup-{version}.exe");
        made(&stage.windows.drive(), Package::Setup, version, &setup);
        stage.windows.succeed(&format!(r"C:\{setup}"), &["/S"]).unwrap();
        is_listed(stage, "HKCU", version);
    };
    install(&stage, OLDER);
    assert!(shortcut(&stage).is_file());

    held_through(&mut stage, &here, "by the installer, for you alone", |stage| {
        install(stage, VERSION)
    });

    let mut scanner = scan(&stage, &format!(r"{here}\presence-tray.exe"));
    // Without words, it keeps the person's own.
    stage.windows.succeed(&format!(r"{here}\uninstall.exe"), &["/S"]).unwrap();
    until("the end of the removal", || !folder.exists())
        .unwrap_or_else(|_| panic!("{:?}", names(&folder)));
    assert!(scanner.wait().unwrap().success());
    stage.wait_for_end().unwrap();
    assert_eq!(stage.shown(), None, "the session outlives the program");
    is_gone(&stage, "HKCU");
}

#[test]
fn the_msi_is_installed_without_a_word_holds_the_status_through_an_upgrade_and_leaves_nothing() {
    let mut stage = Stage::with_shell("msi", Options::default()).unwrap();
    let folder = stage.windows.drive().join("Program Files/Presence Tray");
    // The stage's own copy.
    fs::remove_dir_all(&folder).unwrap();
    let policies = stage.windows.drive().join("ProgramData/presence-tray");
    let msiexec = |stage: &Stage, verb: &str, version: &str| {
        let msi = format!(r"C:\{version}.msi");
        stage.windows.succeed("msiexec", &[verb, &msi, "/qn"]).unwrap();
    };
    let install = |stage: &Stage, version: &str| {
        made(&stage.windows.drive(), Package::Msi, version, &format!("{version}.msi"));
        msiexec(stage, "/i", version);
        is_listed(stage, "HKLM", version);
    };
    install(&stage, OLDER);
    assert!(shortcut(&stage).is_file());
    assert!(policies.is_dir());

    held_through(&mut stage, FOLDER, "by the MSI, for everybody on this computer", |stage| {
        install(stage, VERSION)
    });

    leave(&mut stage);
    msiexec(&stage, "/x", VERSION);
    assert!(!folder.exists(), "{:?}", names(&folder));
    assert!(!policies.exists());
    is_gone(&stage, "HKLM");
}

#[test]
fn the_archive_works_where_it_is_unpacked() {
    let mut stage = Stage::with_shell("archive", Options::default()).unwrap();
    let archive = made(&stage.windows.drive(), Package::Zip, VERSION, "presence-tray.zip");
    let folder = stage.windows.drive().join("Für Zoë");
    let unpacked = Command::new("unzip").arg("-q").arg(archive).arg("-d").arg(&folder).status();
    assert!(unpacked.unwrap().success());

    hold(&mut stage, r"C:\Für Zoë\presence-tray", "unpacked from the .zip");

    leave(&mut stage);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_installer_and_the_archive_are_the_same_bytes_of_the_same_programs() {
    let parent = std::env::temp_dir().join(format!("pt-bytes-{}", std::process::id()));
    for package in [Package::Setup, Package::Zip] {
        let [one, other] = ["one", "other"].map(|folder| {
            let file = made(&parent.join(folder), package, VERSION, "package.file");
            // Archives count in steps of two seconds.
            std::thread::sleep(Duration::from_secs(2));
            fs::read(file).unwrap()
        });
        assert!(one == other, "{package:?}");
        fs::remove_dir_all(&parent).unwrap();
    }
}

/// Signs in with the program in the folder `here`, which says where it is `from`, and holds a status while the program
/// is upgraded.
fn held_through(stage: &mut Stage, here: &str, from: &str, upgrade: impl FnOnce(&Stage)) {
    hold(stage, here, from);
    let set = stage.cloud.with(|_, now| now);

    upgrade(stage);

    assert_eq!(stage.status().unwrap()["wanted"], "presenting");
    let lapses = stage.cloud.lapses(MEGAN, set);
    assert!(lapses.is_empty(), "{lapses:?}\n{}", stage.log());
    // The new program speaks to the old one, and takes over from it.
    stage.succeed(&["set", "away"]).unwrap();
    stage.succeed(&["quit"]).unwrap();
    stage.wait_for_end().unwrap();
    stage.start().unwrap();
    stage.wait_until_shown("away").unwrap();
    let start = format!("\"{here}\\presence-tray.exe\" run --hidden");
    assert!(starts(stage).contains(&start), "{}", starts(stage));
}

/// Signs in with the program in the folder `here`, which says where it is `from`, lets it start at log-in, and sets a
/// status.
fn hold(stage: &mut Stage, here: &str, from: &str) {
    stage.program_at = format!(r"{here}\presence-tray.exe");
    stage.start().unwrap();
    stage.sign_in().unwrap();
    stage.succeed(&["config", "set", "autostart", "true"]).unwrap();
    stage.succeed(&["set", "presenting"]).unwrap();
    stage.wait_until_shown("presenting").unwrap();
    let told = stage.run(&["doctor"]).unwrap().stdout;
    let told = String::from_utf8_lossy(&told);
    assert!(told.contains(&format!("ok       installation   {from};")), "{told}");
}

/// Lets the program start at log-in no more, and quits it.
fn leave(stage: &mut Stage) {
    stage.succeed(&["config", "set", "autostart", "false"]).unwrap();
    stage.succeed(&["quit"]).unwrap();
    stage.wait_for_end().unwrap();
    assert_eq!(stage.shown(), None);
    assert!(!starts(stage).contains("Presence Tray"), "{}", starts(stage));
}

/// Another program that has the file open for some seconds, so that nobody can delete it.
fn scan(stage: &Stage, file: &str) -> Child {
    let mut scanner = stage.windows.command(r"C:\person.exe", &["scan", file]);
    let mut scanner = scanner.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(scanner.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line.trim(), "held");
    scanner
}

/// It is among the installed programs under `root`, once.
fn is_listed(stage: &Stage, root: &str, version: &str) {
    let entries = stage.windows.values(&format!(r"{root}\{UNINSTALL}")).unwrap();
    let ours = entries.matches("DisplayName    REG_SZ    Presence Tray").count();
    assert_eq!(ours, 1, "{entries}");
    assert!(entries.contains(&format!("DisplayVersion    REG_SZ    {version}")), "{entries}");
}

/// What installing brought is gone, and the person's own is not.
fn is_gone(stage: &Stage, root: &str) {
    let entries = stage.windows.values(&format!(r"{root}\{UNINSTALL}")).unwrap();
    assert!(!entries.contains("Presence Tray"), "{entries}");
    assert!(!shortcut(stage).exists());
    assert!(!starts(stage).contains("Presence Tray"), "{}", starts(stage));
    assert!(stage.configuration_folder().join("config.toml").is_file());
}

/// In the start menu.
fn shortcut(stage: &Stage) -> PathBuf {
    let menu = "AppData/Roaming/Microsoft/Windows/Start Menu/Programs";
    stage.user().join(menu).join("Presence Tray.lnk")
}

/// A package of the programs that were built for tests.
fn made(folder: &Path, package: Package, version: &str, name: &str) -> PathBuf {
    let file = folder.join(name);
    let programs = programs(Target::Windows).unwrap();
    package.make(&programs, version, Compression::Quick, &file).unwrap();
    file
}

fn starts(stage: &Stage) -> String {
    stage.windows.values(&format!(r"HKCU\{RUN}")).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().filter_map(Result::ok);
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}
