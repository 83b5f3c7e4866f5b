//! The two clocks: the wall for claims, a monotonic one for durations.

use std::{
    sync::LazyLock,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Where the time comes from. Every stage that needs it is handed one.
#[derive(Clone)]
pub(crate) struct Clock(Kind);

#[derive(Clone)]
enum Kind {
    System,
    #[cfg(any(test, feature = "test-util"))]
    Driven(std::sync::Arc<Driven>),
}

impl Clock {
    pub(crate) fn system() -> Self {
        Self(Kind::System)
    }

    /// A clock that `now` drives: both the wall and, by its forward steps, the monotonic one.
    #[cfg(any(test, feature = "test-util"))]
    pub(crate) fn driven_by(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        let last = now();
        Self(Kind::Driven(std::sync::Arc::new(Driven {
            now: Box::new(now),
            steps: std::sync::Mutex::new((last, Duration::ZERO)),
        })))
    }

    /// Seconds since the epoch, as RFC 7519 §2 counts a `NumericDate`.
    #[inline]
    pub(crate) fn unix_seconds(&self) -> i64 {
        match &self.0 {
            Kind::System => unix_seconds(SystemTime::now()),
            #[cfg(any(test, feature = "test-util"))]
            Kind::Driven(driven) => unix_seconds((driven.now)()),
        }
    }

    /// Time since some moment; never goes back.
    #[inline]
    pub(crate) fn monotonic(&self) -> Duration {
        match &self.0 {
            Kind::System => STARTED.elapsed(),
            #[cfg(any(test, feature = "test-util"))]
            Kind::Driven(driven) => driven.monotonic(),
        }
    }
}

/// The origin of the monotonic clock.
static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

fn unix_seconds(now: SystemTime) -> i64 {
    match now.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |s| -s),
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            Kind::System => "Clock::System",
            #[cfg(any(test, feature = "test-util"))]
            Kind::Driven(_) => "Clock::Driven",
        })
    }
}

#[cfg(any(test, feature = "test-util"))]
struct Driven {
    now: Box<dyn Fn() -> SystemTime + Send + Sync>,
    steps: std::sync::Mutex<(SystemTime, Duration)>,
}

#[cfg(any(test, feature = "test-util"))]
impl Driven {
    /// Only forward steps count, so that a wall clock set back does not make durations shrink.
    fn monotonic(&self) -> Duration {
        let mut steps = self
            .steps
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let now = (self.now)();
        let (last, elapsed) = *steps;
        let elapsed = elapsed.saturating_add(now.duration_since(last).unwrap_or_default());
        *steps = (now, elapsed);
        elapsed
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn a_driven_clock_moves_both_clocks_forward_and_only_the_wall_back() {
        let now = Arc::new(Mutex::new(UNIX_EPOCH + Duration::from_secs(1_000)));
        let clock = Clock::driven_by({
            let now = Arc::clone(&now);
            move || *now.lock().unwrap()
        });
        assert_eq!(
            (clock.unix_seconds(), clock.monotonic()),
            (1_000, Duration::ZERO)
        );
        *now.lock().unwrap() += Duration::from_secs(60);
        assert_eq!(
            (clock.unix_seconds(), clock.monotonic()),
            (1_060, Duration::from_secs(60))
        );
        *now.lock().unwrap() -= Duration::from_secs(500);
        assert_eq!(
            (clock.unix_seconds(), clock.monotonic()),
            (560, Duration::from_secs(60))
        );
        *now.lock().unwrap() += Duration::from_secs(5);
        assert_eq!(
            (clock.unix_seconds(), clock.monotonic()),
            (565, Duration::from_secs(65))
        );
    }

    #[test]
    fn a_wall_clock_before_the_epoch_counts_below_zero() {
        let clock = Clock::driven_by(|| UNIX_EPOCH - Duration::from_secs(7));
        assert_eq!(clock.unix_seconds(), -7);
    }
}
