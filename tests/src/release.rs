//! Makes the packages that `cargo packages` is for, those for Linux the same bytes from the same commit wherever it
//! lies; refuses to put them anywhere but into `target/packages`.

#![allow(clippy::print_stdout, reason = "it says what it made")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use chrono::DateTime;
use presence_host::{Bound, Key, Value};
use sha2::{Digest, Sha256};

use crate::packages::{self, Consent, Group};
use crate::workspace::{self, run_command};

pub mod macos;
pub mod sbom;
pub mod windows;

/// The version of every package.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// A version that is older than every other one.
pub const OLDER: &str = "0.0.1";

const CARGO_DEB: &str = "3.8.0";
const CARGO_GENERATE_RPM: &str = "0.21.1";
const MAINTAINER: &str = "The Presence Tray contributors <maintainers@presence-tray.example>";

/// A package and the folder of the crate whose `Cargo.toml` says what is in it.
const CRATES: [(&str, &str); 2] =
    [("presence-tray", "src-tauri/tray"), ("presence-tray-window", "src-tauri")];

/// How cargo builds each program: by itself, so that neither gets features of a library that only the other wants.
const PROGRAMS: [&[&str]; 2] = [
    &["--release", "-p", "presence-tray"],
    &[
        "--release",
        "-p",
        "presence-tray-window",
        "--features",
        "presence-tray-window/custom-protocol",
    ],
];

/// The packages of `version` for Debian and Ubuntu: the tray program, and the window.
///
/// # Errors
/// When one was not made.
pub fn debs(version: &str) -> Result<[PathBuf; 2]> {
    pair(version, "_", ".deb")
}

/// The packages of `version` for Fedora and openSUSE: the tray program, and the window.
///
/// # Errors
/// When one was not made.
pub fn rpms(version: &str) -> Result<[PathBuf; 2]> {
    pair(version, "-", ".rpm")
}

/// The archive that takes no package manager.
///
/// # Errors
/// When the system does not say where this program is.
pub fn archive() -> Result<PathBuf> {
    let name = format!("presence-tray-{VERSION}-linux-{}.tar.gz", std::env::consts::ARCH);
    Ok(made(VERSION)?.join(name))
}

/// A system that packages are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// `.deb`, `.rpm` and an archive.
    Linux,
    /// An installer for one person, one for a computer, and an archive.
    Windows,
}

/// Builds both programs for each of `systems` and makes every package of them, with checksums; also the configuration
/// profile for macOS, which takes no build.
///
/// # Errors
/// Outside a clone that knows its commit, or when a step fails.
pub fn make(systems: &[System], consent: Consent) -> Result<()> {
    let maker = Maker::new()?;
    let folder = made(VERSION)?;
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    for system in systems {
        match system {
            System::Linux => {
                packages::ensure(&[Group::BuildWindow], consent)?;
                maker.build()?;
                maker.packages(VERSION)?;
                maker.archive()?;
            }
            System::Windows => windows::make(&maker, &folder, consent)?,
        }
        sbom::write(*system, &folder, maker.date)?;
    }
    macos::make(&folder)?;
    let sums = sums(&folder)?;
    fs::write(folder.join("SHA256SUMS"), &sums)?;
    println!("\nIn {}:\n{sums}", folder.display());
    Ok(())
}

/// The same programs once more, as if they were of version [`OLDER`].
///
/// # Errors
/// When they are not built, or a step fails.
pub fn make_older() -> Result<()> {
    Maker::new()?.packages(OLDER)
}

fn made(version: &str) -> Result<PathBuf> {
    Ok(folder()?.join("made").join(version))
}

/// Where everything about packages lies.
///
/// # Errors
/// When the system does not say where this program is.
pub(crate) fn folder() -> Result<PathBuf> {
    let this = std::env::current_exe()?;
    let target = workspace::root()?.join("target");
    // A target folder elsewhere is known by the mark that cargo leaves in it.
    let marked = this.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    Ok(marked.unwrap_or(&target).join("packages"))
}

/// Where the tools lie that are built for this repository alone.
///
/// # Errors
/// When the system does not say where this program is.
pub fn tools() -> Result<PathBuf> {
    Ok(folder()?.join("tools"))
}

/// What goes into packages as it is, from the root.
const DATED: [&str; 5] = [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "icons/app.svg",
    "src-tauri/gen",
    "src-tauri/packaging/linux",
];

struct Maker {
    root: PathBuf,
    folder: PathBuf,
    /// Seconds since 1970.
    date: i64,
}

impl Maker {
    fn new() -> Result<Maker> {
        let root = workspace::root()?;
        let mut git = Command::new("git");
        git.current_dir(&root).args(["log", "-1", "--format=%ct"]);
        let date = said(git).context("the date of the packages is the commit's")?;
        Ok(Maker { root, folder: folder()?, date: date.trim().parse()? })
    }

    fn build(&self) -> Result<()> {
        for program in PROGRAMS {
            let mut build = self.cargo("cargo");
            build.args(["build", "--locked"]).args(program);
            run_command(build)?;
        }
        Ok(())
    }

    /// Gives what goes into packages as it is the date of the commit. In an `.rpm`, a file that is older keeps its own.
    fn date_sources(&self) -> Result<()> {
        let mut find = Command::new("find");
        find.current_dir(&self.root).args(DATED).args(["-type", "f", "-exec", "touch"]);
        find.arg(format!("--date=@{}", self.date)).args(["{}", "+"]);
        run_command(find)
    }

