//! The months that `cargo simulate` lives with the real core, until the first that breaks a promise. It refuses to
//! be quick in a build without optimisation: `cargo verify mutants` runs it.

use std::sync::atomic::{AtomicBool, Ordering};

use presence_core::Rules;
use presence_simulation::lives::{LIVES, first_broken};
use presence_simulation::processors::each;

#[test]
fn no_month_breaks_a_promise() {
    let stop = AtomicBool::new(false);
    let found = each(LIVES, |seed| {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        let what = first_broken(seed, &Rules::default())?;
        stop.store(true, Ordering::Relaxed);
        Some(what)
    });
    assert!(found.is_empty(), "{found:#?}");
}
