//! [`Reading`], the times that the wall clock and the monotonic clock show at one moment.

use std::time::Duration;

/// The times of both clocks at one moment.
///
/// The monotonic clock can stand still while a machine is suspended, and the wall clock can be set back. So
/// [`since`](Self::since) computes an age with each clock, and returns the greater age.
///
/// The greatest wall-clock time so far can't replace the monotonic clock. After the wall clock was set
/// forward and then back, the greatest time would stand still, and old keys of a key set would look fresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The time since an unspecified moment. It never decreases.
    pub(crate) monotonic: Duration,
    /// The milliseconds since the Unix epoch, negative before it.
    pub(crate) wall_millis: i64,
}

impl Reading {
    /// Returns the seconds since the Unix epoch, as in a `NumericDate` (RFC 7519 §2).
    #[inline]
    pub(crate) fn unix_seconds(self) -> i64 {
        self.wall_millis.div_euclid(1_000)
    }

    /// Returns the time since an earlier reading, by the clock that has moved further.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        let monotonic = self.monotonic.saturating_sub(earlier.monotonic);
        let wall = self.wall_millis.saturating_sub(earlier.wall_millis);
        monotonic.max(Duration::from_millis(u64::try_from(wall).unwrap_or(0)))
    }

    /// Returns this reading with `time` added to both clocks.
    pub(crate) fn after(self, time: Duration) -> Self {
        let millis = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        Self {
            monotonic: self.monotonic.saturating_add(time),
            wall_millis: self.wall_millis.saturating_add(millis),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_that_moved_further_gives_the_age() {
        let at = |monotonic: u64, wall_millis| Reading {
            monotonic: Duration::from_secs(monotonic),
            wall_millis,
        };
        let start = at(100, 1_000_000);
        for (what, now, seconds) in [
            ("both clocks run", at(160, 1_060_000), 60),
            ("the machine was suspended", at(110, 37_000_000), 36_000),
            ("the wall clock was set back", at(160, 0), 60),
            ("the wall clock was set forward", at(100, 5_000_000), 4_000),
            ("the reading is before the start", at(50, 500_000), 0),
        ] {
            assert_eq!(now.since(start), Duration::from_secs(seconds), "{what}");
        }
        let minute = Duration::from_secs(60);
        assert_eq!(start.after(minute), at(160, 1_060_000));
        assert_eq!(at(0, -6_500).unix_seconds(), -7);
    }
}
