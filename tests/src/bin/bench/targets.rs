//! What this program is to reach, and whether it did; refuses to move a target.

use presence_tests::bench::Spread;

use crate::run::{Measured, OfProgram};

/// Something to be reached.
pub(crate) struct Target {
    pub(crate) what: &'static str,
    pub(crate) at_most: f64,
    pub(crate) measured: f64,
    pub(crate) unit: &'static str,
}

impl Target {
    pub(crate) fn is_met(&self) -> bool {
        self.measured <= self.at_most
    }
}

/// All of them. A rival's ratio is turned round, so that less is better everywhere.
pub(crate) fn targets(of: &Measured) -> Vec<Target> {
    let ours = &of.programs["ours"];
    let (tauri, python, parts) =
        (&of.programs["tauri"], &of.programs["python"], &of.programs["parts"]);
    let pss = |program: &OfProgram| program.used.map_or(f64::NAN, |used| used.pss);
    let lightest = pss(tauri).min(pss(python));
    let click = median(&ours.click);
    let versions = Spread::of_ratios(&of.set, &of.version).map_or(f64::NAN, |ratio| ratio.median);
    let dearest = of.core.steps.iter().map(|(_, cost)| *cost).fold(0.0, f64::max);
    let target = |what, at_most, measured, unit| Target { what, at_most, measured, unit };
    vec![
        target("PSS with everything on, after use", 5.5, pss(ours), "MB"),
        target("the same, beside the bare parts", 1.06, pss(ours) / pss(parts), "×"),
        target("the same, beside the lighter rival", 1.0 / 9.0, pss(ours) / lightest, "×"),
        target("growth over a simulated day", 0.3, of.day.evening.pss - of.day.morning.pss, "MB"),
        target("wake-ups at rest", 0.0, ours.rest.0, "a minute"),
        target("wake-ups in the minute after use", 3.0, ours.after_use, ""),
        target("start to item", 8.0, median(&ours.item), "ms"),
        target("click to request, warm", 0.8, click, "ms"),
        target("the same, beside the Tauri tray", 1.0, click / median(&tauri.click), "×"),
        target("the same, more than a bare POST", 0.3, click - median(&of.post), "ms"),
        target("click to request, after idle", 2.0, median(&ours.first_click), "ms"),
        target(
            "the same, beside the Tauri tray",
            1.0,
            median(&ours.first_click) / median(&tauri.first_click),
            "×",
        ),
        target("`set` through the door", 3.0, median(&of.set), "ms"),
        target("the same, beside `--version`", 2.0, versions, "×"),
        target("a step of the core", 2.0, dearest, "µs"),
        target("size of the program", 5.5, of.sizes[0] as f64 / 1e6, "MB"),
    ]
}

pub(crate) fn median(values: &[f64]) -> f64 {
    Spread::of(values).map_or(f64::NAN, |spread| spread.median)
}
