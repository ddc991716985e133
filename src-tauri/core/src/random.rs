//! Owns the only randomness of the core: numbers that follow from the seed; refuses secrets' work.

use std::time::Duration;

/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators"): enough for jitter.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: [u8; 32]) -> Random {
        let folded = seed.chunks_exact(8).fold(0u64, |sum, chunk| {
            let word = chunk.iter().fold(0u64, |word, byte| word << 8 | u64::from(*byte));
            sum.rotate_left(17) ^ word
        });
        Random(folded)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A span from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: Duration, high: Duration) -> Duration {
        let width = high.saturating_sub(low).as_millis() as u64;
        low + Duration::from_millis(self.next() % (width + 1))
    }
}
