//! An allocator that counts allocations and live bytes.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

/// The counting allocator. Install it with `#[global_allocator]`.
pub struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static ALLOCATED: AtomicU64 = AtomicU64::new(0);
static FREED: AtomicU64 = AtomicU64::new(0);

/// The number of allocations, and the bytes of their blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allocations {
    pub count: u64,
    pub bytes: u64,
}

/// Counts the allocations of all threads while `work` runs.
pub fn during(work: impl FnOnce()) -> Allocations {
    let (count, bytes) = (ALLOCATIONS.load(Relaxed), ALLOCATED.load(Relaxed));
    work();
    Allocations {
        count: ALLOCATIONS.load(Relaxed) - count,
        bytes: ALLOCATED.load(Relaxed) - bytes,
    }
}

/// Returns the number of bytes that are allocated now. The size of each block is rounded up as in glibc.
pub fn live_bytes() -> u64 {
    ALLOCATED.load(Relaxed).wrapping_sub(FREED.load(Relaxed))
}

/// Returns the size of a block in glibc: a multiple of 16 bytes, and at least 32. It includes 8 bytes
/// that glibc adds to `size`.
fn block(size: usize) -> u64 {
    (size as u64 + 8).next_multiple_of(16).max(32)
}

// SAFETY: every call is forwarded unchanged to the system allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        ALLOCATED.fetch_add(block(layout.size()), Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        FREED.fetch_add(block(layout.size()), Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        ALLOCATED.fetch_add(block(size), Relaxed);
        FREED.fetch_add(block(layout.size()), Relaxed);
        unsafe { System.realloc(pointer, layout, size) }
    }
}
