//! Owns what is verified for macOS: lint. Refuses to link or run, for which there is nothing here.

use anyhow::Result;
use presence_tests::cross::{Target, clippy};
use presence_tests::packages::{self, Consent, Group};
use presence_tests::workspace::run_command;

pub(crate) fn verify(consent: Consent) -> Result<()> {
    packages::ensure(&[Group::Cross], consent)?;
    run_command(clippy(Target::MacOs, &["--workspace", "--all-targets"])?)
}
