//! `cargo bench-tray`: measures this program beside what people would run instead of it and beside the least that a
//! program of its kind can be, and writes `docs/performance.md`. Refuses to leave out what does not flatter.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it speaks on the terminal")]

use std::process::ExitCode;

#[cfg(target_os = "linux")]
mod core;
#[cfg(target_os = "linux")]
mod day;
#[cfg(target_os = "linux")]
mod opening;
#[cfg(target_os = "linux")]
mod plot;
#[cfg(target_os = "linux")]
mod report;
#[cfg(target_os = "linux")]
mod run;
#[cfg(target_os = "linux")]
mod targets;

#[cfg(target_os = "linux")]
const USAGE: &str = "Usage: cargo bench-tray [quick | window [N] | clicks [N]] [--yes]

           all of it, in about half an hour; writes docs/performance.md
  quick    the same in ten minutes; writes it to the folder that it was built to
  window   how long the window takes to open, N times (20) beside an empty one of Tauri's
  clicks   only ours, N times (30), from a click to the request, beside a bare POST
  --yes    install missing system packages without a question";

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    use presence_tests::packages::Consent;

    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let consent = Consent::take(&mut arguments);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let measured = match arguments[..] {
        [] => run::measure(run::Length::Whole, consent),
        ["quick"] => run::measure(run::Length::Quick, consent),
        ["window"] => opening::measure(20, consent).map(|opening| opening.tell()),
        ["clicks"] => run::clicks(30, consent),
        [what @ ("window" | "clicks"), count] if count.parse::<usize>().is_ok() => {
            let count = count.parse().unwrap_or_default();
            match what {
                "window" => opening::measure(count, consent).map(|opening| opening.tell()),
                _ => run::clicks(count, consent),
            }
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-tray: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("It measures on Linux only.");
    ExitCode::FAILURE
}
