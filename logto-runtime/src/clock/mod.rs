//! The clocks of this crate.
//!
//! Every part that needs the time receives a [`Clock`] and reads one of two values from it:
//!
//! - [`Clock::unix_seconds`], the wall clock, for the times in claims (`exp`, `iat`, `nbf`);
//! - [`Clock::monotonic`], for durations: the age of the key set, back-off and rate limits.
//!
//! A wall clock that is set back does not make the key set younger: durations ignore it.
//! Tests drive both clocks from one function with [`Clock::driven_by`].

use std::{
    sync::LazyLock,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// A source of wall-clock and monotonic time.
#[derive(Clone)]
pub(crate) struct Clock(Kind);

#[derive(Clone)]
enum Kind {
    System,
    #[cfg(any(test, feature = "test-util"))]
    Driven(std::sync::Arc<Driven>),
}

impl Clock {
    /// Returns a clock that reads the time of the system.
    pub(crate) fn system() -> Self {
        Self(Kind::System)
    }

    /// Returns a clock that reads its wall-clock time from `now`. Its monotonic time adds up the
    /// forward steps of `now`.
    #[cfg(any(test, feature = "test-util"))]
    pub(crate) fn driven_by(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        let last = now();
        Self(Kind::Driven(std::sync::Arc::new(Driven {
            now: Box::new(now),
            steps: std::sync::Mutex::new((last, Duration::ZERO)),
        })))
    }

    /// Returns the seconds since the Unix epoch, as in a `NumericDate` (RFC 7519 §2).
    #[inline]
    pub(crate) fn unix_seconds(&self) -> i64 {
        match &self.0 {
            Kind::System => unix_seconds(SystemTime::now()),
            #[cfg(any(test, feature = "test-util"))]
            Kind::Driven(driven) => unix_seconds((driven.now)()),
        }
    }

    /// Returns the time since an unspecified moment. It never decreases.
    #[inline]
    pub(crate) fn monotonic(&self) -> Duration {
        match &self.0 {
            Kind::System => STARTED.elapsed(),
            #[cfg(any(test, feature = "test-util"))]
            Kind::Driven(driven) => driven.monotonic(),
        }
    }
}

/// The moment from which the monotonic clock of the system counts.
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

/// A clock that a function drives, with the last reading and the monotonic time at it.
#[cfg(any(test, feature = "test-util"))]
struct Driven {
    now: Box<dyn Fn() -> SystemTime + Send + Sync>,
    steps: std::sync::Mutex<(SystemTime, Duration)>,
}

#[cfg(any(test, feature = "test-util"))]
impl Driven {
    /// Returns the sum of the forward steps, so that a wall clock that is set back does not shrink
    /// durations.
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
    fn a_driven_clock_moves_both_clocks_forward_and_only_the_wall_clock_back() {
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
    fn a_wall_clock_before_the_epoch_is_negative() {
        let clock = Clock::driven_by(|| UNIX_EPOCH - Duration::from_secs(7));
        assert_eq!(clock.unix_seconds(), -7);
    }
}
