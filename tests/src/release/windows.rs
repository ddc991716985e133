//! Makes the packages for Windows, all of the same parts; refuses to sign them.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use super::{Maker, PROGRAMS, VERSION, files, name_of};
use crate::cross::{self, Target, cargo};
use crate::packages::{self, Consent, Group};
use crate::workspace::run_command;

pub mod policy;
mod winget;

/// A package for Windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Package {
    /// The installer for one person, who need not be an administrator.
    Setup,
    /// The one for everybody on a computer, which only an administrator installs.
    Msi,
    /// The archive, to be unpacked anywhere.
    Zip,
}

/// How cargo builds what consoles wait with.
const CONSOLE: &[&str] = &["--release", "-p", "presence-tray-console"];

/// How a package is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// As small as it gets.
    Small,
    /// In seconds, for a test.
    Quick,
}

/// Builds both programs and makes every package of them, in `folder`.
pub(super) fn make(maker: &Maker, folder: &Path, consent: Consent) -> Result<()> {
    packages::ensure(&[Group::Cross, Group::Windows], consent)?;
    for program in PROGRAMS.into_iter().chain([CONSOLE]) {
        let mut build = cargo(Target::Windows, "build", program)?;
        maker.leave_out_where_and_when(&mut build);
        run_command(build)?;
    }
    let built = cross::folder(Target::Windows)?.join(Target::Windows.triple()).join("release");
    fs::create_dir_all(folder)?;
    for package in Package::ALL {
        package.make(&built, VERSION, Compression::Small, &folder.join(package.file()))?;
    }
    policies(maker, folder)?;
    winget::make(folder)
}

/// The archive of the templates of group policy, to be unpacked into a folder `PolicyDefinitions`.
fn policies(maker: &Maker, folder: &Path) -> Result<()> {
    let parts = folder.join("policy");
    policy::make(&parts)?;
    let date = date(maker)?;
    for name in policy::FILES {
        File::options().append(true).open(parts.join(name))?.set_modified(date)?;
    }
    let archive = folder.join(format!("presence-tray-{VERSION}-windows-policy.zip"));
    let mut zip = zip_in(&parts, Compression::Small, &archive);
    zip.args(policy::FILES);
    run_command(zip)?;
    Ok(fs::remove_dir_all(parts)?)
}

impl Package {
    /// Every one.
    pub const ALL: [Package; 3] = [Package::Setup, Package::Msi, Package::Zip];

    /// The name of its file.
    fn file(self) -> String {
        let end = match self {
            Package::Setup => "-setup.exe",
            Package::Msi => ".msi",
            Package::Zip => ".zip",
        };
        format!("presence-tray-{VERSION}-windows-{}{end}", std::env::consts::ARCH)
    }

    /// Makes the one of `version`, of the programs in the folder `programs`, as the file `package`.
    ///
    /// # Errors
    /// When the program that makes it is not installed, or refuses; when the window was never built.
    pub fn make(
        self,
        programs: &Path,
        version: &str,
        compression: Compression,
        package: &Path,
    ) -> Result<()> {
        let maker = Maker::new()?;
        let parts = package.with_extension("");
        self.gather(&maker, programs, &parts)?;
        match self {
            Package::Setup => run_command(makensis(&maker, version, compression, &parts, package)),
            Package::Msi => run_command(wixl(&maker, version, &parts, package))
                .and_then(|()| run_command(lock_policy(&maker, package))),
            Package::Zip => run_command(zip(compression, &parts, package)?),
        }
        .with_context(|| format!("{} was not made", package.display()))?;
        Ok(fs::remove_dir_all(parts)?)
    }

