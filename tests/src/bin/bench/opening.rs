//! Measures how long the window takes until it can be used, beside an empty window of Tauri's; and what it takes; refuses to judge it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use presence_tests::bench::{Gauges, Spread};
use presence_tests::cloud::Pick;
use presence_tests::desktop::Desktop;
use presence_tests::packages::{self, Consent, Group};
use presence_tests::stage::{Bend, BentDoor, LIMIT, Stage, until};
use presence_tests::workspace::{built_to, run};
use serde::Serialize;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ChangeWindowAttributesAux, ConnectionExt, EventMask};
use x11rb::rust_connection::RustConnection;

use crate::report::spread;

/// Narrower ones are the toolkit's own.
const NARROWEST: u16 = 300;
/// So that what is left of the one before does not slow down the next.
const REST: Duration = Duration::from_millis(500);
/// Until a window that was opened or closed has nothing more to do.
const SETTLED: Duration = Duration::from_secs(3);

/// How the window opens. Times are milliseconds, until it is on the screen and its page can be used.
#[derive(Debug, Serialize)]
pub(crate) struct Opening {
    /// Ours, showing what holds.
    pub(crate) ours: Vec<f64>,
    /// An empty one of Tauri's.
    pub(crate) empty: Vec<f64>,
    /// What ours and its helpers take together while it is open, megabytes.
    pub(crate) memory: f64,
    /// Processes that are left when it was closed.
    pub(crate) left: usize,
}

impl Opening {
    /// Prints it.
    pub(crate) fn tell(&self) {
        println!(
            "from the start of the process until the page answers, ms: median (lowest to highest)"
        );
        println!("the window, showing what holds:   {}", spread(&self.ours, 0));
        println!("an empty window of Tauri's:       {}", spread(&self.empty, 0));
        if let Some(ratio) = Spread::of_ratios(&self.ours, &self.empty) {
            println!("ratio, pair by pair:              {ratio:.2}");
        }
    }
}

/// Opens both in turns, `rounds` times after a first one that warms up.
pub(crate) fn measure(rounds: usize, consent: Consent) -> Result<Opening> {
    packages::ensure(&[Group::BuildWindow, Group::Desktop], consent)?;
    let build = ["build", "--locked", "--release"];
    run(&[&build[..], &["-p", "presence-tray"]].concat())?;
    let window = ["-p", "presence-tray-window", "--bins", "--example", "empty"];
    run(&[&build[..], &window, &["--features", "custom-protocol,empty"]].concat())?;
    let built = built_to()?.with_file_name("release");

    let mut stage = Stage::new(Desktop::builder("opening"))?;
    stage.search_nothing();
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
    let (memory, left) = while_open(&stage, &built)?;
    Ok(Opening { ours, empty, memory, left })
}

/// What the window and its helpers take, and how many of these are left when it is closed.
fn while_open(stage: &Stage, built: &Path) -> Result<(f64, usize)> {
    let mapped = next_window(stage)?;
    let window = dressed(stage, &built.join("presence-tray-window"));
    let window = stage.desktop.spawn("window", window)?;
    mapped.recv_timeout(LIMIT)?;
    sleep(SETTLED);
    let all = family(window.id())?;
    let mut memory = 0.0;
    for process in &all {
        memory += Gauges::of(*process)?.pss;
    }
    drop(window);
    sleep(SETTLED);
    let left = all.iter().filter(|id| Path::new(&format!("/proc/{id}")).exists()).count();
    Ok((memory, left))
}

/// A process and what it started, directly or not.
fn family(first: u32) -> Result<Vec<u32>> {
    let mut all = vec![first];
    let mut at = 0;
    while let Some(parent) = all.get(at) {
        let children = std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children"))?;
        all.extend(children.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
        at += 1;
    }
    Ok(all)
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
    command.env_remove("PRESENCE_TRAY_LOG");
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
