//! A day of the program in two minutes, on a build that obeys the clock of the tests; refuses to measure time.

use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;
use presence_tests::bench::{Built, Gauges, Passed, Programs, Subject};
use presence_tests::cloud::MEGAN;
use presence_tests::workspace::{built_to, run};
use serde::Serialize;

/// How many times as fast as the wall the clocks run.
const RATE: f64 = 720.0;
/// How long each status is held.
const HELD: Duration = Duration::from_secs(24 * 3_600 / 5);
/// Until a status holds.
const SETTLED: Duration = Duration::from_secs(1);
/// As optimised as a release, with the clock of a debug build.
const PROFILE: &str = "day";

/// What a day takes.
#[derive(Debug, Serialize)]
pub(crate) struct Day {
    pub(crate) morning: Gauges,
    pub(crate) evening: Gauges,
    pub(crate) held: Vec<Held>,
    /// How often the session lapsed, seen at the service.
    pub(crate) lapses: usize,
}

/// What holding one status takes.
#[derive(Debug, Serialize)]
pub(crate) struct Held {
    pub(crate) status: &'static str,
    pub(crate) hours: f64,
    pub(crate) passed: Passed,
    /// Requests of all kinds.
    pub(crate) calls: usize,
}

pub(crate) fn live() -> Result<Day> {
    run(&["build", "--locked", "--profile", PROFILE, "-p", "presence-tray"])?;
    let built = Built::of(built_to()?.with_file_name(PROFILE));
    let mut subject = Subject::at_rate(Programs::Ours, &built, RATE)?;
    subject.start()?;
    sleep(SETTLED * 5);
    let morning = Gauges::of(subject.process()?)?;
    let calls = |subject: &Subject| subject.stage.cloud.with(|cloud, _| cloud.seen().len());
    let (mut held, mut lapses) = (Vec::new(), 0);
    for status in ["available", "in-a-call", "in-a-conference-call", "away", "presenting"] {
        subject.run(&["set", status])?;
        sleep(SETTLED);
        let (before, called) = (subject.tap.passed(), calls(&subject));
        let from = subject.stage.cloud.with(|_, now| now);
        sleep(HELD.div_f64(RATE));
        let until = subject.stage.cloud.with(|_, now| now);
        lapses += subject.stage.cloud.lapses(MEGAN, from).len();
        held.push(Held {
            status,
            hours: (until - from) as f64 / 3_600_000.0,
            passed: subject.tap.passed().since(before),
            calls: calls(&subject) - called,
        });
    }
    Ok(Day { morning, evening: Gauges::of(subject.process()?)?, held, lapses })
}
