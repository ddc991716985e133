//! Owns how glibc's allocator keeps memory (mallopt(3), malloc_trim(3)).

#![expect(unsafe_code, reason = "no crate of ours wraps these calls")]

/// Lets all threads share one heap. By default each of the short-lived ones starts one of its own, which stays.
pub fn share_heap() {
    // SAFETY: the call takes numbers, and comes before there is a second thread.
    unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) };
}

/// Gives the system what is free in the heap.
pub(crate) fn give_back() {
    // SAFETY: the call takes the allocator's own lock.
    unsafe { libc::malloc_trim(0) };
}
