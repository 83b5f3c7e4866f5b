//! The tenant's clock, which a test can move and stop.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

/// A clock whose clones show the same time.
#[derive(Clone)]
pub(super) struct TenantClock(Arc<Mutex<Time>>);

#[derive(Clone, Copy)]
enum Time {
    /// Real time plus this duration.
    Running(Duration),
    /// This time, until a test moves the clock.
    Stopped(SystemTime),
}

impl TenantClock {
    /// Creates a clock that shows real time.
    pub(super) fn real() -> Self {
        Self(Arc::new(Mutex::new(Time::Running(Duration::ZERO))))
    }

    pub(super) fn now(&self) -> SystemTime {
        match *self.lock() {
            Time::Running(ahead) => SystemTime::now() + ahead,
            Time::Stopped(at) => at,
        }
    }

    pub(super) fn advance(&self, by: Duration) {
        match &mut *self.lock() {
            Time::Running(ahead) => *ahead += by,
            Time::Stopped(at) => *at += by,
        }
    }

    pub(super) fn stop_at(&self, now: SystemTime) {
        *self.lock() = Time::Stopped(now);
    }

    fn lock(&self) -> MutexGuard<'_, Time> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn the_clock_shows_real_time_until_it_is_moved() {
        let clock = TenantClock::real();
        let before = SystemTime::now();
        let now = clock.now();
        assert!((before..=SystemTime::now()).contains(&now));
        clock.advance(Duration::from_secs(3_600));
        assert!(clock.now() >= before + Duration::from_secs(3_600));
    }

    #[test]
    fn a_stopped_clock_moves_only_when_it_is_advanced() {
        let clock = TenantClock::real();
        clock.stop_at(UNIX_EPOCH);
        assert_eq!(clock.now(), UNIX_EPOCH);
        clock.advance(Duration::from_secs(7));
        assert_eq!(clock.clone().now(), UNIX_EPOCH + Duration::from_secs(7));
    }
}
