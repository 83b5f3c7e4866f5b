//! Whether Logto reaches this process.
//!
//! A process that receives webhooks writes beats, its signs of life. By default, the process writes beats
//! even if no webhook arrives: perhaps nobody was suspended, so this does not prove that Logto cannot reach
//! the process.
//!
//! With [`expect_delivery_within`](crate::RevocationsBuilder::expect_delivery_within), the process stops
//! writing beats if it gets no delivery (signed webhook) within the given time. The test call of a reconciler
//! is a delivery.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use super::moment::Moment;
use crate::{clock::Reading, telemetry};

/// When Logto last reached this process.
#[derive(Debug)]
pub(super) struct Called {
    within: Option<Duration>,
    /// Since when deliveries are expected.
    since: Moment,
    /// When the newest signed delivery was created. A time in the future counts as the time of arrival.
    last: Moment,
    reported: AtomicBool,
}

impl Called {
    /// `within` is the longest time between two deliveries; `None` if it is not limited.
    pub(super) fn new(within: Option<Duration>) -> Self {
        Self {
            within,
            since: Moment::unset(),
            last: Moment::unset(),
            reported: AtomicBool::new(false),
        }
    }

    /// Notes that deliveries are expected from now on. Later calls do nothing.
    pub(super) fn expect(&self, now: Reading) {
        if self.since.age(now).is_none() {
            self.since.set(now);
        }
    }

    /// Notes a signed delivery. Its age counts from the time in its body. So a delivery that somebody sends
    /// again does not count as new. A delivery without a time is ignored.
    pub(super) fn received(&self, created_at: Option<i64>, now: Reading) {
        let Some(created_at) = created_at else {
            return;
        };
        let millis = now.wall_millis.saturating_sub(created_at).max(0);
        let age = Duration::from_millis(u64::try_from(millis).unwrap_or(0));
        if self.last.age(now).is_none_or(|known| age < known) {
            self.last.set(Reading {
                monotonic: now.monotonic.saturating_sub(age),
                wall_millis: now.wall_millis.saturating_sub(millis),
            });
        }
    }

    /// Returns the age of the newest delivery; `None` before the first delivery that has a time.
    pub(super) fn age(&self, now: Reading) -> Option<Duration> {
        self.last.age(now)
    }

    /// Whether deliveries have been expected for longer than `within`, and every delivery is older than
    /// `within`. Always `false` if `within` is `None`. Call this method only after [`expect`](Self::expect).
    pub(super) fn is_overdue(&self, now: Reading) -> bool {
        let longer = |moment: &Moment, within| moment.age(now).is_none_or(|age| age > within);
        self.within
            .is_some_and(|within| longer(&self.last, within) && longer(&self.since, within))
    }

    /// Logs once when deliveries become overdue, and once when they arrive again.
    pub(super) fn report(&self, now: Reading) {
        let overdue = self.is_overdue(now);
        if self.reported.swap(overdue, Ordering::Relaxed) == overdue {
            return;
        }
        if overdue {
            telemetry::webhook_overdue(self.within.unwrap_or_default());
        } else {
            telemetry::webhook_in_time();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    fn at(seconds: u64) -> Reading {
        Reading {
            monotonic: Duration::from_secs(seconds),
            wall_millis: 1_800_000_000_000 + i64::try_from(seconds).unwrap() * 1_000,
        }
    }

    #[test]
    fn the_time_without_a_delivery_counts_from_the_newest_created_at() {
        let called = Called::new(Some(HOUR));
        called.expect(at(0));
        called.expect(at(3_000));
        assert!(!called.is_overdue(at(3_600)) && called.is_overdue(at(3_601)));
        assert_eq!(called.age(at(3_601)), None);
        let created_at = |seconds| Some(at(seconds).wall_millis);
        // `None` in the last column: deliveries stay overdue.
        for (seconds, created_at, overdue_after) in [
            (3_700, None, None),
            (3_700, Some(i64::MIN), None),
            // This delivery is older than an hour when it arrives.
            (3_700, created_at(90), None),
            (3_700, created_at(3_690), Some(7_290)),
            (3_720, created_at(3_680), Some(7_290)),
            // A time in the future counts as the time of arrival.
            (3_800, created_at(99_999), Some(7_400)),
            (3_800, Some(i64::MAX), Some(7_400)),
        ] {
            called.received(created_at, at(seconds));
            let overdue = overdue_after.unwrap_or(seconds - 1);
            assert!(called.is_overdue(at(overdue + 1)), "{created_at:?}");
            let in_time = overdue_after.is_some_and(|after| !called.is_overdue(at(after)));
            assert_eq!(in_time, overdue_after.is_some(), "{created_at:?}");
        }
        assert_eq!(called.age(at(3_810)), Some(Duration::from_secs(10)));
        let without_limit = Called::new(None);
        without_limit.expect(at(0));
        assert!(!without_limit.is_overdue(at(1_000_000)));
    }
}
