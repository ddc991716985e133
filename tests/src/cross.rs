//! Owns compiling for other systems from Debian: a toolchain whose standard library comes as source. Refuses the
//! person's own toolchain, which may have no library for them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::workspace;

const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const CLIPPY: &str = "/usr/bin/cargo-clippy";
/// Makes empty outputs: what follows `-o`, and the archive that `ar` is given.
const HOLLOW_TOOL: &str = r#"#!/bin/sh
for word in "$@"; do
    [ "$last" = -o ] && : > "$word"
    case "$word" in *.a) : > "$word" ;; esac
    last=$word
done
"#;
const BUILD_STD: &str = "-Zbuild-std=std,panic_unwind,panic_abort";

/// A system to compile for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Windows on x86-64, linked by MinGW.
    Windows,
    /// macOS on Apple silicon, checked but not linked.
    MacOs,
}

impl Target {
    /// The compiler's name for it.
    pub fn triple(self) -> &'static str {
        match self {
            Target::Windows => "x86_64-pc-windows-gnu",
            Target::MacOs => "aarch64-apple-darwin",
        }
    }
}

/// Where a build for `target` puts its files: a folder beside those of the other profiles.
///
/// # Errors
/// When the system does not say where this program is.
pub fn folder(target: Target) -> Result<PathBuf> {
    let this = std::env::current_exe()?;
    let is_profile = |folder: &&Path| folder.ends_with("debug") || folder.ends_with("release");
    let profile = this.ancestors().find(is_profile).context("cargo built this program")?;
    Ok(profile.parent().context("a profile lies in a folder")?.join(name(target)))
}

/// The name of that folder.
pub fn name(target: Target) -> &'static str {
    match target {
        Target::Windows => "windows",
        Target::MacOs => "macos",
    }
}

/// Where the programs built for `target` are.
///
/// # Errors
/// As [`folder`].
pub fn programs(target: Target) -> Result<PathBuf> {
    Ok(folder(target)?.join(target.triple()).join("debug"))
}

/// `cargo clippy` for `target`, its warnings errors.
///
/// # Errors
/// When the toolchain is not installed.
pub fn clippy(target: Target, arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(CLIPPY);
    dress(&mut command, target)?;
    command.args(["clippy", "--locked", BUILD_STD, "--target", target.triple()]);
    command.args(arguments).args(["--", "-D", "warnings"]);
    Ok(command)
}

/// `cargo <verb>` for `target`.
///
/// # Errors
/// When the toolchain is not installed.
pub fn cargo(target: Target, verb: &str, arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(CARGO);
    dress(&mut command, target)?;
    command.args([verb, "--locked", BUILD_STD, "--target", target.triple()]).args(arguments);
    Ok(command)
}

fn dress(command: &mut Command, target: Target) -> Result<()> {
    command
        .current_dir(workspace::root()?)
        .env("RUSTC", RUSTC)
        .env("CARGO", CARGO)
        // Where rustup is, its stand-ins come first.
        .env("PATH", "/usr/bin:/bin")
        // Building a standard library is behind the gate for unstable things.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("__CARGO_TESTS_ONLY_SRC_ROOT", library()?)
        .env("CARGO_TARGET_DIR", folder(target)?)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("RUSTC_WRAPPER")
        .env_remove("RUSTFLAGS");
    if target == Target::MacOs {
        let tool = hollow_tool(&folder(target)?)?;
        for name in ["CC", "CXX", "AR"] {
            command.env(format!("{name}_{}", target.triple().replace('-', "_")), &tool);
        }
    }
    workspace::forget_our_package(command);
    Ok(())
}

/// Stands in for the C compiler and the archiver of a system whose headers are not here: a check reads no objects.
fn hollow_tool(folder: &Path) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let path = folder.join("hollow-tool");
    fs::write(&path, HOLLOW_TOOL)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    Ok(path)
}

/// The standard library's source.
fn library() -> Result<PathBuf> {
    let told = Command::new(RUSTC).arg("--version").output().context(RUSTC)?;
    let told = String::from_utf8(told.stdout)?;
    let version = told.split(' ').nth(1).context("rustc tells its version")?;
    let library = PathBuf::from(format!("/usr/src/rustc-{version}/library"));
    ensure!(library.is_dir(), "{} is missing; rust-web-src brings it", library.display());
    Ok(library)
}
