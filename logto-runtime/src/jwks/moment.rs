//! [`Moment`], a time that is read without a lock.

use std::time::Duration;

use super::sync::{AtomicU64, Ordering};
use crate::clock::Reading;

/// An optional reading of the monotonic clock and the wall clock, read without a lock.
///
/// The two parts are read one after the other. While the moment is being set, a request can see the old
/// monotonic part together with the new wall part. The moment then looks too early. This costs at most one
/// fetch.
pub(super) struct Moment {
    monotonic_nanos: AtomicU64,
    wall_millis: AtomicU64,
}

impl Moment {
    const UNSET: u64 = u64::MAX;

    pub(super) fn unset() -> Self {
        Self {
            monotonic_nanos: AtomicU64::new(Self::UNSET),
            wall_millis: AtomicU64::new(0),
        }
    }

    pub(super) fn get(&self) -> Option<Reading> {
        match self.monotonic_nanos.load(Ordering::Acquire) {
            Self::UNSET => None,
            nanos => Some(Reading {
                monotonic: Duration::from_nanos(nanos),
                wall_millis: self.wall_millis.load(Ordering::Acquire).cast_signed(),
            }),
        }
    }

    /// Returns whether the moment is later than `now` by both clocks. Almost every request calls this method,
    /// so it avoids the conversions of [`get`](Self::get).
    #[inline]
    pub(super) fn is_after(&self, now: Reading) -> bool {
        match self.monotonic_nanos.load(Ordering::Acquire) {
            Self::UNSET => false,
            nanos => {
                u128::from(nanos) > now.monotonic.as_nanos()
                    && self.wall_millis.load(Ordering::Acquire).cast_signed() > now.wall_millis
            }
        }
    }

    pub(super) fn set(&self, at: Reading) {
        let nanos = u64::try_from(at.monotonic.as_nanos()).unwrap_or(Self::UNSET);
        let millis = at.wall_millis.cast_unsigned();
        // In this order, a reader of the new monotonic part also sees the new wall part.
        self.wall_millis.store(millis, Ordering::Release);
        self.monotonic_nanos
            .store(nanos.min(Self::UNSET - 1), Ordering::Release);
    }

    pub(super) fn unset_again(&self) {
        self.monotonic_nanos.store(Self::UNSET, Ordering::Release);
    }
}
