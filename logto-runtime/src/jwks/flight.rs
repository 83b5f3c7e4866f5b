//! One fetch of the key set: a task of its own, which requests join but do not own.
//!
//! A caller who hangs up neither cancels it nor uses up its turn; otherwise strangers could keep a
//! service from ever learning a rotated key.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::{sync::watch, task::AbortHandle, time::timeout};

use super::{
    key_set::KeySet,
    shared::{Shared, Snapshot},
    source::{FETCH_TIMEOUT, FetchError, Fetched},
};
use crate::telemetry;

/// A fetch under way, as those see it who wait for it.
#[derive(Clone)]
pub(super) struct Flight {
    pub(super) started: Duration,
    outcome: watch::Receiver<Option<Outcome>>,
    task: Arc<OnceLock<AbortHandle>>,
}

/// How a fetch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Succeeded,
    Failed,
}

/// How a wait for a fetch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Landing {
    Outcome(Outcome),
    /// Its task or runtime ended without an outcome.
    Lost,
    TimedOut,
}

impl Flight {
    /// Waits for the outcome, at most so long.
    pub(super) async fn land(mut self, patience: Duration) -> Landing {
        let outcome = self.outcome.wait_for(Option::is_some);
        match timeout(patience, outcome).await {
            Ok(Ok(outcome)) => outcome.map_or(Landing::Lost, Landing::Outcome),
            Ok(Err(_)) => Landing::Lost,
            Err(_) => Landing::TimedOut,
        }
    }

    pub(super) fn set_task(&self, task: AbortHandle) {
        // Set once, by whoever started the flight.
        drop(self.task.set(task));
    }

    pub(super) fn abort(&self) {
        if let Some(task) = self.task.get() {
            task.abort();
        }
    }
}

/// Owned by the task. Dropped before the end, by a panic or with its runtime, it frees the flight,
/// and those who wait may try once more.
pub(super) struct FlightGuard {
    shared: Arc<Shared>,
    number: u64,
    started: Duration,
    outcome: watch::Sender<Option<Outcome>>,
}

impl FlightGuard {
    /// What is waited for, and what takes off.
    pub(super) fn new(shared: Arc<Shared>, number: u64, started: Duration) -> (Flight, Self) {
        let (sender, receiver) = watch::channel(None);
        let flight = Flight {
            started,
            outcome: receiver,
            task: Arc::default(),
        };
        let guard = Self {
            shared,
            number,
            started,
            outcome: sender,
        };
        (flight, guard)
    }

    /// Fetches, and puts what came where requests find it.
    pub(super) async fn fly(self) {
        let Some(source) = &self.shared.source else {
            return;
        };
        let current = self.shared.current.load_full();
        let etag = current.as_ref().and_then(|current| current.etag.as_ref());
        let fetched = timeout(FETCH_TIMEOUT, source.fetch(etag))
            .await
            .unwrap_or(Err(FetchError::TimedOut));
        let outcome = match fetched.and_then(|fetched| read(fetched, current.as_deref())) {
            Ok(news) => self.succeed(news),
            Err(error) => self.fail(error),
        };
        self.outcome.send_replace(outcome);
    }

    fn succeed(&self, news: Option<Snapshot>) -> Option<Outcome> {
        let shared = &self.shared;
        let fresh_until = self.started.saturating_add(shared.times.fresh_for);
        let mut recovered = false;
        let landed = shared
            .schedule
            .succeeded(self.number, (self.started, fresh_until), || {
                if let Some(news) = news {
                    // Retired first: once a new key lets somebody in, a withdrawn one does no more.
                    if let Some(previous) = &*shared.current.load() {
                        previous.keys.retire_keys_missing_in(&news.keys);
                    }
                    shared.current.store(Some(Arc::new(news)));
                }
                recovered = shared.last_error.swap(None).is_some();
            });
        if !landed {
            return None;
        }
        telemetry::fetched(true);
        if recovered {
            telemetry::keys_recovered();
        }
        Some(Outcome::Succeeded)
    }

    fn fail(&self, error: FetchError) -> Option<Outcome> {
        let shared = &self.shared;
        let now = shared.clock.monotonic();
        let error = Arc::new(error);
        let mut first = false;
        let landed = shared.schedule.failed(self.number, now, jitter(), || {
            first = shared.last_error.swap(Some(Arc::clone(&error))).is_none();
        });
        if !landed {
            return None;
        }
        telemetry::fetched(false);
        if first {
            telemetry::keys_not_fetched(&error);
        }
        Some(Outcome::Failed)
    }
}

impl Drop for FlightGuard {
    fn drop(&mut self) {
        if self.outcome.borrow().is_none() {
            let now = self.shared.clock.monotonic();
            self.shared.schedule.lost(self.number, now, jitter());
        }
    }
}

/// What to put in the place of the keys at hand, if anything.
fn read(fetched: Fetched, current: Option<&Snapshot>) -> Result<Option<Snapshot>, FetchError> {
    match fetched {
        Fetched::NotModified if current.is_none() => Err(FetchError::NothingToRevalidate),
        Fetched::NotModified => Ok(None),
        Fetched::Document { bytes, etag } => {
            let keys = KeySet::parse(&bytes, current.map(|current| &current.keys))?;
            Ok(Some(Snapshot { keys, etag }))
        }
    }
}

/// Between 0 and 1, different each time and in every process.
pub(super) fn jitter() -> f64 {
    let random = RandomState::new().hash_one(());
    f64::from(u32::try_from(random >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}
