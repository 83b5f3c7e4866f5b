//! Estimates how far Logto's clock is ahead of the clock of this process (our clock).
//!
//! The time of a webhook and the `iat` of a token come from Logto's clock. Our clock gives the moment of
//! a call of `Revocations::revoke`. If Logto's clock is ahead, a token from before the call may have an `iat`
//! after the call. Without this file, the call would not revoke this token.
//!
//! A time that Logto has signed is not in the future by Logto's clock. If our clock shows an earlier time,
//! Logto's clock is ahead by this difference or more. If Logto's clock is behind, a call of `revoke` also
//! refuses some later tokens, which is safe.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::horizon::Horizon;
use crate::clock::Reading;

/// The greatest differences between Logto's clock and our monotonic clock, in the current period and in the
/// period before. A period lasts at least as long as an entry (one revocation) is kept.
///
/// Our monotonic clock can't be set. Our wall clock may be behind, and may then be set right. A difference
/// from a wall clock that is behind would be too great. This difference would count even after the
/// wall clock is set right, and `revoke` would refuse tokens that are issued after the call.
#[derive(Debug, Default)]
pub(super) struct LogtoClock(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    /// When this period began.
    began: Option<Reading>,
    /// The greatest difference of this period, in milliseconds.
    current: Option<i64>,
    /// The greatest difference of the period before.
    previous: Option<i64>,
}

impl LogtoClock {
    /// Notes a time that Logto has signed. By Logto's clock, this time is not in the future.
    #[inline]
    pub(super) fn learn(&self, theirs_millis: i64, now: Reading, horizon: Horizon) {
        if theirs_millis > now.wall_millis {
            let theirs = theirs_millis.min(latest(now, horizon));
            let difference = theirs.saturating_sub(monotonic_millis(now));
            self.with(now, horizon, |seen| {
                seen.current = seen.current.max(Some(difference));
            });
        }
    }

    /// Returns the time by Logto's clock if that clock is known to be ahead. Otherwise returns the time by
    /// our wall clock.
    pub(super) fn millis(&self, now: Reading, horizon: Horizon) -> i64 {
        match self.with(now, horizon, |seen| seen.current.max(seen.previous)) {
            None => now.wall_millis,
            Some(difference) => monotonic_millis(now)
                .saturating_add(difference)
                .clamp(now.wall_millis, latest(now, horizon)),
        }
    }

    /// Begins a new period if the current one is over, then calls `use_seen`.
    ///
    /// A difference counts at most until the end of the next period.
    fn with<T>(&self, now: Reading, horizon: Horizon, use_seen: impl FnOnce(&mut Seen) -> T) -> T {
        let period = Duration::from_secs(u64::try_from(horizon.of_entries()).unwrap_or(0));
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let age = now.since(*seen.began.get_or_insert(now));
        if age > period {
            let is_next = age <= period.saturating_mul(2);
            seen.previous = seen.current.take().filter(|_| is_next);
            seen.began = Some(now);
        }
        use_seen(&mut seen)
    }
}

fn monotonic_millis(now: Reading) -> i64 {
    i64::try_from(now.monotonic.as_millis()).unwrap_or(i64::MAX)
}

/// Returns the latest `not_before` that an entry may have, in milliseconds by our wall clock.
fn latest(now: Reading, horizon: Horizon) -> i64 {
    let longest = horizon.of_entries().saturating_mul(1_000);
    now.wall_millis.saturating_add(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_difference_counts_until_the_end_of_the_next_period() {
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
            // The first period is over. Its greatest difference still counts.
            (5_801, 5_801, 30),
            (5_900, 5_901, 30),
            (10_602, 10_602, 1),
            (30_000, 0, 0),
            // An entry is kept for 4,800 s, so Logto's clock counts as at most 4,800 s ahead.
            (30_000, 99_999, 4_800),
            (30_000, i64::MAX / 1_000, 4_800),
        ] {
            clock.learn(theirs * 1_000, at(seconds), horizon);
            let millis = clock.millis(at(seconds), horizon);
            assert_eq!(millis, (seconds + ahead) * 1_000, "{seconds} {theirs}");
        }
    }

    #[test]
    fn an_error_of_our_own_clock_is_forgotten_when_the_clock_is_set_right() {
        let horizon = Horizon::new(Duration::from_secs(3_600));
        let at = |monotonic: u64, wall: i64| Reading {
            monotonic: Duration::from_secs(monotonic),
            wall_millis: wall * 1_000,
        };
        // At 1,000 s, a webhook of that moment arrives, and our wall clock shows `first`. At 1,010 s, our
        // wall clock shows `second`.
        for (first, second, expected) in [
            // Half an hour behind, then set right.
            (-800, 1_010, 1_010),
            // Half an hour behind both times.
            (-800, -790, 1_010),
            // Right all the time, or ahead.
            (1_000, 1_010, 1_010),
            (2_800, 2_810, 2_810),
            (2_800, 1_010, 1_010),
        ] {
            let clock = LogtoClock::default();
            clock.learn(1_000 * 1_000, at(1_000, first), horizon);
            let millis = clock.millis(at(1_010, second), horizon);
            assert_eq!(millis, expected * 1_000, "{first} {second}");
        }
    }
}
