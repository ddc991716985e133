//! Spreads work over the processors; refuses to let the order of what is found depend on them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Does the work of each number below `end` on all processors, and returns what was found, in order.
pub fn each(end: u64, work: impl Fn(u64) -> Option<String> + Sync) -> Vec<(u64, String)> {
    let (next, found) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= end {
                        return;
                    }
                    if let Some(what) = work(number) {
                        found.lock().unwrap_or_else(PoisonError::into_inner).push((number, what));
                    }
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort();
    found
}
