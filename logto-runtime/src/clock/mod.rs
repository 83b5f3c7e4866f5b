//! The clocks of this crate.
//!
//! Code that decides about a request, or about a fetch of the key set, takes a [`Reading`] of a [`Clock`].
//! A reading has the times of two clocks, the wall clock and the monotonic clock:
//!
//! - The times in claims (`exp`, `iat`, `nbf`) are compared with the wall clock.
//! - The back-off and the rate limit of fetches use the monotonic clock.
//! - [`Reading::since`] computes an age with each clock, and returns the greater age. So old keys of a key
//!   set do not look fresh after the machine was suspended, or after the wall clock was set back.
//!
//! [`current_runtime`] returns the current tokio runtime if it has a timer. A wait with a time limit needs
//! the timer.
//!
//! Tests drive both clocks from one function with [`Clock::driven_by`], or set each clock with
//! `Clock::reading`.

#[cfg(any(test, feature = "test-util"))]
mod driven;
mod reading;
mod runtime;
mod system;

#[cfg(any(test, feature = "test-util"))]
use std::time::SystemTime;

#[cfg(any(test, feature = "test-util"))]
use self::driven::Driven;
pub(crate) use self::{
    reading::Reading,
    runtime::{NoRuntime, current_runtime},
};

/// A source of wall-clock and monotonic time.
#[derive(Clone)]
pub(crate) struct Clock(Kind);

#[derive(Clone)]
enum Kind {
    System,
    #[cfg(any(test, feature = "test-util"))]
    Driven(std::sync::Arc<Driven>),
    #[cfg(test)]
    Read(std::sync::Arc<dyn Fn() -> Reading + Send + Sync>),
}

impl Clock {
    /// Returns a clock that reads the time of the system.
    pub(crate) fn system() -> Self {
        Self(Kind::System)
    }

    /// Returns a clock that gets its wall-clock time from `now`. If the wall-clock time moves forward
    /// between two readings, the monotonic time moves forward by the same step. If the wall-clock time moves
    /// back, the monotonic time does not change.
    #[cfg(any(test, feature = "test-util"))]
    pub(crate) fn driven_by(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Kind::Driven(std::sync::Arc::new(Driven::by(now))))
    }

    /// Returns a clock that gets its readings from `read`. With it, a test sets the two clocks independently.
    #[cfg(test)]
    pub(crate) fn reading(read: impl Fn() -> Reading + Send + Sync + 'static) -> Self {
        Self(Kind::Read(std::sync::Arc::new(read)))
    }

    /// Reads both clocks.
    #[inline]
    pub(crate) fn read(&self) -> Reading {
        match &self.0 {
            Kind::System => system::read(),
            #[cfg(any(test, feature = "test-util"))]
            Kind::Driven(driven) => driven.read(),
            #[cfg(test)]
            Kind::Read(read) => read(),
        }
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            Kind::System => "Clock::System",
            #[cfg(any(test, feature = "test-util"))]
            Kind::Driven(_) => "Clock::Driven",
            #[cfg(test)]
            Kind::Read(_) => "Clock::Read",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{Arc, Mutex},
        time::{Duration, UNIX_EPOCH},
    };

    use super::*;

    fn both(clock: &Clock) -> (i64, Duration) {
        let reading = clock.read();
        (reading.unix_seconds(), reading.monotonic)
    }

    #[test]
    fn a_driven_clock_moves_both_clocks_forward_and_only_the_wall_clock_back() {
        let now = Arc::new(Mutex::new(UNIX_EPOCH + Duration::from_secs(1_000)));
        let clock = Clock::driven_by({
            let now = Arc::clone(&now);
            move || *now.lock().unwrap()
        });
        assert_eq!(both(&clock), (1_000, Duration::ZERO));
        *now.lock().unwrap() += Duration::from_secs(60);
        assert_eq!(both(&clock), (1_060, Duration::from_secs(60)));
        *now.lock().unwrap() -= Duration::from_secs(500);
        assert_eq!(both(&clock), (560, Duration::from_secs(60)));
        *now.lock().unwrap() += Duration::from_secs(5);
        assert_eq!(both(&clock), (565, Duration::from_secs(65)));
    }

    #[test]
    fn a_wall_clock_before_the_epoch_is_negative() {
        let clock = Clock::driven_by(|| UNIX_EPOCH - Duration::from_secs(7));
        assert_eq!(clock.read().unix_seconds(), -7);
    }
}