    fn packages(&self, version: &str) -> Result<()> {
        self.date_sources()?;
        let made = made(version)?;
        fs::create_dir_all(&made)?;
        let tools = tools()?;
        let cargo_deb = packages::ensure_tool(&tools, "cargo-deb", CARGO_DEB)?;
        let cargo_rpm = packages::ensure_tool(&tools, "cargo-generate-rpm", CARGO_GENERATE_RPM)?;
        for (name, folder) in CRATES {
            self.changelog(name, version)?;
            let mut deb = self.cargo(&cargo_deb);
            deb.args(["--no-build", "--locked", "--no-strip", "-p", name]);
            deb.args(["--deb-version", &format!("{version}-1"), "--output"]).arg(&made);
            run_command(deb)?;
            let mut rpm = self.cargo(&cargo_rpm);
            rpm.args(["-p", folder, "--payload-compress", "xz", "--auto-req", "builtin"]);
            rpm.args(["-s", &format!("version = \"{version}\"")]);
            rpm.arg("--target-dir").arg(self.target()).arg("--output").arg(&made);
            run_command(rpm)?;
        }
        Ok(())
    }

    /// Debian's own, which says no more than which version it is.
    fn changelog(&self, name: &str, version: &str) -> Result<()> {
        let folder = self.root.join("target/packages/changelog");
        fs::create_dir_all(&folder)?;
        let date = DateTime::from_timestamp(self.date, 0).context("a commit has a date")?;
        let text = format!(
            "{name} ({version}-1) unstable; urgency=medium\n\n  * Version {version}.\n\n -- {MAINTAINER}  {}\n",
            date.to_rfc2822()
        );
        Ok(fs::write(folder.join(name), text)?)
    }

    /// What the packages install, and a script that does it for one person without root.
    fn archive(&self) -> Result<()> {
        let archive = archive()?;
        let name = name_of(&archive);
        let name = name.trim_end_matches(".tar.gz");
        let parts = self.folder.join("portable");
        if parts.exists() {
            fs::remove_dir_all(&parts)?;
        }
        let tree = parts.join(name);
        fs::create_dir_all(&tree)?;
        for deb in debs(VERSION)? {
            let mut unpack = Command::new("dpkg-deb");
            unpack.arg("--extract").arg(deb).arg(&tree);
            run_command(unpack)?;
        }
        fs::copy(self.root.join("src-tauri/packaging/linux/install.sh"), tree.join("install.sh"))?;
        fs::write(tree.join("usr/share/presence-tray/installed-by"), "archive\n")?;
        for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
            fs::copy(self.root.join(licence), tree.join(licence))?;
        }
        let mut tar = Command::new("tar");
        tar.arg("--directory").arg(&parts).args(["--create", "--sort=name", "--format=gnu"]);
        tar.args(["--owner=0", "--group=0", "--numeric-owner", "--mode=go=rX,u+rw"]);
        tar.arg(format!("--mtime=@{}", self.date)).args(["--use-compress-program=gzip -n -9"]);
        tar.arg("--file").arg(&archive).arg(name);
        run_command(tar)
    }

    fn target(&self) -> PathBuf {
        self.folder.join("build")
    }

    /// A program that builds from this workspace.
    fn cargo(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("CARGO_TARGET_DIR", self.target());
        self.leave_out_where_and_when(&mut command);
        workspace::forget_our_package(&mut command);
        command
    }

    /// Has nothing in what `command` makes of where this workspace lies, and nothing of today.
    fn leave_out_where_and_when(&self, command: &mut Command) {
        let home = std::env::home_dir().unwrap_or_default();
        let cargo =
            std::env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
        let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
        let mut flags = vec![remap(&cargo, "/cargo"), remap(&self.root, "/presence-tray")];
        if let Some(target) = self.folder.parent().filter(|it| !it.starts_with(&self.root)) {
            flags.push(remap(target, "/presence-tray/target"));
        }
        command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
        command.env("SOURCE_DATE_EPOCH", self.date.to_string());
    }
}

fn pair(version: &str, separator: &str, suffix: &str) -> Result<[PathBuf; 2]> {
    let files = files(&made(version)?)?;
    let find = |(name, _)| {
        let start = format!("{name}{separator}{version}");
        let is_it = |file: &&PathBuf| {
            let file = name_of(file);
            file.starts_with(&start) && file.ends_with(suffix)
        };
        let found = files.iter().find(is_it).cloned();
        found.with_context(|| format!("{start}…{suffix} was not made"))
    };
    let [tray, window] = CRATES.map(find);
    Ok([tray?, window?])
}

fn sums(folder: &Path) -> Result<String> {
    let mut lines = String::new();
    for file in files(folder)? {
        lines += &format!("{}  {}\n", hash_of(&file)?, name_of(&file));
    }
    Ok(lines)
}

fn hash_of(file: &Path) -> Result<String> {
    let hash = Sha256::digest(fs::read(file)?);
    Ok(hash.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut files = entries.collect::<Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// What `key` may be set to in an example: its default, or a value of its form.
pub fn sample(key: Key) -> Value {
    if let Some(default) = key.default() {
        return default;
    }
    Value::Text(match key {
        Key::Shortcut(bound) => {
            let before = Bound::ALL.iter().take_while(|it| **it != bound).count();
            format!("Ctrl+Alt+Shift+{}", before + 1)
        }
        Key::ClientId => "00000000-0000-0000-0000-000000000000".to_owned(),
        // Those of a cloud of one's own are the only others without a default.
        _ => "https://cloud.contoso.com".to_owned(),
    })
}

/// `text` as it stands in XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn said(mut command: Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output()?;
    std::io::stderr().write_all(&output.stderr)?;
    ensure!(output.status.success(), "{:?} ended with {}", command.get_program(), output.status);
    Ok(String::from_utf8(output.stdout)?)
}
