//! One run over all programs, in turns; refuses to judge what comes of it.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;
use presence_tests::bench::{Gauges, Passed, Programs, Rest, Subject, build};
use presence_tests::packages::{self, Consent, Group};
use serde::Serialize;

use crate::core::Core;
use crate::opening::Opening;
use crate::{core, day, opening, report};

/// What a click chooses in turns.
const LABELS: [&str; 2] = ["Available", "Away"];
/// Until the dust of a start, or of a click, has settled.
const SETTLED: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(200);
/// From one click of a program to its next: ours makes two calls for each, and 16 a minute.
const TURN: Duration = Duration::from_secs(8);
/// Longer than any of the clients keeps a connection that is not used.
const IDLE: Duration = Duration::from_secs(2 * 60);

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    Whole,
    Quick,
}

impl Length {
    fn of<T>(self, whole: T, quick: T) -> T {
        match self {
            Length::Whole => whole,
            Length::Quick => quick,
        }
    }
}

/// All that was measured, in the order of [`Programs::ALL`] where it is of each program.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    pub(crate) programs: BTreeMap<&'static str, OfProgram>,
    /// From a line on its stdin to the first byte of a bare POST, warm, milliseconds.
    pub(crate) post: Vec<f64>,
    /// `presence-tray set` by the running program, as a process, milliseconds.
    pub(crate) set: Vec<f64>,
    /// `presence-tray --version`, milliseconds.
    pub(crate) version: Vec<f64>,
    /// `curl` with the same request, milliseconds.
    pub(crate) curl: Vec<f64>,
    pub(crate) day: day::Day,
    pub(crate) opening: Opening,
    pub(crate) core: Core,
    /// Bytes of the program, and of its window.
    pub(crate) sizes: [u64; 2],
}

/// What was measured of one program. Times are milliseconds.
#[derive(Debug, Default, Serialize)]
pub(crate) struct OfProgram {
    /// From its start to its item in the tray.
    pub(crate) item: Vec<f64>,
    /// From its start to the first request for the status that was wanted before.
    pub(crate) resumed: Vec<f64>,
    /// From a click to the request, when it has just been used.
    pub(crate) click: Vec<f64>,
    /// The same when it has not been used for two minutes.
    pub(crate) first_click: Vec<f64>,
    pub(crate) started: Option<Gauges>,
    pub(crate) used: Option<Gauges>,
    /// Wake-ups in the minute after use.
    pub(crate) after_use: f64,
    /// Wake-ups a minute at rest, and ticks of a hundredth of a second in all.
    pub(crate) rest: (f64, u64),
    pub(crate) passed: Passed,
}

