//! `cargo demo`: shows the main job against the fake cloud, on this desktop or on a private one. Refuses to
//! leave anything running.

use std::process::ExitCode;

use anyhow::Result;
use presence_tests::packages::{self, Group};
use presence_tests::workspace;

#[cfg(target_os = "linux")]
mod live;
#[cfg(target_os = "linux")]
mod played;

const USAGE: &str = "Usage: cargo demo [--played]\n\n  --played  on a private desktop, played by itself, even where there is a desktop session";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
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
    match demo(on) {
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
fn demo(on: On) -> Result<()> {
    let groups: &[Group] = match on {
        On::ThisDesktop => &[Group::BuildWindow],
        On::PrivateDesktop => &[Group::BuildWindow, Group::Desktop],
    };
    packages::ensure(groups)?;
    eprintln!("Building the program and its window; the first time takes a few minutes.");
    workspace::run(&["build", "--locked", "-p", "presence-tray", "-p", "presence-tray-window"])?;
    match on {
        On::ThisDesktop => live::show(),
        On::PrivateDesktop => played::show(),
    }
}

#[cfg(not(target_os = "linux"))]
fn demo(_: On) -> Result<()> {
    let _ = (packages::ensure(&[Group::BuildWindow]), workspace::root());
    anyhow::bail!("the demo runs on Linux so far; here, start the program with cargo run")
}
