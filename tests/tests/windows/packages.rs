//! The packages as a person on Windows meets them: installed, used, upgraded while a status holds, and removed.

use std::collections::BTreeSet;
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
fn a_yes_at_the_removal_takes_settings_history_and_sign_in_and_nothing_else() {
    const REMOVAL: &str = "Presence Tray Uninstall";
    let mut stage = Stage::with_shell("removal", Options::default()).unwrap();
    let person = |stage: &Stage, words: &[&str]| stage.windows.succeed(r"C:\person.exe", words);
    let home = stage.user();
    let before = files(&home);
    made(&stage.windows.drive(), Package::Setup, VERSION, "setup.exe");
    stage.windows.succeed(r"C:\setup.exe", &["/S"]).unwrap();
    let user = home.file_name().unwrap().to_str().unwrap();
    let here = format!(r"C:\users\{user}\AppData\Local\Programs\Presence Tray");
    hold(&mut stage, &here, "by the installer, for you alone");
    // What the window's browser engine would leave.
    let engine = home.join("AppData/Local/app.presence-tray/EBWebView");
    fs::create_dir_all(&engine).unwrap();
    fs::write(engine.join("Local State"), "{}").unwrap();
    let kept = [
        "AppData/Local/Programs/Presence Tray/of the person.txt",
        "AppData/Local/presence-tray.bak/wish.json",
        "AppData/Roaming/presence-tray.bak/config.toml",
    ];
    for file in kept.map(|file| home.join(file)) {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "kept").unwrap();
    }
    person(&stage, &["keep", "another program", "megan@contoso.com"]).unwrap();
    assert!(person(&stage, &["credentials"]).unwrap().contains("presence-tray"));
    assert!(home.join("AppData/Local/presence-tray/history.jsonl").is_file());

    let removal = stage.windows.command(&format!(r"{here}\uninstall.exe"), &[]);
    let _removal = stage.windows.spawn("removal", removal).unwrap();
    stage.press(REMOVAL, "&Uninstall").unwrap();
    stage.read_box(REMOVAL, "&Yes").unwrap();
    stage.keep_picture("6-removal").unwrap();
    stage.press(REMOVAL, "&Yes").unwrap();

    stage.wait_for_end().unwrap();
    let entry = format!(r"HKCU\{UNINSTALL}\app.presence-tray");
    until("the end of the removal", || stage.windows.values(&entry).unwrap().is_empty()).unwrap();
    assert_eq!(stage.shown(), None, "the session outlives the program");
    let credentials = person(&stage, &["credentials"]).unwrap();
    let names: Vec<_> = credentials.lines().filter_map(|line| line.split('\t').next()).collect();
    assert_eq!(names, ["another program"]);
    is_uninstalled(&stage, "HKCU");
    let settings = "AppData/Roaming/presence-tray/config.toml";
    let expected = before.into_iter().filter(|file| file != settings);
    let expected: BTreeSet<_> = expected.chain(kept.map(str::to_owned)).collect();
    let after = files(&home);
    assert_eq!(after, expected);
    assert!(!stage.configuration_folder().exists());
    assert!(!home.join("AppData/Local/presence-tray").exists());
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
    is_uninstalled(stage, root);
    assert!(stage.configuration_folder().join("config.toml").is_file());
}

/// What installing brought is gone.
fn is_uninstalled(stage: &Stage, root: &str) {
    let entries = stage.windows.values(&format!(r"{root}\{UNINSTALL}")).unwrap();
    assert!(!entries.contains("Presence Tray"), "{entries}");
    assert!(!shortcut(stage).exists());
    assert!(!starts(stage).contains("Presence Tray"), "{}", starts(stage));
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

/// All files below `folder`, but for those that are for a moment only.
fn files(folder: &Path) -> BTreeSet<String> {
    let (mut found, mut folders) = (BTreeSet::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for path in fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            let is_folder = path.symlink_metadata().unwrap().is_dir();
            match path.strip_prefix(folder).unwrap().to_str().unwrap() {
                "AppData/Local/Temp" | "Temp" => {}
                _ if is_folder => folders.push(path),
                name => drop(found.insert(name.to_owned())),
            }
        }
    }
    found
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().filter_map(Result::ok);
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}
