//! The packages in a bare Debian: installed, used, upgraded while a status holds, and removed. Beside them what takes
//! root to be played, too: a second user of the machine.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use presence_tests::cloud::{MEGAN, Pick, browser};
use presence_tests::desktop::{Desktop, wait_for};
use presence_tests::installed::Root;
use presence_tests::release::{OLDER, VERSION, archive, debs, rpms};
use presence_tests::stage::{Stage, until};
use presence_tests::workspace::root;
use url::Url;

#[path = "window/guide.rs"]
mod guide;

/// They are other packages' (`filesystem`, `hicolor-icon-theme`), and stay when this one goes.
const FOLDERS_OF_FEDORA: [&str; 10] = [
    "/usr/share/applications",
    "/usr/share/bash-completion/completions",
    "/usr/share/fish/vendor_completions.d",
    "/usr/share/icons/hicolor/128x128/apps",
    "/usr/share/icons/hicolor/256x256/apps",
    "/usr/share/icons/hicolor/32x32/apps",
    "/usr/share/icons/hicolor/scalable/apps",
    "/usr/share/licenses",
    "/usr/share/metainfo",
    "/usr/share/zsh/site-functions",
];

#[test]
fn the_deb_of_the_tray_needs_only_certificates_and_leaves_nothing() {
    let root = Root::new("deb").unwrap();
    let before = root.files().unwrap();
    let [older, newer] = [OLDER, VERSION].map(|version| {
        let [tray, _] = debs(version).unwrap();
        root.bring(&[tray]).unwrap().remove(0)
    });
    root.run(&["dpkg", "--install", &older]).unwrap();
    let version = || root.run(&["dpkg-query", "--show", "presence-tray"]).unwrap();
    assert!(version().contains(OLDER), "{}", version());

    let stage = held_through("deb", &root, "/usr/bin", "from the .deb package", || {
        root.run(&["dpkg", "--install", &newer]).unwrap();
        assert!(version().contains(VERSION), "{}", version());
    });

    root.run(&["dpkg", "--purge", "presence-tray"]).unwrap();
    assert_eq!(root.files().unwrap(), before);
    assert!(stage.config_file().is_file());
}

#[test]
fn the_rpm_of_the_tray_leaves_nothing() {
    let root = Root::new("rpm").unwrap();
    root.run(&[&["mkdir", "-p"][..], &FOLDERS_OF_FEDORA].concat()).unwrap();
    let before = root.files().unwrap();
    let rpm = |verb: &str, what: &str| {
        // The libraries of this root are no packages of rpm's.
        root.run_on(&["rpm", "--root"], &[verb, "--nodeps", what]).unwrap();
    };
    let [older, newer] = [OLDER, VERSION].map(|version| {
        let [tray, _] = rpms(version).unwrap();
        tray.into_os_string().into_string().unwrap()
    });
    rpm("--install", &older);

    let stage = held_through("rpm", &root, "/usr/bin", "from the .rpm package", || {
        rpm("--upgrade", &newer)
    });

    rpm("--erase", "presence-tray");
    assert_eq!(root.files().unwrap(), before);
    assert!(stage.config_file().is_file());
}

#[test]
fn the_archive_is_installed_without_root_and_leaves_nothing() {
    const HOME: &str = "/home/megan";
    let root = Root::new("archive").unwrap();
    let archive = root.bring(&[archive().unwrap()]).unwrap().remove(0);
    root.run(&["mkdir", HOME]).unwrap();
    root.run(&["tar", "--extract", "--file", &archive, "--directory", HOME]).unwrap();
    root.run(&["chown", "--recursive", "nobody", HOME]).unwrap();
    let before = root.files().unwrap();
    let install = |more: &str| {
        let line = format!("HOME={HOME} {HOME}/presence-tray-*/install.sh {more}");
        let as_nobody = ["setpriv", "--reuid=nobody", "--clear-groups", "sh", "-c", &line];
        root.run(&as_nobody).unwrap();
    };
    install("");
    let entry = "/home/megan/.local/share/applications/app.presence-tray.desktop";
    let entry = root.run(&["cat", entry]).unwrap();
    assert!(entry.contains("\nExec=\"/home/megan/.local/bin/presence-tray\"\n"), "{entry}");

    let folder = format!("{HOME}/.local/bin");
    let stage =
        held_through("archive", &root, &folder, "from the archive for Linux", || install(""));

    install("--remove");
    assert_eq!(root.files().unwrap(), before);
    assert!(stage.config_file().is_file());
}

