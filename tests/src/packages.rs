//! Installs the system packages and the tools that building and testing need; refuses to guess where there is no
//! apt-get, and to install what a person at the terminal has not agreed to.

#![allow(clippy::print_stderr, reason = "it asks the person at the terminal")]

use std::io::{self, IsTerminal};
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
    /// A browser to be driven: it shows the window's page without the window, and signs in.
    Browser,
    /// A toolchain that can build for other systems.
    Cross,
    /// What the programs are built and run with that are measured beside this one.
    Rivals,
    /// What installs the judges of sign-in and Graph, beside Node.js.
    Judges,
    /// What judges and installs the packages for Linux.
    Packages,
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
                "locales",
                "man-db",
                "openbox",
                "python3",
                "webkit2gtk-driver",
                "xdotool",
                "xdg-utils",
                "xfce4-panel",
                "xfconf",
                "xvfb",
                "zsh",
            ],
            Group::Browser => &["chromium", "chromium-driver"],
            Group::Cross => &["cargo-web", "clang", "rust-web-clippy", "rust-web-src", "rustc-web"],
            Group::Rivals => &[
                "curl",
                "gir1.2-ayatanaappindicator3-0.1",
                "libayatana-appindicator3-1",
                "python3-cryptography",
                "python3-gi",
                "python3-jwt",
                "python3-six",
                "python3-venv",
            ],
            Group::Judges => &["python3-venv"],
            Group::Packages => &[
                "appstream",
                "debootstrap",
                "desktop-file-utils",
                "lintian",
                "makepkg",
                "rpm",
                "shellcheck",
            ],
            Group::Windows => &[
                "binutils-mingw-w64-x86-64",
                "dbus",
                "gcc-mingw-w64-x86-64-posix",
                "g++-mingw-w64-x86-64-posix",
                "imagemagick",
                "mingw-w64-x86-64-dev",
                "msitools",
                "nsis",
                "unzip",
                "wine",
                "wine64",
                "wixl",
                "xdotool",
                "xvfb",
                "zip",
            ],
        }
    }
}

/// Whether packages are installed without a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// The person at the terminal is asked.
    Ask,
    /// `--yes`, `CI=true`, or nobody is there to be asked.
    Given,
}

impl Consent {
    /// Takes `--yes` out of the arguments of a command.
    pub fn take(arguments: &mut Vec<String>) -> Consent {
        let count = arguments.len();
        arguments.retain(|argument| argument != "--yes");
        let is_given = arguments.len() < count
            || std::env::var_os("CI").is_some_and(|value| value == "true")
            || !io::stdin().is_terminal();
        if is_given { Consent::Given } else { Consent::Ask }
    }
}

/// Installs the packages of `groups` that are missing, after showing the commands. One quick look when all are there.
/// Windows and macOS bring what these packages bring.
///
/// # Errors
/// Without `apt-get` when something may be missing, without the right to install, when the person declines, or when
/// installing fails; the message names the packages or the commands.
pub fn ensure(groups: &[Group], consent: Consent) -> Result<()> {
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
    let (is_root, has_sudo) = (is_root(), runs("sudo"));
    let commands = commands(if is_root { &[] } else { &["sudo"] }, &missing);
    let lines = commands.each_ref().map(|command| command.join(" "));
    let by_hand = lines.join(" && ");
    ensure!(
        is_root || has_sudo,
        "Installing packages takes an administrator. Please have this run: {by_hand}"
    );
    eprintln!("{} system packages are missing. To install them:", missing.len());
    for line in &lines {
        eprintln!("$ {line}");
    }
    if consent == Consent::Ask {
        eprint!("Run this now? [y/N] ");
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        ensure!(agrees(&answer), "The packages are not installed. To install them, run: {by_hand}");
    }
    for command in &commands {
        let status = Command::new(command[0]).args(&command[1..]).status();
        let status = status.with_context(|| format!("{} could not be run", command[0]))?;
        ensure!(status.success(), "apt-get failed ({status}). To see why, run: {by_hand}");
    }
    Ok(())
}

/// What installs `packages`; `sudo` passes no environment on, so that `env` sets it.
fn commands<'a>(as_root: &[&'a str], packages: &[&'a str]) -> [Vec<&'a str>; 2] {
    // What updates a system by itself may be at work, and ends.
    let patient = ["--option", "DPkg::Lock::Timeout=300"];
    let apt_get = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"];
    let apt_get = [as_root, &apt_get, &patient].concat();
    let install = ["install", "--yes", "--no-install-recommends"];
    [[&apt_get[..], &["update"]].concat(), [&apt_get[..], &install, packages].concat()]
}

fn agrees(answer: &str) -> bool {
    ["y", "yes"].contains(&answer.trim().to_lowercase().as_str())
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

    #[test]
    fn what_is_shown_is_what_is_run() {
        let [update, install] = commands(&["sudo"], &["dbus", "xvfb"]).map(|words| words.join(" "));
        let apt_get = "sudo env DEBIAN_FRONTEND=noninteractive apt-get --quiet --option DPkg::Lock::Timeout=300";
        assert_eq!(update, format!("{apt_get} update"));
        assert_eq!(install, format!("{apt_get} install --yes --no-install-recommends dbus xvfb"));
    }

    #[test]
    fn only_a_yes_agrees() {
        assert!(["y\n", "Y\n", " yes\n"].into_iter().all(agrees));
        assert!(!["", "\n", "n\n", "yarn\n"].into_iter().any(agrees));
    }

    #[test]
    fn yes_is_taken_from_the_arguments() {
        let mut arguments = vec!["windows".to_owned(), "--yes".to_owned()];
        assert_eq!(Consent::take(&mut arguments), Consent::Given);
        assert_eq!(arguments, ["windows"]);
    }
}
