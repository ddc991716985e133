//! The tenants that are simulated, and what has to hold in each; it refuses to judge single machines.

use std::ops::Range;
use std::time::Duration;

use presence_core::{Rules, Status};

use crate::cloud::{Millis, Window};
use crate::world::fleet::{Fleet, Report};

const MINUTE: Millis = 60_000;
const HOUR: Millis = 60 * MINUTE;
/// Presence requests in 30 seconds per application per tenant ("Get presence").
const LIMIT: usize = 1_500;
/// From nine o'clock on everybody switches on.
const SWITCHED_ON: Range<Millis> = 0..10 * MINUTE;
/// After the hour in which the first access tokens end.
const OUTAGE: Range<Millis> = 100 * MINUTE..115 * MINUTE;

/// A tenant and its morning.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// What is shown of it.
    pub name: &'static str,
    /// The least share of time that the wishes have to hold, in percent; a mutant must stay below it.
    pub least: f64,
    /// Whether its core is broken on purpose.
    pub is_mutant: bool,
    people: usize,
    available: usize,
    others: usize,
    limit: usize,
    window: Window,
    has_outage: bool,
    hours: u64,
}

/// Those that every verification lives.
pub fn tenants() -> Vec<Tenant> {
    let tenant = Tenant {
        name: "20,000 people: 8,000 Available, 8,000 for PT1H, an outage",
        least: 99.9,
        is_mutant: false,
        people: 20_000,
        available: 8_000,
        others: 8_000,
        limit: LIMIT,
        window: Window::Fixed,
        has_outage: true,
        hours: 3,
    };
    let sliding = Tenant {
        name: "the same with 5,000 and 5,000, where throttled calls keep others out",
        people: 12_000,
        available: 5_000,
        others: 5_000,
        window: Window::Sliding,
        ..tenant.clone()
    };
    let mutant = Tenant {
        name: "a tenth of that, and everybody throttled comes back at once",
        is_mutant: true,
        people: 1_200,
        available: 500,
        others: 500,
        limit: LIMIT / 10,
        ..sliding.clone()
    };
    vec![tenant, sliding, mutant]
}

/// Those that show where the limit is.
pub fn large_tenants() -> Vec<Tenant> {
    let [tenant, ..] = &tenants()[..] else { return Vec::new() };
    let of = |name, available, others, window, least| Tenant {
        name,
        people: available + others,
        available,
        others,
        window,
        least,
        has_outage: false,
        ..tenant.clone()
    };
    use Window::{Fixed, Sliding};
    vec![
        of("10,000 Available", 10_000, 0, Fixed, 99.9),
        of("12,000 Available", 12_000, 0, Fixed, 99.5),
        of("15,000 Available", 15_000, 0, Fixed, 80.0),
        of("20,000 Available", 20_000, 0, Fixed, 60.0),
        of("40,000 for PT1H", 0, 40_000, Fixed, 99.0),
        of("8,000 Available, where throttled calls keep others out", 8_000, 0, Sliding, 99.9),
        of("10,000 Available, where throttled calls keep others out", 10_000, 0, Sliding, 0.0),
        Tenant {
            name: "8,000 and 8,000 with the outage, where throttled calls keep others out",
            least: 90.0,
            window: Sliding,
            ..tenant.clone()
        },
    ]
}

impl Tenant {
    /// Lives the morning.
    pub fn live(&self) -> Report {
        let rules = if self.is_mutant { ignores_throttling() } else { Rules::default() };
        let mut fleet = Fleet::new(self.people, self.limit, self.window, rules, 1);
        let others = self.available + self.others;
        for (who, status) in [
            (0..self.available, Some(Status::Available)),
            (self.available..others, Some(Status::InACall)),
            (others..self.people, None),
        ] {
            fleet.switch_on(who, status, SWITCHED_ON);
        }
        if self.has_outage {
            fleet.outage(OUTAGE.start, OUTAGE.end);
        }
        fleet.run_until(self.hours * HOUR);
        fleet.report()
    }

    /// Whether what became of it is what has to be.
    pub fn holds(&self, report: &Report) -> bool {
        (report.held * 100.0 >= self.least) != self.is_mutant
    }
}

/// Whoever is throttled comes back as soon as the service allows it.
fn ignores_throttling() -> Rules {
    let none = Duration::ZERO;
    let rules = Rules::default();
    // No session holds for long enough to be renewed later.
    let renewal_margin = rules.longest_expiration;
    Rules { throttled_spread: none, throttled_spread_cap: none, renewal_margin, ..rules }
}
