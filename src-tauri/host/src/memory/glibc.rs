//! Owns how glibc's allocator keeps memory (mallopt(3), malloc_trim(3)), and how many threads have a stack all day.

#![expect(unsafe_code, reason = "no crate of ours wraps these calls")]

/// Lets all threads share one heap. By default each of the short-lived ones starts one of its own, which stays.
pub fn share_heap() {
    // SAFETY: the call takes numbers, and comes before there is a second thread.
    unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) };
}

/// Lets the runtime that the keyring's D-Bus library makes for itself have one thread. By default it has one for each
/// processor, each with a stack.
pub fn share_worker() {
    // SAFETY: the call comes before there is a second thread, which might read the environment meanwhile.
    unsafe { std::env::set_var(super::WORKERS, "1") };
}

/// Gives the system what is free in the heap.
pub(crate) fn give_back() {
    // SAFETY: the call takes the allocator's own lock.
    unsafe { libc::malloc_trim(0) };
}
