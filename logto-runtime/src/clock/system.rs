//! The clocks of the machine, as cheaply as they can be read: each request reads both.

#[cfg(target_os = "linux")]
pub(super) use self::of_the_kernel::{monotonic, unix_seconds};
#[cfg(not(target_os = "linux"))]
pub(super) use self::of_the_library::{monotonic, unix_seconds};

/// The kernel's coarse clocks are as of its last tick, at most 10 ms ago, and a read costs a
/// quarter of the exact ones'. Nothing here is judged by less than a second.
#[cfg(target_os = "linux")]
mod of_the_kernel {
    use std::time::Duration;

    use rustix::time::{ClockId, clock_gettime};

    #[inline]
    pub(crate) fn unix_seconds() -> i64 {
        clock_gettime(ClockId::RealtimeCoarse).tv_sec
    }

    /// Since some moment before the program began.
    #[inline]
    pub(crate) fn monotonic() -> Duration {
        let now = clock_gettime(ClockId::MonotonicCoarse);
        let nanos = u32::try_from(now.tv_nsec).unwrap_or_default();
        Duration::new(now.tv_sec.unsigned_abs(), nanos)
    }
}

#[cfg(not(target_os = "linux"))]
mod of_the_library {
    use std::{
        sync::LazyLock,
        time::{Duration, Instant, SystemTime},
    };

    pub(crate) fn unix_seconds() -> i64 {
        super::super::unix_seconds(SystemTime::now())
    }

    pub(crate) fn monotonic() -> Duration {
        static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);
        STARTED.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

    use super::*;

    #[test]
    fn both_clocks_agree_with_those_of_the_standard_library_but_for_a_tick() {
        let wall = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let tick = Duration::from_millis(20);
        let before = wall().saturating_sub(tick).as_secs();
        let read = unix_seconds();
        assert!(before.cast_signed() <= read && read <= wall().as_secs().cast_signed());

        let (began, first) = (Instant::now(), monotonic());
        while began.elapsed() < 2 * tick {
            std::hint::spin_loop();
        }
        let passed = monotonic() - first;
        assert!(
            tick <= passed && passed <= began.elapsed() + tick,
            "{passed:?}"
        );
    }
}