#[test]
fn a_person_gets_from_fresh_debs_to_a_held_status() {
    let root = Root::new("window").unwrap();
    let debs = root.bring(&debs(VERSION).unwrap()).unwrap();
    let apt = ["apt-get", "--yes", "--quiet", "--no-install-recommends", "install"];
    // The latter is what every desktop has to open a browser with.
    root.run(&[&apt[..], &[&debs[0], &debs[1], "libglib2.0-bin"]].concat()).unwrap();
    let stage = Stage::new(Desktop::builder("fresh").window_manager()).unwrap();
    root.play_on(&stage, "/usr/bin").unwrap();
    let custom = stage.configuration();
    let (_, custom) = custom.split_once('\n').unwrap();
    stage.configure(custom).unwrap();

    // It starts the tray program, as from the menu of applications.
    let window = stage.open_window().unwrap();
    guide::follow(&stage, &window);

    assert_eq!(stage.agree().unwrap()["wanted"], "presenting");
    drop(window);
    stage.succeed(&["quit"]).unwrap();
    root.run(&["dpkg", "--purge", "presence-tray-window", "presence-tray"]).unwrap();
    let left = root.files().unwrap();
    let left: Vec<_> = left.iter().filter(|file| file.contains("presence-tray")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_recipe_for_arch_linux_reads_as_its_copy_says() {
    let recipe = root().unwrap().join("src-tauri/packaging/linux/aur");
    // Arrays that makepkg reads, folders that it names, and its own end at an error.
    let lint = ["--shell=bash", "--exclude=SC2034,SC2154,SC2164"];
    let lint = Command::new("shellcheck").args(lint).arg(recipe.join("PKGBUILD")).output().unwrap();
    assert!(lint.status.success(), "{}", String::from_utf8_lossy(&lint.stdout));
    // It refuses root, who may be the only one to see that folder.
    let folder = std::env::temp_dir().join(format!("pt-aur-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();
    fs::copy(recipe.join("PKGBUILD"), folder.join("PKGBUILD")).unwrap();

    let mut makepkg = Command::new("setpriv");
    makepkg.args(["--reuid=nobody", "--clear-groups", "makepkg", "--printsrcinfo"]);
    // It asks where that is, and does without.
    let read = makepkg.current_dir(&folder).env("PACMAN", "true").output().unwrap();

    fs::remove_dir_all(&folder).unwrap();
    let read = String::from_utf8(read.stdout).unwrap();
    assert_eq!(read, fs::read_to_string(recipe.join(".SRCINFO")).unwrap());
    assert!(read.contains(&format!("\tpkgver = {VERSION}\n")), "{read}");
}

#[test]
fn what_another_user_brings_to_the_redirect_is_not_heard() {
    let mut stage = Stage::new(Desktop::builder("two-users").without_display()).unwrap();
    stage.start().unwrap();
    let mut sign_in = stage.command(&["sign-in"]).unwrap().spawn().unwrap();
    let address = stage.opened_url().unwrap();
    let url = Url::parse(&address).unwrap();
    let value = |name: &str| url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
    let port = Url::parse(&value("redirect_uri")).unwrap().port().unwrap();
    let ask = format!(
        "exec 3<>/dev/tcp/127.0.0.1/{port}
         printf 'GET /?error=access_denied&state={} HTTP/1.1\\r\\n\\r\\n' >&3 && cat <&3",
        value("state")
    );

    let mut theirs = Command::new("setpriv");
    let theirs = theirs.args(["--reuid=nobody", "--clear-groups", "bash", "-c", &ask]).output();

    assert_eq!(String::from_utf8_lossy(&theirs.unwrap().stdout), "");
    wait_for(async move { browser::sign_in(&address, Pick::Megan).await }).unwrap();
    assert!(sign_in.wait().unwrap().success());
}

/// Signs in with the program in the `folder` of `root`, which says where it is `from`, and holds a status while the
/// program is upgraded.
fn held_through(
    name: &str,
    root: &Root,
    folder: &str,
    from: &str,
    upgrade: impl FnOnce(),
) -> Stage {
    let mut stage = Stage::new(Desktop::builder(name).without_display()).unwrap();
    root.play_on(&stage, folder).unwrap();
    stage.start().unwrap();
    stage.sign_in_by_address().unwrap();
    stage.succeed(&["set", "presenting"]).unwrap();
    stage.succeed(&["config", "set", "autostart", "true"]).unwrap();
    // It has no tray to be all well.
    let told = stage.run(&["doctor"]).unwrap().stdout;
    let told = String::from_utf8_lossy(&told);
    assert!(told.contains(&format!("ok       installation   {from};")), "{told}");
    let set = stage.cloud.with(|_, now| now);

    upgrade();

    assert!(stage.program().unwrap().ended().unwrap().is_none(), "{}", stage.log());
    assert_eq!(stage.agree().unwrap()["wanted"], "presenting");
    let lapses = stage.cloud.lapses(MEGAN, set);
    assert!(lapses.is_empty(), "{lapses:?}\n{}", stage.log());
    // The new program speaks to the old one, and takes over from it when that has ended.
    stage.succeed(&["set", "away"]).unwrap();
    stage.succeed(&["quit"]).unwrap();
    stage.wait_for_end().unwrap();
    stage.start().unwrap();
    until("the status", || stage.agree().is_ok_and(|it| it["session"]["status"] == "away"))
        .unwrap();
    let starts = Path::new(stage.desktop.var("XDG_CONFIG_HOME").unwrap()).join("autostart");
    for entry in fs::read_dir(starts).unwrap() {
        let entry = fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(entry.contains(&format!("\"{folder}/presence-tray\" run --hidden")), "{entry}");
    }
    stage.succeed(&["quit"]).unwrap();
    stage.wait_for_end().unwrap();
    stage
}
