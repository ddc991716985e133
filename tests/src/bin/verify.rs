//! `cargo verify`: installs what is missing, then runs every check of this repository. Refuses to go on after
//! a check that failed, except to finish counting the tests.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail};
use presence_tests::packages::{self, Group};
use presence_tests::workspace::{Tally, run, test};

/// The simulated months of a long run.
const LIVES: &str = "20000";

const USAGE: &str = "Usage: cargo verify [--long]\n\n  --long  also hold Available for 11 minutes in real time, and live 20,000 simulated months";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let long = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--long"] => true,
        ["--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    let start = Instant::now();
    let verified = verify(long);
    eprintln!("\nTook {} s.", start.elapsed().as_secs());
    match verified {
        Ok(Tally { passed, failed: 0 }) => {
            println!("{passed} passed, 0 failed");
            ExitCode::SUCCESS
        }
        Ok(Tally { passed, failed }) => {
            println!("{passed} passed, {failed} failed");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("verify: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn verify(long: bool) -> Result<Tally> {
    if !cfg!(target_os = "linux") {
        bail!(
            "the end-to-end tests run on Linux; elsewhere, use cargo test -p presence-core -p presence-host"
        );
    }
    packages::ensure(&[Group::BuildWindow, Group::Desktop])?;
    packages::ensure_components()?;
    run(&["fmt", "--all", "--check"])?;
    run(&["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    run(&["build", "--locked", "--workspace", "--bins"])?;
    run(&["build", "--locked", "--release", "-p", "presence-tray"])?;
    let mut tally = test(&["test", "--locked", "--no-fail-fast", "--workspace"])?;
    // Optimised code of its own: in a debug build these months would take as long as all other tests.
    let simulate =
        ["run", "--locked", "--profile", "simulation", "-p", "presence-tests", "--bin", "simulate"];
    let lives = if long { &["--", LIVES][..] } else { &[] };
    run(&[&simulate[..], lives].concat())?;
    if long {
        let more = test(&["test", "--locked", "-p", "presence-tests", "--test", "long"])?;
        tally.passed += more.passed;
        tally.failed += more.failed;
    }
    Ok(tally)
}
