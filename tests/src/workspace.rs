//! Runs cargo on this workspace for `cargo demo` and `cargo verify`, its progress in sight; refuses to hide
//! what it prints.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it shows on the terminal what it runs"
)]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// The tests that a cargo command ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those that passed.
    pub passed: u64,
    /// Those that failed.
    pub failed: u64,
}

impl std::ops::Add for Tally {
    type Output = Tally;

    fn add(self, more: Tally) -> Tally {
        Tally { passed: self.passed + more.passed, failed: self.failed + more.failed }
    }
}

/// The root of the workspace that this program was built from.
///
/// # Errors
/// When it is not there any more.
pub fn root() -> Result<PathBuf> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the tests lie in the workspace")?;
    ensure!(root.join("Cargo.toml").is_file(), "the workspace is no longer at {}", root.display());
    Ok(root.to_owned())
}

/// The folder that this program was built to, such as `target/debug`.
///
/// # Errors
/// When the system does not say where this program is.
pub fn built_to() -> Result<PathBuf> {
    let this = std::env::current_exe()?;
    Ok(this.parent().context("a program lies in a folder")?.to_owned())
}

/// The folder of the judges that `cargo verify judges` installs, and of what they write.
///
/// # Errors
/// As [`root()`], or when it cannot be made.
pub fn judges() -> Result<PathBuf> {
    let folder = root()?.join("target/judges");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// A cargo command on this workspace.
///
/// # Errors
/// As [`root()`].
pub fn cargo(arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()?).args(arguments);
    forget_our_package(&mut command);
    Ok(command)
}

/// The same on a copy of this workspace in `folder`, with target folders of its own.
///
/// # Errors
/// As [`root()`].
pub fn cargo_in(folder: &Path, arguments: &[&str]) -> Result<Command> {
    let mut command = cargo(arguments)?;
    command.current_dir(folder).env_remove("CARGO_TARGET_DIR");
    Ok(command)
}

/// What the manifests of this workspace say.
///
/// # Errors
/// When cargo cannot read them.
pub fn metadata() -> Result<Value> {
    let mut metadata = cargo(&["metadata", "--no-deps", "--format-version", "1"])?;
    let output = metadata.output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Takes away what the cargo that runs us says of our own package: build scripts that look at it would run anew.
pub fn forget_our_package(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
}

/// Runs cargo with these arguments, its output on this terminal.
///
/// # Errors
/// When it fails.
pub fn run(arguments: &[&str]) -> Result<()> {
    run_command(cargo(arguments)?)
}

/// Runs a command, its output on this terminal.
///
/// # Errors
/// When it fails.
pub fn run_command(mut command: Command) -> Result<()> {
    let line = line(&command);
    eprintln!("\n$ {line}");
    let status = command.stdin(Stdio::null()).status();
    let status = status.with_context(|| format!("cannot start {line}"))?;
    ensure!(status.success(), "{line} ended with {status}");
    Ok(())
}

/// Runs a `cargo test` and counts its tests.
///
/// # Errors
/// When cargo cannot be started, or fails without a failing test (it did not compile, a test program crashed).
pub fn test(arguments: &[&str]) -> Result<Tally> {
    test_command(cargo(arguments)?)
}

/// Runs a command that is a `cargo test` and counts its tests.
///
/// # Errors
/// As [`test()`].
pub fn test_command(mut command: Command) -> Result<Tally> {
    let line = line(&command);
    eprintln!("\n$ {line}");
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().context("stdout is piped")?;
    let mut tally = Tally::default();
    for said in BufReader::new(output).lines() {
        let said = said?;
        println!("{said}");
        let (passed, failed) = counts(&said).unwrap_or_default();
        tally.passed += passed;
        tally.failed += failed;
    }
    let status = child.wait()?;
    ensure!(status.success() || tally.failed > 0, "{line} ended with {status}");
    Ok(tally)
}

/// What a person would type for `command`.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let program = match program.to_string_lossy().as_ref() {
        // It takes its own name once more, as cargo passes it.
        "cargo-clippy" => "cargo".to_owned(),
        name => name.to_owned(),
    };
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    [program].into_iter().chain(arguments).collect::<Vec<_>>().join(" ")
}

/// Reads `test result: ok. 12 passed; 0 failed; …`.
fn counts(line: &str) -> Option<(u64, u64)> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut parts = counts.split("; ");
    let passed = parts.next()?.strip_suffix(" passed")?.parse().ok()?;
    let failed = parts.next()?.strip_suffix(" failed")?.parse().ok()?;
    Some((passed, failed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_of_a_test_program_is_counted() {
        let line =
            "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(counts(line), Some((12, 3)));
        assert_eq!(counts("test a ... ok"), None);
    }
}
