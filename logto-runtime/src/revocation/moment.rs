//! A reading of both clocks that requests read without a lock.

use std::{
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    time::Duration,
};

use crate::clock::Reading;

/// An optional reading of both clocks.
///
/// Its parts are written one after the other. A request that reads in between may compute too great an
/// age, since an age is the greater of both differences.
#[derive(Debug)]
pub(super) struct Moment {
    monotonic_nanos: AtomicU64,
    wall_millis: AtomicI64,
}

const UNSET: u64 = u64::MAX;

impl Moment {
    pub(super) fn unset() -> Self {
        Self {
            monotonic_nanos: AtomicU64::new(UNSET),
            wall_millis: AtomicI64::new(i64::MIN),
        }
    }

    pub(super) fn set(&self, at: Reading) {
        let nanos = u64::try_from(at.monotonic.as_nanos()).unwrap_or(UNSET);
        self.wall_millis.store(at.wall_millis, Ordering::Release);
        self.monotonic_nanos
            .store(nanos.min(UNSET - 1), Ordering::Release);
    }

    /// Returns the time since the moment; `None` if it was never set.
    #[inline]
    pub(super) fn age(&self, now: Reading) -> Option<Duration> {
        match self.monotonic_nanos.load(Ordering::Acquire) {
            UNSET => None,
            nanos => Some(now.since(Reading {
                monotonic: Duration::from_nanos(nanos),
                wall_millis: self.wall_millis.load(Ordering::Acquire),
            })),
        }
    }
}
