//! Months of a person's life with the real core, in virtual time and from one seed, and the judge of them. It
//! refuses sockets, threads, sleeping and any randomness but its seed.

mod broken;
mod chance;
mod changes;
mod choices;
mod digest;
mod faults;
mod fleets;
mod happenings;
mod life;
mod oracle;
mod timeline;

use std::panic::{self, UnwindSafe};

use presence_core::Rules;

pub use self::broken::{Mutant, mutants};
pub use self::digest::digest;
pub use self::fleets::{Tenant, large_tenants, tenants};
use self::life::{DAY, Life};
use self::oracle::Oracle;
pub use self::oracle::{Promise, Violation};
use crate::cloud::Millis;
use crate::world::Bend;

/// How long a life is.
pub const LIFE: Millis = 28 * DAY;

/// How many lives `cargo verify` lives, from seed 0 on.
pub const LIVES: u64 = 200;

/// What became of one life.
#[derive(Debug)]
pub struct Verdict {
    /// Its seed.
    pub seed: u64,
    /// How far it was lived: to its end, or to the first broken promise.
    pub lived: Millis,
    /// What was broken, in order.
    pub violations: Vec<Violation>,
}

/// Lives the life of `seed` with a core that follows `rules`, until its end or a broken promise.
pub fn judge(seed: u64, rules: &Rules) -> Verdict {
    live(seed, rules, None, |_| {})
}

/// What is broken first in the life of `seed`, if anything; a panic is broken, too.
pub fn first_broken(seed: u64, rules: &Rules) -> Option<String> {
    broken(|| judge(seed, rules))
}

/// The same for a mutant.
pub fn first_broken_by(seed: u64, mutant: &Mutant) -> Option<String> {
    broken(|| live(seed, &mutant.rules, mutant.bend, |_| {}))
}

fn broken(life: impl FnOnce() -> Verdict + UnwindSafe) -> Option<String> {
    match panic::catch_unwind(life) {
        Ok(verdict) => verdict.violations.first().map(ToString::to_string),
        Err(panicked) => {
            let text = panicked.downcast_ref::<String>().cloned();
            Some(text.unwrap_or_else(|| "the world refuses what the core did".to_owned()))
        }
    }
}

/// The life of `seed` as [`judge`] lives it, telling each line of its timeline.
pub fn tell(seed: u64, rules: &Rules, mut each: impl FnMut(&str)) -> Verdict {
    live(seed, rules, None, |entry| each(&timeline::line(entry)))
}

fn live(
    seed: u64,
    rules: &Rules,
    bend: Option<Bend>,
    mut each: impl FnMut(&crate::world::Entry),
) -> Verdict {
    let mut life = Life::new(seed, rules.clone());
    life.world.bend(bend);
    let mut oracle = Oracle::new(life.settings.clone(), life.rotation());
    life.begin();
    let mut record = Vec::new();
    while life.world.now < LIFE && oracle.violations().is_empty() {
        life.live(LIFE, &mut record);
        oracle.read(&record, &life.world.cloud);
        record.iter().for_each(&mut each);
    }
    let lived = life.world.now;
    Verdict { seed, lived, violations: oracle.violations().to_vec() }
}