    /// Gathers in the folder `parts` what the package brings, all of it as old as the commit.
    fn gather(self, maker: &Maker, programs: &Path, parts: &Path) -> Result<()> {
        fs::create_dir_all(parts)?;
        let sources = [
            programs.join("presence-tray.exe"),
            programs.join("presence-tray-window.exe"),
            programs.join("WebView2Loader.dll"),
            written(maker).join("licences.json"),
            maker.root.join("LICENSE-APACHE"),
            maker.root.join("LICENSE-MIT"),
        ];
        let (mark, icon) = match self {
            Package::Setup => ("setup", None),
            Package::Msi => ("msi", Some(icon(maker))),
            Package::Zip => ("zip", None),
        };
        for source in sources.into_iter().chain(icon) {
            let name = source.file_name().context("a file has a name")?;
            fs::copy(&source, parts.join(name)).with_context(|| source.display().to_string())?;
        }
        // Cargo gives no program this ending.
        fs::copy(programs.join("presence-tray-console.exe"), parts.join("presence-tray.com"))?;
        fs::write(parts.join("installed-by"), format!("{mark}\n"))?;
        let date = date(maker)?;
        for part in files(parts)? {
            fs::set_permissions(&part, Permissions::from_mode(0o644))?;
            File::options().append(true).open(&part)?.set_modified(date)?;
        }
        Ok(())
    }
}

fn makensis(
    maker: &Maker,
    version: &str,
    compression: Compression,
    parts: &Path,
    setup: &Path,
) -> Command {
    let define = |name: &str, value: &Path| format!("-D{name}={}", value.display());
    let compressor = match compression {
        Compression::Small => "-XSetCompressor /SOLID lzma",
        Compression::Quick => "-XSetCompressor zlib",
    };
    let mut makensis = Command::new("makensis");
    makensis
        .args(["-V2", compressor, &format!("-DVERSION={version}")])
        .arg(define("PARTS", parts))
        .arg(define("ICON", &icon(maker)))
        .arg(define("OUT", setup))
        .arg(source(maker, "installer.nsi"));
    makensis
}

fn wixl(maker: &Maker, version: &str, parts: &Path, msi: &Path) -> Command {
    let mut wixl = Command::new("wixl");
    // It takes no absolute paths.
    wixl.current_dir(parts).args(["-a", "x64", "-D", &format!("VERSION={version}"), "-o"]);
    wixl.arg(msi).arg(source(maker, "machine.wxs"));
    wixl
}

/// Lets only administrators write into the folder of the policy: Windows lets everybody write below `%ProgramData%`.
fn lock_policy(maker: &Maker, msi: &Path) -> Command {
    let mut msibuild = Command::new("msibuild");
    msibuild.arg(msi).arg("-i").arg(source(maker, "MsiLockPermissionsEx.idt"));
    msibuild
}

fn zip(compression: Compression, parts: &Path, archive: &Path) -> Result<Command> {
    let mut zip = zip_in(parts.parent().unwrap_or(parts), compression, archive);
    let folder = PathBuf::from(name_of(parts));
    zip.args(files(parts)?.iter().map(|part| folder.join(name_of(part))));
    Ok(zip)
}

/// A command that archives what is named after it, in `folder`.
fn zip_in(folder: &Path, compression: Compression, archive: &Path) -> Command {
    let level = match compression {
        Compression::Small => "-9",
        Compression::Quick => "-1",
    };
    let mut zip = Command::new("zip");
    // An archive has the time of whoever made it, and no zone.
    zip.current_dir(folder).env("TZ", "UTC").args(["-q", "-X", level]).arg(archive);
    zip
}

fn date(maker: &Maker) -> Result<SystemTime> {
    Ok(UNIX_EPOCH + Duration::from_secs(maker.date.try_into()?))
}

/// What building the window wrote.
fn written(maker: &Maker) -> PathBuf {
    maker.root.join("src-tauri/gen")
}

fn icon(maker: &Maker) -> PathBuf {
    written(maker).join("icons/icon.ico")
}

fn source(maker: &Maker, name: &str) -> PathBuf {
    maker.root.join("src-tauri/packaging/windows").join(name)
}
