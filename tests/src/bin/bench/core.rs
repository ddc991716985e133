//! What a step of the core costs, and how many days are simulated in a second; refuses to time it by itself where a
//! library does.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use presence_tests::workspace::{built_to, run};
use serde::Serialize;

/// How many months are lived, of 28 days each.
const LIVES: u32 = 400;

#[derive(Debug, Serialize)]
pub(crate) struct Core {
    /// The median of each kind of step, microseconds.
    pub(crate) steps: Vec<(String, f64)>,
    /// Simulated days a second and processor.
    pub(crate) days: f64,
}

pub(crate) fn measure() -> Result<Core> {
    let packages = ["-p", "presence-core", "-p", "presence-tray"];
    let benches = ["--bench", "steps", "--bench", "menu"];
    run(&[&["bench", "--locked"][..], &packages, &benches].concat())?;
    let mut steps = Vec::new();
    for entry in fs::read_dir(built_to()?.with_file_name("criterion"))? {
        let entry = entry?;
        let Ok(estimates) = fs::read(entry.path().join("new/estimates.json")) else { continue };
        let estimates: serde_json::Value = serde_json::from_slice(&estimates)?;
        let nanoseconds = estimates["median"]["point_estimate"].as_f64().context("a median")?;
        steps.push((entry.file_name().to_string_lossy().into_owned(), nanoseconds / 1e3));
    }
    steps.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(Core { steps, days: days()? })
}

fn days() -> Result<f64> {
    let package = ["-p", "presence-simulation", "--bin", "simulate"];
    run(&[&["build", "--locked", "--profile", "simulation"][..], &package].concat())?;
    let mut simulate = Command::new(built_to()?.with_file_name("simulation").join("simulate"));
    simulate.args(["lives", &LIVES.to_string()]).stdout(Stdio::null());
    let processors = std::thread::available_parallelism()?.get() as f64;
    let start = Instant::now();
    ensure!(simulate.status()?.success(), "a promise is broken: cargo simulate lives {LIVES}");
    Ok(f64::from(LIVES) * 28.0 / start.elapsed().as_secs_f64() / processors)
}
