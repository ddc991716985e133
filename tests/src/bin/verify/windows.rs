//! Owns what is verified for Windows: lint, build, and the tests under Wine. Refuses to claim what Wine cannot show.

use std::process::Command;

use anyhow::Result;
use presence_tests::cross::{Target, cargo, clippy};
use presence_tests::desktop::{Desktop, Keyring};
use presence_tests::packages::{self, Consent, Group};
use presence_tests::wine::Windows;
use presence_tests::workspace::{Tally, run, run_command, test, test_command};

/// What runs on Windows.
const CRATES: [&str; 12] = [
    "-p",
    "presence-core",
    "-p",
    "presence-wire",
    "-p",
    "presence-host",
    "-p",
    "presence-tray",
    "-p",
    "presence-tray-console",
    "-p",
    "presence-tray-window",
];

pub(crate) fn verify(consent: Consent) -> Result<Tally> {
    packages::ensure(&[Group::Cross, Group::Windows], consent)?;
    run(&[
        "clippy",
        "--locked",
        "-p",
        "presence-tests",
        "--test",
        "windows",
        "--",
        "-D",
        "warnings",
    ])?;
    run_command(clippy(Target::Windows, &[&CRATES[..], &["--all-targets"]].concat())?)?;
    run_command(build(&["--bins", "--tests"])?)?;
    let units = test_command(test_units(&for_units()?, &["--no-fail-fast"])?)?;
    Ok(units + test(&["test", "--locked", "-p", "presence-tests", "--test", "windows"])?)
}

/// Builds these targets of what runs on Windows.
pub(crate) fn build(targets: &[&str]) -> Result<Command> {
    cargo(Target::Windows, "build", &[&CRATES[..], targets].concat())
}

/// A Windows for the tests that lie in the crates.
pub(crate) fn for_units() -> Result<Windows> {
    Windows::start(Desktop::builder("units").without_display().keyring(Keyring::Absent))
}

/// Runs these tests there.
pub(crate) fn test_units(windows: &Windows, more: &[&str]) -> Result<Command> {
    let mut test = cargo(Target::Windows, "test", &[&CRATES[..], more].concat())?;
    test.env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", windows.runner()?);
    Ok(test)
}
