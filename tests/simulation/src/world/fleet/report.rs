//! What became of a fleet's wishes, in shares of time; it refuses to say whether that is enough.

use std::fmt;

use presence_core::Status;

use super::machine::Machine;
use crate::cloud::{Cloud, Millis, SessionState, Shown};

/// How long a wish may take to reach the service before it counts as not held.
const GRACE: Millis = 10_000;
/// After an outage, how long a fleet may take to come back.
const RETURN: Millis = 5 * 60_000;
/// The window of the service's limit.
const WINDOW: Millis = 30_000;

/// What became of the wishes.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The share of the wished time during which the session said so, without the outage and the five minutes
    /// after it.
    pub held: f64,
    /// The share of the person who fared worse than 99 of 100.
    pub hundredth: f64,
    /// The most presence calls in any 30 seconds, throttled ones too.
    pub peak: usize,
    /// How many presence calls were answered with 429.
    pub throttled: usize,
    /// How many presence calls were made.
    pub calls: usize,
    /// How many people were told of a problem.
    pub told: usize,
}

impl Report {
    pub(super) fn of(
        machines: &[Machine],
        cloud: &Cloud,
        calls: &[(Millis, bool)],
        obstacle: Option<(Millis, Millis)>,
        now: Millis,
    ) -> Report {
        let times = machines.iter().filter_map(|machine| held(machine, cloud, obstacle, now));
        let times: Vec<(u64, u64)> = times.collect();
        let (all_held, all) = times.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let mut shares: Vec<f64> =
            times.iter().map(|(held, wished)| share(*held, *wished)).collect();
        shares.sort_by(f64::total_cmp);
        Report {
            held: share(all_held, all),
            hundredth: shares.get(shares.len() / 100).copied().unwrap_or(1.0),
            peak: peak(calls),
            throttled: calls.iter().filter(|(_, taken)| !taken).count(),
            calls: calls.len(),
            told: machines.iter().filter(|machine| machine.told > 0).count(),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:.3} % held, {:.1} % for the worst hundredth; {} calls, {} of them throttled, {} in the busiest \
             30 s; {} people told of a problem",
            self.held * 100.0,
            self.hundredth * 100.0,
            self.calls,
            self.throttled,
            self.peak,
            self.told
        )
    }
}

/// The milliseconds during which a wish held, and all during which it should have.
fn held(
    machine: &Machine,
    cloud: &Cloud,
    obstacle: Option<(Millis, Millis)>,
    now: Millis,
) -> Option<(u64, u64)> {
    let (since, status) = machine.wish?;
    let from = since + GRACE;
    let pardon = obstacle.map_or(now..now, |(from, to)| from..to + RETURN);
    let counted = |from: Millis, to: Millis| {
        let pardoned = to.min(pardon.end).saturating_sub(from.max(pardon.start));
        to.saturating_sub(from).saturating_sub(pardoned)
    };
    let history = cloud.history(&machine.account.oid, from, now);
    let held = history.iter().filter(|interval| says(interval.state, status));
    Some((held.map(|interval| counted(interval.from, interval.to)).sum(), counted(from, now)))
}

fn says(state: SessionState, status: Status) -> bool {
    let wanted = Shown::new(status.availability(), status.activity());
    matches!(state, SessionState::Holding(_)) && state.shown() == Some(wanted)
}

fn share(held: u64, wished: u64) -> f64 {
    held as f64 / wished.max(1) as f64
}

fn peak(calls: &[(Millis, bool)]) -> usize {
    let within = |first: usize| {
        let end = calls[first].0 + WINDOW;
        calls[first..].partition_point(|(at, _)| *at < end)
    };
    (0..calls.len()).map(within).max().unwrap_or(0)
}
