//! Runs cargo on this workspace for `cargo demo` and `cargo verify`, its progress in sight; refuses to hide
//! what it prints.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// The tests that a cargo command ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those that passed.
    pub passed: u64,
    /// Those that failed.
    pub failed: u64,
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

fn cargo(arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()?).args(arguments);
    Ok(command)
}

/// Runs cargo with these arguments, its output on this terminal.
///
/// # Errors
/// When it fails.
pub fn run(arguments: &[&str]) -> Result<()> {
    eprintln!("\n$ cargo {}", arguments.join(" "));
    let status =
        cargo(arguments)?.stdin(Stdio::null()).status().context("cargo cannot be started")?;
    ensure!(status.success(), "cargo {} ended with {status}", arguments.join(" "));
    Ok(())
}

/// Runs a `cargo test` and counts its tests.
///
/// # Errors
/// When cargo cannot be started, or fails without a failing test (it did not compile, a test program crashed).
pub fn test(arguments: &[&str]) -> Result<Tally> {
    eprintln!("\n$ cargo {}", arguments.join(" "));
    let mut child = cargo(arguments)?.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().context("stdout is piped")?;
    let mut tally = Tally::default();
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        let (passed, failed) = counts(&line).unwrap_or_default();
        tally.passed += passed;
        tally.failed += failed;
    }
    let status = child.wait()?;
    ensure!(
        status.success() || tally.failed > 0,
        "cargo {} ended with {status}",
        arguments.join(" ")
    );
    Ok(tally)
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
