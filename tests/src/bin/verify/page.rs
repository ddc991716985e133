//! Owns what is verified of the window's page by itself, in a browser without a resident; refuses what takes the window.

use std::process::Command;

use anyhow::Result;
use presence_tests::packages::{self, Consent, Group};
use presence_tests::workspace::{root, run_command};

/// Types, axe-core, every width, the content security policy and a flood of snapshots.
pub(crate) fn verify(consent: Consent) -> Result<()> {
    run(
        consent,
        &[&["npm", "ci"], &["npm", "exec", "--", "tsc", "-p", "."], &["node", "check.mjs"]],
    )
}

/// Draws `docs/icons.png`.
pub(crate) fn draw_icons(consent: Consent) -> Result<()> {
    run(consent, &[&["npm", "ci"], &["node", "icons.mjs"]])
}

fn run(consent: Consent, commands: &[&[&str]]) -> Result<()> {
    packages::ensure(&[Group::Browser], consent)?;
    for command in commands {
        let mut run = Command::new(command[0]);
        run.args(&command[1..]).current_dir(root()?.join("tests/page"));
        run_command(run)?;
    }
    Ok(())
}
