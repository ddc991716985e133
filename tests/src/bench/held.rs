//! What must hold of this program beside the bare parts that it is made of, in one run; refuses absolute figures.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::{Gauges, Programs, Spread, Subject, build};
use crate::packages::{self, Consent, Group};

/// How much more memory it may take than its libraries alone, signed in and used. Measured: 1.4.
const HEAVIER: f64 = 1.6;
/// How much longer it may take from a click to the request. Measured: 0.9 to 1.4.
const SLOWER: f64 = 4.0;
/// Until the dust of a start, or of a click, has settled.
const SETTLED: Duration = Duration::from_secs(5);

/// Measures both, and refuses a program that has become heavy or slow.
///
/// # Errors
/// When it has, or when one of them does not start.
pub fn hold(consent: Consent) -> Result<()> {
    packages::ensure(&[Group::Desktop], consent)?;
    let built = build(false)?;
    let (mut ours, mut parts) =
        (Subject::new(Programs::Ours, &built)?, Subject::new(Programs::Parts, &built)?);
    ours.start()?;
    parts.start()?;
    let (mut click, mut bare) = (Vec::new(), Vec::new());
    for label in ["Available", "Away", "Available"] {
        sleep(SETTLED);
        click.push(ours.click(label)?);
        bare.push(parts.click(label)?);
    }
    sleep(SETTLED);
    let heavier = Gauges::of(ours.process()?)?.pss / Gauges::of(parts.process()?)?.pss;
    let slower = Spread::of_ratios(&click, &bare).map_or(f64::NAN, |ratio| ratio.low);
    let told = format!("beside its parts: memory × {heavier:.2}, click to request × {slower:.2}");
    ensure!(heavier <= HEAVIER && slower <= SLOWER, "{told}; at most × {HEAVIER} and × {SLOWER}");
    eprintln!("{told}");
    Ok(())
}
