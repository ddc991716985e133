//! What Linux says of a process; refuses to know which one it is.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::Serialize;

use crate::desktop::switches;

/// What a process takes at one moment.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Gauges {
    /// Its share of the memory (`Pss` of proc(5)), megabytes.
    pub pss: f64,
    /// What it alone has, megabytes.
    pub private: f64,
    /// Threads.
    pub threads: usize,
    /// Open files.
    pub files: usize,
}

impl Gauges {
    /// Reads them.
    ///
    /// # Errors
    /// When there is no such process, or it is somebody else's.
    pub fn of(process: u32) -> Result<Gauges> {
        let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
        let megabytes = |name: &str| {
            let line = rollup.lines().find(|line| line.starts_with(name));
            let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
            kilobytes.map(|kilobytes: f64| kilobytes / 1024.0).with_context(|| name.to_owned())
        };
        let count =
            |what: &str| anyhow::Ok(fs::read_dir(format!("/proc/{process}/{what}"))?.count());
        Ok(Gauges {
            pss: megabytes("Pss:")?,
            private: megabytes("Private_Clean:")? + megabytes("Private_Dirty:")?,
            threads: count("task")?,
            files: count("fd")?,
        })
    }
}

/// How a process is watched while it has nothing to do.
#[derive(Clone, Copy, Debug)]
pub struct Rest {
    process: u32,
    from: Instant,
    switches: u64,
    ticks: u64,
}

impl Rest {
    /// Begins to watch.
    ///
    /// # Errors
    /// As [`Gauges::of`].
    pub fn begin(process: u32) -> Result<Rest> {
        let (switches, ticks) = (switches(process), ticks(process)?);
        Ok(Rest { process, from: Instant::now(), switches, ticks })
    }

    /// How often it woke up a minute since then, and how many ticks of a hundredth of a second it took in all.
    ///
    /// # Errors
    /// As [`Gauges::of`].
    pub fn end(self) -> Result<(f64, u64)> {
        let minutes = self.from.elapsed().div_duration_f64(Duration::from_secs(60));
        let woken = switches(self.process).saturating_sub(self.switches);
        Ok((woken as f64 / minutes, ticks(self.process)?.saturating_sub(self.ticks)))
    }
}

/// `utime` and `stime`, which stand 12th and 13th after the name in brackets.
fn ticks(process: u32) -> Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, fields) = stat.rsplit_once(')').context("a name in brackets")?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut next = || fields.next().and_then(|ticks| ticks.parse::<u64>().ok());
    Ok(next().context("utime")? + next().context("stime")?)
}
