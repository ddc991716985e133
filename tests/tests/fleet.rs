//! Proves what a tenant's people may count on together, below the limit that the service sets them. In debug
//! builds a tenth of the people meet a tenth of the limit.

use presence_core::Status;
use presence_tests::cloud::Millis;
use presence_tests::world::fleet::{Fleet, Report};

const MINUTE: Millis = 60_000;
const HOUR: Millis = 60 * MINUTE;
/// Presence requests in 30 seconds per application per tenant ("Microsoft Graph throttling limits").
const LIMIT: usize = 1_500;

fn scaled(count: usize) -> usize {
    if cfg!(debug_assertions) { count / 10 } else { count }
}

#[test]
fn a_tenant_of_8_000_holds_through_a_morning_with_an_outage() {
    let mut fleet = Fleet::new(scaled(8_000), scaled(LIMIT), 1);
    fleet.choose(0..scaled(3_000), Status::Available, 0, 10 * MINUTE);
    fleet.choose(scaled(3_000)..scaled(6_000), Status::InACall, 0, 10 * MINUTE);
    // The token hour comes in the second hour; the outage strikes in the first.
    fleet.outage(40 * MINUTE, 55 * MINUTE);
    fleet.run_until(3 * HOUR);

    let report = told("8,000 people, 3,000 of them on Available", &fleet);
    assert!(report.held >= 0.999, "{report:?}");
    assert!(report.throttled * 20 < report.calls, "no crowd keeps itself out: {report:?}");
}

fn told(what: &str, fleet: &Fleet) -> Report {
    let report = fleet.report();
    println!("{what}: {report:?}");
    report
}
