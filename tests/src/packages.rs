//! Brings the system packages and the tools that building and testing need; refuses to guess where there is no apt-get.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

/// System packages that serve one purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What compiling the window needs.
    BuildWindow,
    /// What a private desktop session needs.
    Desktop,
    /// A toolchain that can build for other systems.
    Cross,
    /// What linking for Windows, and running what was linked, need.
    Windows,
}

impl Group {
    /// The Debian and Ubuntu names of the packages.
    pub fn packages(self) -> &'static [&'static str] {
        match self {
            Group::BuildWindow => &["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev"],
            Group::Desktop => &[
                "adwaita-icon-theme",
                "dbus",
                "dex",
                "dunst",
                "fish",
                "fonts-dejavu-core",
                "gnome-keyring",
                "imagemagick",
                "iproute2",
                "libglib2.0-bin",
                "libsecret-tools",
                "man-db",
                "openbox",
                "webkit2gtk-driver",
                "xdotool",
                "xdg-utils",
                "xfce4-panel",
                "xfconf",
                "xvfb",
                "zsh",
            ],
            Group::Cross => &["cargo-web", "clang", "rust-web-clippy", "rust-web-src", "rustc-web"],
            Group::Windows => &[
                "binutils-mingw-w64-x86-64",
                "dbus",
                "gcc-mingw-w64-x86-64-posix",
                "g++-mingw-w64-x86-64-posix",
                "imagemagick",
                "mingw-w64-x86-64-dev",
                "wine",
                "wine64",
                "xdotool",
                "xvfb",
            ],
        }
    }
}

/// Installs the packages of `groups` that are missing and says which. One quick look when all are there.
/// Windows and macOS bring what these packages bring.
///
/// # Errors
/// Without `apt-get` when something may be missing, without the right to install, or when installing fails;
/// the message names the packages.
pub fn ensure(groups: &[Group]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let wanted: Vec<&str> = groups.iter().flat_map(|group| group.packages()).copied().collect();
    if !runs("apt-get") || !runs("dpkg-query") {
        bail!(
            "There is no apt-get here. Please install what your system calls these packages: {}.",
            wanted.join(" ")
        );
    }
    let missing = missing(&wanted)?;
    if missing.is_empty() {
        return Ok(());
    }
    eprintln!("Installing {} missing system packages: {}.", missing.len(), missing.join(" "));
    apt_get(&["update"], &missing)?;
    let install = ["install", "--yes", "--no-install-recommends"];
    apt_get(&[&install[..], &missing[..]].concat(), &missing)
}

/// Checks that the toolchain has `cargo fmt` and `cargo clippy`.
///
/// # Errors
/// Names the missing component and the command that adds it.
pub fn ensure_components() -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        let found = Command::new("cargo").args([subcommand, "--version"]).output();
        if !found.is_ok_and(|output| output.status.success()) {
            bail!("`cargo {subcommand}` is missing. Add it with: rustup component add {component}");
        }
    }
    Ok(())
}

/// Builds this `version` of `tool` into a folder of its own in `folder` if it is not there, and says so; returns
/// the program.
///
/// # Errors
/// When cargo cannot install it.
pub fn ensure_tool(folder: &Path, tool: &str, version: &str) -> Result<PathBuf> {
    let folder = folder.join(format!("{tool}-{version}"));
    let program = folder.join("bin").join(tool);
    if !program.is_file() {
        eprintln!("Installing {tool} {version} into {}.", folder.display());
        let install = ["install", "--locked", tool, "--version", version, "--root"];
        let status = Command::new("cargo").args(install).arg(&folder).status()?;
        ensure!(status.success(), "cargo install {tool} ended with {status}");
    }
    Ok(program)
}

fn missing<'a>(wanted: &[&'a str]) -> Result<Vec<&'a str>> {
    let answer = Command::new("dpkg-query")
        .args(["--show", "--showformat", "${Package} ${db:Status-Status}\n"])
        .args(wanted)
        .env("LC_ALL", "C")
        .output()
        .context("dpkg-query could not be run")?;
    let listed = String::from_utf8_lossy(&answer.stdout);
    let installed: Vec<&str> =
        listed.lines().filter_map(|line| line.strip_suffix(" installed")).collect();
    Ok(wanted.iter().copied().filter(|package| !installed.contains(package)).collect())
}

fn apt_get(arguments: &[&str], missing: &[&str]) -> Result<()> {
    let by_hand = format!("sudo apt-get install --no-install-recommends {}", missing.join(" "));
    let mut command = if is_root() {
        Command::new("env")
    } else if runs("sudo") {
        let mut sudo = Command::new("sudo");
        sudo.arg("env");
        sudo
    } else {
        bail!("Installing packages takes an administrator. Please have this run: {by_hand}");
    };
    let status = command
        .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"])
        .args(arguments)
        .status()
        .context("apt-get could not be run")?;
    if !status.success() {
        bail!("apt-get failed ({status}). To see why, run: {by_hand}");
    }
    Ok(())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

fn runs(program: &str) -> bool {
    let quiet =
        Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    quiet.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_installed_is_missing() {
        if runs("dpkg-query") {
            assert_eq!(missing(&["dpkg", "no-such-package"]).unwrap(), ["no-such-package"]);
        }
    }
}
