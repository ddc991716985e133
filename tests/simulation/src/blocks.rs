//! The allocator of `cargo simulate`: lists of free blocks by size, one set for each thread.
//!
//! A life allocates and frees some hundred thousand small blocks and keeps few of them. A block's size is known when
//! it is freed, so that the list it belongs to needs no search; it goes to the list of the thread that frees it.
//! Memory is never given back, and what a thread had free is lost when it ends: for a program that ends by itself.

#![allow(unsafe_code, reason = "an allocator hands out raw memory")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr::null_mut;

/// Sizes are rounded up to a multiple of this, in bytes, which is also the alignment of each block.
const STEP: usize = 16;

/// Blocks of up to `STEP * SIZES` bytes are kept in lists; larger ones are the system's.
const SIZES: usize = 64;

/// Bytes asked of the system at once.
const CHUNK: usize = 1 << 20;

/// The allocator, to be named as the `#[global_allocator]`.
pub struct Blocks;

struct Lists {
    /// The first free block of each size; its first word points to the next.
    first: [Cell<*mut u8>; SIZES],
    /// What is left of the newest chunk: where, and how many bytes.
    rest: Cell<(*mut u8, usize)>,
}

thread_local! {
    static LISTS: Lists = const {
        Lists { first: [const { Cell::new(null_mut()) }; SIZES], rest: Cell::new((null_mut(), 0)) }
    };
}

impl Lists {
    #[cold]
    fn cut(&self, size: usize) -> *mut u8 {
        let (mut at, mut left) = self.rest.get();
        if left < size {
            let Ok(chunk) = Layout::from_size_align(CHUNK, STEP) else { return null_mut() };
            // SAFETY: a chunk is not empty.
            at = unsafe { System.alloc(chunk) };
            left = CHUNK;
            if at.is_null() {
                return at;
            }
        }
        self.rest.set((at.wrapping_add(size), left - size));
        at
    }
}

/// The list that holds blocks of this layout; none for those that the system allocates.
#[inline]
fn list(layout: Layout) -> Option<usize> {
    let list = layout.size().wrapping_sub(1) / STEP;
    (list < SIZES && layout.align() <= STEP).then_some(list)
}

// SAFETY: a block is cut from a chunk once and is in one list or in use, never both; its size and its alignment are at
// least those of the layout; no thread sees the lists of another.
unsafe impl GlobalAlloc for Blocks {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(list) = list(layout) else {
            // SAFETY: the caller's promise is handed on.
            return unsafe { System.alloc(layout) };
        };
        LISTS.with(|lists| {
            let block = lists.first[list].get();
            if block.is_null() {
                return lists.cut((list + 1) * STEP);
            }
            // SAFETY: a free block holds the address of the next, or null.
            lists.first[list].set(unsafe { block.cast::<*mut u8>().read() });
            block
        })
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let Some(list) = list(layout) else {
            // SAFETY: it came from there, as the layout is the same.
            return unsafe { System.dealloc(block, layout) };
        };
        LISTS.with(|lists| {
            // SAFETY: the block is nobody's any more, and holds at least an address.
            unsafe { block.cast::<*mut u8>().write(lists.first[list].get()) };
            lists.first[list].set(block);
        });
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller promises that the new size is a valid one for this alignment.
        let new = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        match (list(layout), list(new)) {
            // SAFETY: both sizes are the system's.
            (None, None) => unsafe { System.realloc(block, layout, size) },
            (old, new) if old == new => block,
            // SAFETY: the two blocks do not overlap, and both hold the smaller of the sizes.
            _ => unsafe {
                let moved = self.alloc(new);
                if !moved.is_null() {
                    moved.copy_from_nonoverlapping(block, layout.size().min(size));
                    self.dealloc(block, layout);
                }
                moved
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    /// A block of its own that is filled with one byte.
    struct Held {
        block: *mut u8,
        layout: Layout,
        byte: u8,
    }

    // SAFETY: a block is one thread's at a time.
    unsafe impl Send for Held {}

    impl Held {
        fn new(size: usize, align: usize, byte: u8) -> Self {
            let layout = Layout::from_size_align(size, align).unwrap();
            // SAFETY: the size is not zero.
            let block = unsafe { Blocks.alloc(layout) };
            assert_eq!(block.align_offset(align), 0);
            let held = Self { block, layout, byte };
            held.fill();
            held
        }

        fn fill(&self) {
            // SAFETY: as many bytes are ours.
            unsafe { self.block.write_bytes(self.byte, self.layout.size()) };
        }

        fn is_whole(&self, size: usize) -> bool {
            // SAFETY: as many bytes are ours and filled.
            unsafe { std::slice::from_raw_parts(self.block, size) }
                .iter()
                .all(|byte| *byte == self.byte)
        }

        fn resize(&mut self, size: usize) {
            let kept = self.layout.size().min(size);
            // SAFETY: block and layout are those that it was allocated with.
            self.block = unsafe { Blocks.realloc(self.block, self.layout, size) };
            assert!(self.is_whole(kept));
            self.layout = Layout::from_size_align(size, self.layout.align()).unwrap();
            self.fill();
        }
    }

    impl Drop for Held {
        fn drop(&mut self) {
            assert!(self.is_whole(self.layout.size()));
            // SAFETY: block and layout are those that it was allocated with.
            unsafe { Blocks.dealloc(self.block, self.layout) };
        }
    }

    #[test]
    fn no_two_blocks_overlap_whatever_their_sizes_threads_and_ends() {
        let mut held: Vec<Held> = (1..3000)
            .map(|at| Held::new(at * 7 % 1500 + 1, 1 << (at % 8), at.to_le_bytes()[0]))
            .collect();
        for at in (0..held.len()).step_by(3) {
            held[at].resize((at * 31) % 1500 + 1);
        }
        let half = held.split_off(held.len() / 2);
        thread::spawn(move || {
            drop(half);
            (1..3000).map(|at| Held::new(at % 1100 + 1, 16, 7)).for_each(drop);
        })
        .join()
        .unwrap();
        let more: Vec<Held> = (1..3000).map(|at| Held::new(at % 1100 + 1, 8, 9)).collect();
        assert!(held.iter().chain(&more).all(|held| held.is_whole(held.layout.size())));
    }
}
