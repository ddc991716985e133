//! Proves the program on real desktops, by mouse and picture; runs only by `cargo verify desktops`. One session of a
//! desktop serves all its checks, so that this is no test program of the usual kind: it prints a line for each of them.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is the report")]

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    use presence_tests::desktops::{chosen, verify};
    use presence_tests::workspace::Tally;

    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let names = match chosen(&arguments) {
        Ok(names) => names,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let mut tally = Tally::default();
    for name in names {
        tally = tally
            + verify(name).unwrap_or_else(|error| {
                println!("  {name}: FAILED: {error:#}");
                Tally { passed: 0, failed: 1 }
            });
    }
    let word = if tally.failed == 0 { "ok" } else { "FAILED" };
    println!("\ntest result: {word}. {} passed; {} failed", tally.passed, tally.failed);
    if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("These desktops run on Linux.");
    ExitCode::FAILURE
}
