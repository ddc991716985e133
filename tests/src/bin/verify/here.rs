//! Owns what is verified on the system that verifies; refuses the other systems.

use anyhow::Result;
use presence_tests::bench;
use presence_tests::packages::{self, Consent, Group};
use presence_tests::workspace::{Tally, run, test};

use crate::page;

pub(crate) fn verify(consent: Consent) -> Result<Tally> {
    packages::ensure(&[Group::BuildWindow, Group::Desktop, Group::Browser], consent)?;
    lint()?;
    document()?;
    run(&["build", "--locked", "--workspace", "--bins"])?;
    run(&["build", "--locked", "--release", "-p", "presence-tray"])?;
    let tally = test(&["test", "--locked", "--no-fail-fast", "--workspace"])?;
    simulate(&[])?;
    simulate(&["--", "fleet"])?;
    page::verify(consent)?;
    bench::hold(consent)?;
    Ok(tally)
}

/// What a contributor runs while working: no desktop, no program, no mutants.
pub(crate) fn verify_quickly(consent: Consent) -> Result<Tally> {
    packages::ensure(&[Group::BuildWindow], consent)?;
    lint()?;
    let units = ["test", "--locked", "--no-fail-fast", "--workspace", "--lib", "--bins"];
    let tally = test(&[&units[..], &["--test", "promises", "--test", "corpora"]].concat())?;
    simulate(&["--", "lives", "50"])?;
    Ok(tally)
}

fn lint() -> Result<()> {
    packages::ensure_components()?;
    run(&["fmt", "--all", "--check"])?;
    run(&["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"])
}

/// Whether every link in the documentation of what ships leads somewhere.
fn document() -> Result<()> {
    let strict = "build.rustdocflags=['-D', 'warnings']";
    let shipped = ["-p", "presence-core", "-p", "presence-wire", "-p", "presence-host"];
    run(&[&["doc", "--config", strict, "--locked", "--no-deps", "--lib"], &shipped[..]].concat())
}

/// Optimised code of its own: in a debug build these months would take as long as all other tests.
fn simulate(lives: &[&str]) -> Result<()> {
    let simulate = [
        "run",
        "--locked",
        "--profile",
        "simulation",
        "-p",
        "presence-simulation",
        "--bin",
        "simulate",
    ];
    run(&[&simulate[..], lives].concat())
}

/// Eleven minutes of real time, and 100,000 simulated months.
pub(crate) fn verify_at_length() -> Result<Tally> {
    simulate(&["--", "100000"])?;
    test(&["test", "--locked", "-p", "presence-tests", "--test", "long"])
}
