//! The synchronization primitives of `schedule` and `moment`. The loom tests replace this file.

pub(super) use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};
