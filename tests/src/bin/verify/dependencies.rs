//! Owns what is verified of the dependencies, by `deny.toml`; refuses to judge flaws where their list cannot be fetched.

use std::process::Command;

use anyhow::Result;
use presence_tests::packages::ensure_tool;
use presence_tests::release::tools;
use presence_tests::workspace::{root, run_command};

const CARGO_DENY: &str = "0.20.2";

/// What to look at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// Licences, sources and duplicates: what only a change of ours changes.
    Ours,
    /// The flaws that became known, which takes the network.
    Advisories,
}

pub(crate) fn verify(look: Look) -> Result<()> {
    let mut deny = Command::new(ensure_tool(&tools()?, "cargo-deny", CARGO_DENY)?);
    deny.current_dir(root()?).args(["--locked", "check"]);
    deny.args(match look {
        Look::Ours => &["licenses", "bans", "sources"][..],
        Look::Advisories => &["advisories"],
    });
    run_command(deny)
}
