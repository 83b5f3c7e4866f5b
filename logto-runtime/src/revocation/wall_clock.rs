//! Notices that the wall clock was set, or that the machine was suspended.

use crate::clock::Reading;

/// How far the wall clock may move against the monotonic clock before it counts as set, in milliseconds.
const DRIFT: i64 = 60_000;

/// Compares the wall clock with the monotonic clock.
#[derive(Debug, Default)]
pub(super) struct WallClock {
    /// The wall clock minus the monotonic clock, in milliseconds. Set by the first call of `was_set`, and by
    /// each call that returns `true`.
    ahead: Option<i64>,
}

impl WallClock {
    /// Returns `true` once after the wall clock has moved by more than [`DRIFT`] against the monotonic clock.
    /// Usual causes: the wall clock was set, or the machine was suspended. The first call returns `false`.
    pub(super) fn was_set(&mut self, now: Reading) -> bool {
        let monotonic = i64::try_from(now.monotonic.as_millis()).unwrap_or(i64::MAX);
        let ahead = now.wall_millis.saturating_sub(monotonic);
        let before = *self.ahead.get_or_insert(ahead);
        let was_set = ahead.abs_diff(before) > DRIFT.unsigned_abs();
        if was_set {
            self.ahead = Some(ahead);
        }
        was_set
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn setting_the_clock_ahead_or_back_is_noticed_once() {
        let mut clock = WallClock::default();
        for (monotonic, wall_millis, set) in [
            (100, 1_000_000, false),
            (160, 1_060_000, false),
            // A move of exactly a minute still counts as drift. A millisecond more does not.
            (161, 1_121_000, false),
            (162, 1_122_001, true),
            (9_162, 10_122_001, false),
            (9_163, 0, true),
            (9_164, 1_000, false),
            (9_165, i64::MAX, true),
            (9_166, i64::MIN, true),
        ] {
            let now = Reading {
                monotonic: Duration::from_secs(monotonic),
                wall_millis,
            };
            assert_eq!(clock.was_set(now), set, "{now:?}");
        }
    }
}
