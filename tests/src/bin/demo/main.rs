//! `cargo demo`: shows the main job against the fake cloud, on this desktop or on a private one. Refuses to
//! leave anything running.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it speaks on the terminal")]

use std::process::ExitCode;

use anyhow::Result;
use presence_tests::packages::{self, Consent, Group};
use presence_tests::workspace;

#[cfg(target_os = "linux")]
mod live;
#[cfg(target_os = "linux")]
mod played;

const USAGE: &str = "Usage: cargo demo [--played] [--yes]

  --played  on a private desktop, played by itself, even where there is a desktop session
  --yes     install missing system packages without a question";

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let consent = Consent::take(&mut arguments);
    let on = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] if has_desktop() => On::ThisDesktop,
        [] | ["--played"] => On::PrivateDesktop,
        ["--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match demo(on, consent) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum On {
    ThisDesktop,
    PrivateDesktop,
}

/// A session that has a bus and a display can show a tray.
fn has_desktop() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    set("DBUS_SESSION_BUS_ADDRESS") && (set("DISPLAY") || set("WAYLAND_DISPLAY"))
}

#[cfg(target_os = "linux")]
fn demo(on: On, consent: Consent) -> Result<()> {
    let groups: &[Group] = match on {
        On::ThisDesktop => &[Group::BuildWindow],
        On::PrivateDesktop => &[Group::BuildWindow, Group::Desktop],
    };
    packages::ensure(groups, consent)?;
    eprintln!("Building the program and its window; the first time takes a few minutes.");
    workspace::run(&["build", "--locked", "-p", "presence-tray", "-p", "presence-tray-window"])?;
    match on {
        On::ThisDesktop => live::show(),
        On::PrivateDesktop => played::show(),
    }
}

#[cfg(not(target_os = "linux"))]
fn demo(_: On, consent: Consent) -> Result<()> {
    let _ = (packages::ensure(&[Group::BuildWindow], consent), workspace::root());
    anyhow::bail!("the demo runs on Linux so far; here, start the program with cargo run")
}
