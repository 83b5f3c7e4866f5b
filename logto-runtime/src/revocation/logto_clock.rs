//! By how much the clock of Logto is ahead of ours.
//!
//! The time of a webhook and `iat` come from Logto's clock, the time of an operator's call from ours. If
//! Logto's is ahead, a token from before the call has an `iat` after it. What Logto has signed shows how
//! far ahead its clock is at least. A clock that is behind does no harm.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::horizon::Horizon;
use crate::clock::Reading;

/// The greatest difference that was seen, in milliseconds, in this period and in the one before.
#[derive(Debug, Default)]
pub(super) struct LogtoClock(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    began: Option<Reading>,
    now: i64,
    before: i64,
}

impl LogtoClock {
    /// Notes a time that Logto has signed, which was not in the future when it did.
    #[inline]
    pub(super) fn learn(&self, theirs_millis: i64, now: Reading, horizon: Horizon) {
        let ahead = theirs_millis.saturating_sub(now.wall_millis);
        if ahead > 0 {
            let longest = horizon.of_entries().saturating_mul(1_000);
            self.with(now, horizon, |seen| {
                seen.now = seen.now.max(ahead.min(longest));
            });
        }
    }

    /// Returns the time by the clock of Logto, as far as it is known to be ahead.
    pub(super) fn millis(&self, now: Reading, horizon: Horizon) -> i64 {
        let ahead = self.with(now, horizon, |seen| seen.now.max(seen.before));
        now.wall_millis.saturating_add(ahead)
    }

    /// A period is as long as an entry is kept. A clock that was mended is believed after two of them.
    fn with<T>(&self, now: Reading, horizon: Horizon, use_it: impl FnOnce(&mut Seen) -> T) -> T {
        let period = Duration::from_secs(u64::try_from(horizon.of_entries()).unwrap_or(0));
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let age = now.since(*seen.began.get_or_insert(now));
        if age > period {
            let is_next = age <= period.saturating_mul(2);
            seen.before = if is_next { seen.now } else { 0 };
            seen.now = 0;
            seen.began = Some(now);
        }
        use_it(&mut seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_difference_counts_for_one_to_two_periods() {
        let (clock, horizon) = (
            LogtoClock::default(),
            Horizon::new(Duration::from_secs(3_600)),
        );
        let at = |seconds: i64| Reading {
            monotonic: Duration::from_secs(seconds.unsigned_abs()),
            wall_millis: seconds * 1_000,
        };
        for (seconds, theirs, ahead) in [
            (1_000, 0, 0),
            (1_000, 1_030, 30),
            (1_000, 1_020, 30),
            (5_800, 5_807, 30),
            // A period is over, and what was seen in it still counts.
            (5_801, 5_801, 30),
            (5_900, 5_901, 30),
            (10_602, 10_602, 1),
            (30_000, 0, 0),
            // No further than an entry reaches.
            (30_000, 99_999, 4_800),
            (30_000, i64::MAX / 1_000, 4_800),
        ] {
            clock.learn(theirs * 1_000, at(seconds), horizon);
            let millis = clock.millis(at(seconds), horizon);
            assert_eq!(millis, (seconds + ahead) * 1_000, "{seconds} {theirs}");
        }
    }
}
