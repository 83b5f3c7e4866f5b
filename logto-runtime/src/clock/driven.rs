//! [`Driven`], a clock for tests.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use super::{reading::Reading, system};

/// A clock that gets its wall-clock time from a function. Its monotonic time is the sum of all steps by which
/// the wall-clock time has moved forward.
pub(super) struct Driven {
    now: Box<dyn Fn() -> SystemTime + Send + Sync>,
    /// The last wall-clock time, and the monotonic time at that moment.
    steps: Mutex<(SystemTime, Duration)>,
}

impl Driven {
    pub(super) fn by(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        let last = now();
        Self {
            now: Box::new(now),
            steps: Mutex::new((last, Duration::ZERO)),
        }
    }

    /// Calls the function once. If its time has moved forward, adds the step to the monotonic time.
    pub(super) fn read(&self) -> Reading {
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (self.now)();
        let (last, elapsed) = *steps;
        let elapsed = elapsed.saturating_add(now.duration_since(last).unwrap_or_default());
        *steps = (now, elapsed);
        Reading {
            monotonic: elapsed,
            wall_millis: system::wall_millis(now),
        }
    }
}
