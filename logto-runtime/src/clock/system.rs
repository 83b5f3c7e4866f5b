//! The clocks of the system.

use super::reading::Reading;

/// Reads the coarse clocks of the kernel. They advance only at each tick, at least every 10 ms. So they are
/// at most 10 ms late.
///
/// Each verification of a token reads both clocks. The precise clocks would take 60 ns, too much for a guard
/// that should add at most 250 ns to a request. A clock that is 10 ms late does not matter: the default time
/// limits of this crate are much longer.
#[cfg(target_os = "linux")]
#[inline]
pub(super) fn read() -> Reading {
    use std::time::Duration;

    use rustix::time::{ClockId, clock_gettime};

    let monotonic = clock_gettime(ClockId::MonotonicCoarse);
    let wall = clock_gettime(ClockId::RealtimeCoarse);
    let nanos = u32::try_from(monotonic.tv_nsec).unwrap_or_default();
    Reading {
        monotonic: Duration::new(monotonic.tv_sec.unsigned_abs(), nanos),
        wall_millis: wall
            .tv_sec
            .saturating_mul(1_000)
            .saturating_add(wall.tv_nsec / 1_000_000),
    }
}

/// Reads the clocks of the standard library.
#[cfg(not(target_os = "linux"))]
pub(super) fn read() -> Reading {
    use std::{
        sync::LazyLock,
        time::{Instant, SystemTime},
    };

    static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);
    Reading {
        monotonic: STARTED.elapsed(),
        wall_millis: wall_millis(SystemTime::now()),
    }
}

/// Returns the milliseconds since the Unix epoch, negative before it.
#[cfg(any(test, feature = "test-util", not(target_os = "linux")))]
pub(super) fn wall_millis(now: std::time::SystemTime) -> i64 {
    match now.duration_since(std::time::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant, SystemTime};

    use super::*;

    #[test]
    fn the_clocks_differ_from_those_of_the_standard_library_by_at_most_a_few_ticks() {
        const FEW_TICKS: Duration = Duration::from_millis(100);
        let before = wall_millis(SystemTime::now() - FEW_TICKS);
        let began = Instant::now();
        let first = read();
        let after = wall_millis(SystemTime::now());
        assert!(
            (before..=after).contains(&first.wall_millis),
            "{before} {first:?} {after}"
        );
        let waiting = Instant::now();
        while waiting.elapsed() < 2 * FEW_TICKS {
            std::hint::spin_loop();
        }
        let passed = read().monotonic - first.monotonic;
        assert!(
            FEW_TICKS <= passed && passed <= began.elapsed() + FEW_TICKS,
            "{passed:?}"
        );
    }
}
