//! [`Moment`]: a reading of the monotonic and the wall clock. Requests load this reading without a lock.

use std::{
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    time::Duration,
};

use crate::clock::Reading;

/// An optional reading of the monotonic and the wall clock.
///
/// The age of a moment is the time since the reading, by the clock with the greater difference. While one
/// thread sets a moment, a request may load the earlier value of one clock. The request then computes an age
/// that is too great.
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

    /// Whether the age is greater than `longer_than`. Returns `false` if the moment was never set.
    ///
    /// Requests call this method, so it avoids the slow conversions of [`age`](Self::age).
    #[inline]
    pub(super) fn is_before(&self, now: Reading, longer_than: Duration) -> bool {
        match self.monotonic_nanos.load(Ordering::Acquire) {
            UNSET => false,
            nanos => {
                let wall_millis = self.wall_millis.load(Ordering::Acquire);
                let limit_millis = i64::try_from(longer_than.as_millis()).unwrap_or(i64::MAX);
                in_nanos(now.monotonic).saturating_sub(nanos) > in_nanos(longer_than)
                    || now.wall_millis.saturating_sub(wall_millis) > limit_millis
            }
        }
    }

    /// Returns the age; `None` if the moment was never set.
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

/// Returns the duration in nanoseconds. Computes with 64 bits, unlike `as_nanos`.
#[inline]
fn in_nanos(duration: Duration) -> u64 {
    let seconds = duration.as_secs().saturating_mul(1_000_000_000);
    seconds.saturating_add(duration.subsec_nanos().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_of_a_moment_is_that_of_the_clock_with_the_greater_difference() {
        let limit = Duration::from_secs(5);
        let at = |millis: u64, wall_millis| Reading {
            monotonic: Duration::from_millis(millis),
            wall_millis,
        };
        let moment = Moment::unset();
        assert!(!moment.is_before(at(u64::MAX, i64::MAX), limit));
        moment.set(at(10_000, 1_000_000));
        for (now, before) in [
            (at(10_000, 1_000_000), false),
            (at(15_000, 1_005_000), false),
            (at(15_001, 1_005_000), true),
            (at(15_000, 1_005_001), true),
            (at(15_001, 0), true),
            (at(9_000, 1_005_001), true),
            (at(9_000, i64::MIN), false),
            (at(9_000, i64::MAX), true),
        ] {
            assert_eq!(moment.is_before(now, limit), before, "{now:?}");
            let age = moment.age(now).unwrap();
            assert_eq!(age > limit, before, "{now:?}: {age:?}");
        }
    }
}
