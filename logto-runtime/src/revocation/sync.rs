//! The synchronization primitives of `generation`. The loom tests replace this file.

pub(super) use std::sync::atomic::{AtomicU64, Ordering};
