//! Memory in large pages where much is asked for at once.
//!
//! A million sales beside a million statement lines are some 140 MB, which the kernel hands out and clears in pages of
//! 4 KiB: that was a fifth of the time of `stopgap reconcile`. Where Linux leaves it to the program (`madvise` in
//! `/sys/kernel/mm/transparent_hugepage/enabled`, as most distributions have it) an allocation of some megabytes asks
//! for pages of 2 MiB. It is advice only: a kernel that cannot, or does not want to, goes on as before.

#![allow(unsafe_code, reason = "an allocator cannot be written without; all of it is here and explained")]

use std::alloc::{GlobalAlloc, Layout, System};

/// What is smaller gains nothing. Nothing that a till keeps while it sells is as large.
const LARGE_BYTES: usize = 4 * 1024 * 1024;
/// Advice is given for whole pages.
const PAGE_BYTES: usize = 4 * 1024;

/// The system's allocator, with that advice.
pub struct LargePages;

// SAFETY: all memory comes from `System` and goes back to it with the layout it was asked for; advice about the pages it
// lies in changes neither its content nor its address.
unsafe impl GlobalAlloc for LargePages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc`, which is the same.
        advised(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc_zeroed`, which is the same.
        advised(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, start: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `realloc`, which is the same; `start` came from `System`.
        advised(unsafe { System.realloc(start, layout, bytes) }, bytes)
    }

    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`, which is the same; `start` came from `System`.
        unsafe { System.dealloc(start, layout) }
    }
}

/// The same memory, its whole pages advised to be large if it is.
fn advised(start: *mut u8, bytes: usize) -> *mut u8 {
    if bytes >= LARGE_BYTES && !start.is_null() {
        // The first page may belong to somebody else in part; the last is left out by the length.
        let skipped = start.align_offset(PAGE_BYTES);
        let whole = bytes.saturating_sub(skipped) / PAGE_BYTES * PAGE_BYTES;
        // SAFETY: `skipped + whole` is at most `bytes`, so that the pages lie in what was just allocated. The kernel
        // refuses what it does not know, and nothing depends on its answer.
        unsafe { libc::madvise(start.add(skipped).cast(), whole, libc::MADV_HUGEPAGE) };
    }
    start
}
