//! Owns what is verified for macOS: lint. Refuses to link or run, for which there is nothing here.

use anyhow::Result;
use presence_tests::cross::{Target, clippy};
use presence_tests::packages::{self, Group};
use presence_tests::workspace::{Tally, run_command};

/// What runs on macOS.
const CRATES: [&str; 8] = [
    "-p",
    "presence-core",
    "-p",
    "presence-host",
    "-p",
    "presence-tray",
    "-p",
    "presence-tray-window",
];

pub(crate) fn verify() -> Result<Tally> {
    packages::ensure(&[Group::Cross])?;
    run_command(clippy(Target::MacOs, &[&CRATES[..], &["--all-targets"]].concat())?)?;
    Ok(Tally::default())
}
