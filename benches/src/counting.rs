//! An allocator that counts, to show that the hot path asks it for nothing, and how much memory something takes.
#![allow(unsafe_code, reason = "a global allocator is unsafe by its trait; this one only passes on")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
/// Bytes that are allocated, and the most that ever were since the last look.
static HELD_BYTES: AtomicUsize = AtomicUsize::new(0);
static PEAK_BYTES: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, counted.
#[derive(Debug)]
pub struct Counting;

impl Counting {
    /// Allocations and reallocations of `run`, of all threads, and what it gives.
    pub fn during<T>(run: impl FnOnce() -> T) -> (u64, T) {
        let before = ALLOCATIONS.load(Ordering::Relaxed);
        let given = run();
        (ALLOCATIONS.load(Ordering::Relaxed) - before, given)
    }

    /// The most bytes that were allocated at a time during `run` beyond those before it, by all threads, and what it gives.
    pub fn peak_bytes<T>(run: impl FnOnce() -> T) -> (usize, T) {
        let before = HELD_BYTES.load(Ordering::Relaxed);
        PEAK_BYTES.store(before, Ordering::Relaxed);
        let given = run();
        (PEAK_BYTES.load(Ordering::Relaxed).saturating_sub(before), given)
    }

    fn took(bytes: usize) {
        let held = HELD_BYTES.fetch_add(bytes, Ordering::Relaxed) + bytes;
        PEAK_BYTES.fetch_max(held, Ordering::Relaxed);
    }

    fn gave(bytes: usize) {
        HELD_BYTES.fetch_sub(bytes, Ordering::Relaxed);
    }
}

// SAFETY: every call is passed on to `System` as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        Counting::took(layout.size());
        // SAFETY: the caller keeps the promises of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        Counting::took(layout.size());
        // SAFETY: the caller keeps the promises of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        Counting::gave(layout.size());
        // SAFETY: the caller keeps the promises of `dealloc`.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        Counting::took(size);
        Counting::gave(layout.size());
        // SAFETY: the caller keeps the promises of `realloc`.
        unsafe { System.realloc(place, layout, size) }
    }
}
