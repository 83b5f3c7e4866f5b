//! The synchronization primitives of `found_clean.rs`. The loom tests replace this file.

pub(super) use std::sync::atomic::{AtomicU64, Ordering};
