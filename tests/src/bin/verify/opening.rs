//! Measures how long the window takes until it can be used, beside an empty window of Tauri's; refuses to judge it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use presence_tests::cloud::Pick;
use presence_tests::desktop::Desktop;
use presence_tests::packages::{self, Consent, Group};
use presence_tests::stage::{Bend, BentDoor, LIMIT, Stage, until};
use presence_tests::workspace::{built_to, run};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ChangeWindowAttributesAux, ConnectionExt, EventMask};
use x11rb::rust_connection::RustConnection;

/// Narrower ones are the toolkit's own.
const NARROWEST: u16 = 300;
/// So that what is left of the one before does not slow down the next.
const REST: Duration = Duration::from_millis(500);

/// Opens both in turns, `rounds` times after a first one that warms up.
pub(crate) fn measure(rounds: usize, consent: Consent) -> Result<()> {
    packages::ensure(&[Group::BuildWindow, Group::Desktop], consent)?;
    let build = ["build", "--locked", "--release"];
    run(&[&build[..], &["-p", "presence-tray"]].concat())?;
    let window = ["-p", "presence-tray-window", "--bins", "--example", "empty"];
    run(&[&build[..], &window, &["--features", "custom-protocol,empty"]].concat())?;
    let built = built_to()?.with_file_name("release");

    let stage = Stage::new(Desktop::builder("opening"))?;
    let mut resident = dressed(&stage, &built.join("presence-tray"));
    resident.args(["run", "--hidden"]);
    let _resident = stage.desktop.spawn("presence-tray", resident)?;
    until("the resident's door", || stage.has_resident())?;
    let mut sign_in = dressed(&stage, &built.join("presence-tray"));
    let mut signing_in = sign_in.arg("sign-in").stderr(Stdio::null()).spawn()?;
    stage.browse(Pick::Megan)?;
    ensure!(signing_in.wait()?.success(), "not signed in");
    let door = stage.bend_door(Bend::Straight)?;

    let (mut ours, mut empty) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let (one, other) = if round % 2 == 0 {
            let one = open_ours(&stage, &built, &door)?;
            (one, open_empty(&stage, &built)?)
        } else {
            let other = open_empty(&stage, &built)?;
            (open_ours(&stage, &built, &door)?, other)
        };
        if round > 0 {
            ours.push(one.as_secs_f64() * 1000.0);
            empty.push(other.as_secs_f64() * 1000.0);
        }
    }
    let ratios: Vec<f64> = ours.iter().zip(&empty).map(|(ours, empty)| ours / empty).collect();
    println!(
        "{rounds} pairs: from the start of the process until the page answers (median, lowest to highest)"
    );
    tell("the window, showing what holds, ms", ours, 0);
    tell("an empty window of Tauri's, loaded, ms", empty, 0);
    tell("ratio, pair by pair", ratios, 2);
    Ok(())
}

/// Until the window is there and its page has shown the first snapshot, after which it asks for a look.
fn open_ours(stage: &Stage, built: &Path, door: &BentDoor) -> Result<Duration> {
    let mapped = next_window(stage)?;
    let start = Instant::now();
    let window = dressed(stage, &built.join("presence-tray-window"));
    let window = stage.desktop.spawn("window", window)?;
    let mut shown = None;
    until("the page", || {
        shown = door.last_look().filter(|look| *look > start);
        shown.is_some()
    })
    .with_context(|| window.log())?;
    let mapped = mapped.recv_timeout(LIMIT)?;
    drop(window);
    sleep(REST);
    Ok(shown.context("it came")?.max(mapped) - start)
}

/// Until the window is there and its page is loaded.
fn open_empty(stage: &Stage, built: &Path) -> Result<Duration> {
    let mapped = next_window(stage)?;
    let start = Instant::now();
    // As our window does.
    let mut window = stage.desktop.command(built.join("examples/empty"));
    window.env("GDK_GL", "disable");
    let (window, line) = stage.desktop.spawn_until_first_line("empty", window)?;
    let loaded = Instant::now();
    if line.trim() != "loaded" {
        bail!("the empty window says {line}");
    }
    let mapped = mapped.recv_timeout(LIMIT)?;
    drop(window);
    sleep(REST);
    Ok(loaded.max(mapped) - start)
}

fn dressed(stage: &Stage, program: &Path) -> Command {
    let mut command = stage.desktop.command(program);
    stage.dress(&mut command);
    command
}

/// When the next window comes to be seen.
fn next_window(stage: &Stage) -> Result<Receiver<Instant>> {
    let (display, screen) = RustConnection::connect(stage.desktop.var("DISPLAY"))?;
    let root = display.setup().roots[screen].root;
    let events = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
    display.change_window_attributes(root, &events)?.check()?;
    let (mapped, seen) = channel();
    std::thread::spawn(move || {
        while let Ok(event) = display.wait_for_event() {
            let Event::MapNotify(event) = event else { continue };
            let now = Instant::now();
            let geometry = display.get_geometry(event.window).map(|it| it.reply());
            if geometry.is_ok_and(|it| it.is_ok_and(|it| it.width >= NARROWEST)) {
                return mapped.send(now).is_ok();
            }
        }
        false
    });
    Ok(seen)
}

fn tell(what: &str, mut values: Vec<f64>, digits: usize) {
    values.sort_by(f64::total_cmp);
    let (Some(lowest), Some(highest)) = (values.first(), values.last()) else { return };
    let median = values[values.len() / 2];
    println!("{what:<40} {median:.digits$} ({lowest:.digits$} to {highest:.digits$})");
}
