//! The synchronization primitives of `generation.rs`. The loom tests replace this file.

pub(super) use std::sync::atomic::{AtomicU64, Ordering};
