//! `cargo verify`: installs what is missing, then runs every check of this repository. Refuses to go on after
//! a check that failed, except to finish counting the tests.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it speaks on the terminal")]

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use presence_tests::packages::Consent;
use presence_tests::workspace::Tally;

#[cfg(target_os = "linux")]
mod dependencies;
#[cfg(target_os = "linux")]
mod desktops;
#[cfg(target_os = "linux")]
mod fuzz;
#[cfg(target_os = "linux")]
mod here;
#[cfg(target_os = "linux")]
mod judges;
#[cfg(target_os = "linux")]
mod macos;
#[cfg(target_os = "linux")]
mod mutants;
#[cfg(target_os = "linux")]
mod packages;
#[cfg(target_os = "linux")]
mod page;
#[cfg(target_os = "linux")]
mod promises;
#[cfg(target_os = "linux")]
mod windows;

const USAGE: &str = "Usage: cargo verify [quick | --long | windows | macos | packages | page | judges | types | icons | dependencies [advisories] | desktops [NAME...] | fuzz [NAME...] | promises [NAME...] | mutants [N] [--seed S] [--shard K/PARTS]] [--yes]

           everything that this system can show
  quick    lints, unit tests, promises and 50 simulated months: what to run while working
  --long   also hold Available for 11 minutes in real time, live 100,000 simulated months, make up
           inputs for a minute a target, use all desktops, ask the judges, make the packages in two
           folders: the same bytes, judge the dependencies, and break the promises
  windows  lint and build for Windows, and run that under Wine
  macos    lint for macOS
  desktops use the program on real desktops by mouse, all of them or those named; takes root
  dependencies
           judge licences, sources and duplicates by deny.toml, or the flaws that became known, which
           takes the network
  fuzz     make up inputs for what reads those of others, a minute for each target of tests/fuzz
  promises break each promise of docs/security.md, or those whose tests are named, and see its test fail
  packages make the packages for Linux, install them into a bare Debian and use them; takes root
  page     judge the window's page: its types, accessibility and widths; takes Node.js with npm
  judges   let Microsoft's libraries use the fake cloud, and a certified OpenID provider sign the program
           in; takes Python, and Node.js with npm
  types    write the TypeScript declarations of what passes the door anew
  icons    draw the sheet of all icons in docs anew
  mutants  test the core's tests by N mutants of it (150), chosen by seed S (1), or by one part of these
  --yes    install missing system packages without a question";

/// What to verify.
enum Job {
    Here,
    HereQuickly,
    HereAtLength,
    Windows,
    MacOs,
    Packages,
    Page,
    #[cfg(target_os = "linux")]
    Judges,
    Types,
    Icons,
    #[cfg(target_os = "linux")]
    Dependencies(dependencies::Look),
    /// These, or all of them.
    #[cfg(target_os = "linux")]
    Desktops(Vec<String>),
    /// These, or all of them.
    #[cfg(target_os = "linux")]
    Fuzz(Vec<String>),
    /// These, or all of them.
    #[cfg(target_os = "linux")]
    Promises(Vec<String>),
    #[cfg(target_os = "linux")]
    Mutants(mutants::Sample),
}

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let consent = Consent::take(&mut arguments);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let ["--help" | "-h"] = arguments[..] {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let Some(job) = job(&arguments) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let start = Instant::now();
    let verified = verify(job, consent);
    eprintln!("\nTook {} s.", start.elapsed().as_secs());
    match verified {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(Tally { passed, failed: 0 })) => {
            println!("{passed} passed, 0 failed");
            ExitCode::SUCCESS
        }
        Ok(Some(Tally { passed, failed })) => {
            println!("{passed} passed, {failed} failed");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("verify: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn job(arguments: &[&str]) -> Option<Job> {
    match arguments {
        [] => Some(Job::Here),
        ["quick"] => Some(Job::HereQuickly),
        ["--long"] => Some(Job::HereAtLength),
        ["windows"] => Some(Job::Windows),
        ["macos"] => Some(Job::MacOs),
        ["packages"] => Some(Job::Packages),
        ["page"] => Some(Job::Page),
        #[cfg(target_os = "linux")]
        ["judges"] => Some(Job::Judges),
        ["types"] => Some(Job::Types),
        ["icons"] => Some(Job::Icons),
        #[cfg(target_os = "linux")]
        ["dependencies"] => Some(Job::Dependencies(dependencies::Look::Ours)),
        #[cfg(target_os = "linux")]
        ["dependencies", "advisories"] => Some(Job::Dependencies(dependencies::Look::Advisories)),
        #[cfg(target_os = "linux")]
        ["desktops", names @ ..] => Some(Job::Desktops(owned(names))),
        #[cfg(target_os = "linux")]
        ["fuzz", names @ ..] => Some(Job::Fuzz(owned(names))),
        #[cfg(target_os = "linux")]
        ["promises", names @ ..] => Some(Job::Promises(owned(names))),
        #[cfg(target_os = "linux")]
        ["mutants", sample @ ..] => mutants::Sample::parse(sample).map(Job::Mutants),
        _ => None,
    }
}

#[cfg(target_os = "linux")]
fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// Verifies, and counts the tests where there are any.
#[cfg(target_os = "linux")]
fn verify(job: Job, consent: Consent) -> Result<Option<Tally>> {
    match job {
        Job::Here => here::verify(consent).map(Some),
        Job::HereQuickly => here::verify_quickly(consent).map(Some),
        Job::HereAtLength => {
            let tally = here::verify(consent)? + here::verify_at_length()?;
            let tally = tally + desktops::verify(&[], consent)? + packages::verify(consent)?;
            let tally = tally + judges::verify(consent)?;
            packages::verify_same_bytes()?;
            fuzz::verify(&[], consent)?;
            dependencies::verify(dependencies::Look::Ours)?;
            promises::verify(&[], consent)?;
            Ok(Some(tally))
        }
        Job::Windows => windows::verify(consent).map(Some),
        Job::MacOs => macos::verify(consent).map(|()| None),
        Job::Packages => packages::verify(consent).map(Some),
        Job::Page => page::verify(consent).map(|()| None),
        Job::Judges => judges::verify(consent).map(Some),
        Job::Icons => page::draw_icons(consent).map(|()| None),
        Job::Types => presence_tests::types::write().map(|()| None),
        Job::Dependencies(look) => dependencies::verify(look).map(|()| None),
        Job::Desktops(names) => desktops::verify(&names, consent).map(Some),
        Job::Fuzz(names) => fuzz::verify(&names, consent).map(|()| None),
        Job::Promises(names) => promises::verify(&names, consent).map(|()| None),
        Job::Mutants(sample) => mutants::verify(sample).map(|()| None),
    }
}

#[cfg(not(target_os = "linux"))]
fn verify(_: Job, _: Consent) -> Result<Option<Tally>> {
    anyhow::bail!(
        "the end-to-end tests run on Linux; elsewhere, use cargo test -p presence-core -p presence-wire -p presence-host"
    )
}
