//! `cargo packages`: makes the packages into `target/packages/made`; refuses to know what is in them.

#![allow(clippy::print_stderr, reason = "it speaks on the terminal")]

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    use presence_tests::packages::Consent;
    use presence_tests::release::{self, System};

    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let consent = Consent::take(&mut arguments);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let systems: &[System] = match arguments[..] {
        [] => &[System::Linux, System::Windows],
        ["linux"] => &[System::Linux],
        ["windows"] => &[System::Windows],
        _ => {
            eprintln!("Usage: cargo packages [linux | windows] [--yes]");
            return ExitCode::from(2);
        }
    };
    match release::make(systems, consent) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("packages: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("The packages are made on Linux.");
    ExitCode::FAILURE
}
