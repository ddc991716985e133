//! What is random about a life, all of it from its seed; it refuses clocks and the system's randomness.

use crate::cloud::{Millis, Seed};

/// The dice of a life.
#[derive(Debug)]
pub(super) struct Chance(Seed);

impl Chance {
    pub(super) fn new(seed: u64) -> Chance {
        let mut seed = Seed(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x5eed);
        seed.next();
        Chance(seed)
    }

    /// Dice of their own for what not every life has: it changes nothing of the lives that have it not.
    pub(super) fn beside(seed: u64) -> Chance {
        Chance::new(!seed)
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0.next() % end.max(1)
    }

    /// A span from `low` to below `high`.
    pub(super) fn span(&mut self, low: Millis, high: Millis) -> Millis {
        low + self.below(high - low)
    }

    pub(super) fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(super) fn one<T: Clone>(&mut self, of: &[T]) -> T {
        let index = self.below(of.len() as u64);
        of[index as usize].clone()
    }
}