/// Measures everything and writes the report.
pub(crate) fn measure(length: Length, consent: Consent) -> Result<()> {
    let groups = [Group::BuildWindow, Group::Desktop, Group::Rivals];
    packages::ensure(&groups, consent)?;
    let built = build(true)?;
    let mut subjects = Vec::new();
    for program in Programs::ALL {
        subjects.push(Subject::new(program, &built)?);
    }
    let mut found: Vec<OfProgram> = subjects.iter().map(|_| OfProgram::default()).collect();

    for round in 0..length.of(15, 4) {
        eprintln!("start {round}");
        in_turns(round, &mut subjects, &mut found, |subject, found| {
            let (start, item) = subject.start()?;
            found.item.push(item.as_secs_f64() * 1_000.0);
            if subject.program == Programs::Ours {
                let resumed = subject.tap.wish_after(start, SETTLED)?;
                found.resumed.push((resumed - start).as_secs_f64() * 1_000.0);
            }
            sleep(PAUSE);
            subject.stop()
        })?;
    }

    for subject in &mut subjects {
        subject.start()?;
    }
    sleep(SETTLED);
    for (subject, found) in subjects.iter_mut().zip(&mut found) {
        found.started = Some(Gauges::of(subject.process()?)?);
    }
    let mut bare = subjects[0].post()?;
    let mut post = Vec::new();
    for round in 0..length.of(40, 10) {
        let turn = Instant::now();
        in_turns(round, &mut subjects, &mut found, |subject, found| {
            found.click.push(subject.click(LABELS[round % 2])?);
            sleep(PAUSE);
            Ok(())
        })?;
        let start = bare()?;
        let came = subjects[0].tap.wish_after(start, SETTLED)?;
        post.push((came - start).as_secs_f64() * 1_000.0);
        sleep(TURN.saturating_sub(turn.elapsed()));
    }
    drop(bare);
    // Away was the last: the longest lease, so that what renews is told from what wakes up for nothing.
    let mut rests = rests(&mut subjects)?;
    sleep(length.of(Duration::from_secs(60), SETTLED));
    for (rest, found) in rests.into_iter().zip(&mut found) {
        found.after_use = rest.end()?.0;
    }
    for (subject, found) in subjects.iter_mut().zip(&mut found) {
        found.used = Some(Gauges::of(subject.process()?)?);
    }
    rests = self::rests(&mut subjects)?;
    eprintln!("at rest");
    sleep(length.of(Duration::from_secs(10 * 60), Duration::from_secs(60)));
    for (rest, found) in rests.into_iter().zip(&mut found) {
        found.rest = rest.end()?;
    }
    for round in 0..length.of(4, 1) {
        eprintln!("idle {round}");
        // Rest was idle, too.
        sleep(if round == 0 { length.of(Duration::ZERO, IDLE) } else { IDLE });
        in_turns(round, &mut subjects, &mut found, |subject, found| {
            found.first_click.push(subject.click(LABELS[round % 2])?);
            Ok(())
        })?;
    }

    let (mut set, mut version, mut curl) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..length.of(15, 5) {
        let subject = &subjects[0];
        set.push(subject.run(&["set", ["available", "away"][round % 2]])?);
        sleep(length.of(TURN, PAUSE));
        version.push(subject.run(&["--version"])?);
        curl.push(subject.curl()?);
    }
    for (subject, found) in subjects.iter().zip(&mut found) {
        found.passed = subject.tap.passed();
    }
    drop(subjects);

    let day = day::live()?;
    let opening = opening::measure(length.of(20, 4), consent)?;
    let size = |name| anyhow::Ok(built.ours.join(name).metadata()?.len());
    let sizes = [size("presence-tray")?, size("presence-tray-window")?];
    let core = core::measure()?;
    let keys = Programs::ALL.map(Programs::key);
    let programs = keys.into_iter().zip(found).collect();
    let measured = Measured { programs, post, set, version, curl, day, opening, core, sizes };
    report::write(&measured, length)
}

/// Only ours, from a click to the request, beside a bare POST.
pub(crate) fn clicks(count: usize, consent: Consent) -> Result<()> {
    packages::ensure(&[Group::Desktop], consent)?;
    let built = build(false)?;
    let mut ours = Subject::new(Programs::Ours, &built)?;
    ours.start()?;
    let mut post = ours.post()?;
    let (mut click, mut bare) = (Vec::new(), Vec::new());
    for round in 0..count {
        click.push(ours.click(LABELS[round % 2])?);
        sleep(PAUSE);
        let start = post()?;
        bare.push((ours.tap.wish_after(start, SETTLED)? - start).as_secs_f64() * 1_000.0);
        sleep(TURN);
    }
    println!("click to request, ms: {}", report::spread(&click, 2));
    println!("bare POST, ms:        {}", report::spread(&bare, 2));
    println!("{:?}", Gauges::of(ours.process()?)?);
    Ok(())
}

/// Each program once, and another one first each time.
fn in_turns(
    round: usize,
    subjects: &mut [Subject],
    found: &mut [OfProgram],
    mut measure: impl FnMut(&mut Subject, &mut OfProgram) -> Result<()>,
) -> Result<()> {
    for step in 0..subjects.len() {
        let at = (round + step) % subjects.len();
        measure(&mut subjects[at], &mut found[at])?;
    }
    Ok(())
}

fn rests(subjects: &mut [Subject]) -> Result<Vec<Rest>> {
    subjects.iter_mut().map(|subject| Rest::begin(subject.process()?)).collect()
}
