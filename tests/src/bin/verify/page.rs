//! Owns what is verified of the window's page by itself, in a browser without a resident; refuses what takes the window.

use std::process::Command;

use anyhow::Result;
use presence_tests::packages::{self, Consent, Group};
use presence_tests::workspace::{root, run_command};

/// Types, axe-core, every width, the content security policy and a flood of snapshots.
pub(crate) fn verify(consent: Consent) -> Result<()> {
    packages::ensure(&[Group::Page], consent)?;
    for (tool, arguments) in
        [("npm", &["ci"][..]), ("npm", &["exec", "--", "tsc", "-p", "."]), ("node", &["check.mjs"])]
    {
        let mut command = Command::new(tool);
        command.args(arguments).current_dir(root()?.join("tests/page"));
        run_command(command)?;
    }
    Ok(())
}
