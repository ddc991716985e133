//! Owns what is verified on the system that verifies; refuses the other systems.

use anyhow::Result;
use presence_tests::packages::{self, Group};
use presence_tests::workspace::{Tally, run, test};

pub(crate) fn verify() -> Result<Tally> {
    packages::ensure(&[Group::BuildWindow, Group::Desktop])?;
    packages::ensure_components()?;
    run(&["fmt", "--all", "--check"])?;
    run(&["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    run(&["build", "--locked", "--workspace", "--bins"])?;
    run(&["build", "--locked", "--release", "-p", "presence-tray"])?;
    test(&["test", "--locked", "--no-fail-fast", "--workspace"])
}

/// Eleven minutes of real time.
pub(crate) fn verify_at_length() -> Result<Tally> {
    test(&["test", "--locked", "-p", "presence-tests", "--test", "long"])
}
