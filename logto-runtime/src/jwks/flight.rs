//! One fetch of the key set: a task of its own, which requests join but do not own.
//!
//! A caller who hangs up neither cancels it nor uses up its turn; otherwise strangers could keep a
//! service from ever learning a rotated key.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{Arc, OnceLock, atomic::Ordering},
    time::Duration,
};

use http::HeaderValue;
use tokio::{sync::watch, task::AbortHandle, time::timeout};

use super::{
    cache::Shared,
    key_set::KeySet,
    source::{FETCH_TIMEOUT, FetchError, Fetched},
};
use crate::telemetry;

/// A fetch under way, as those see it who wait for it.
#[derive(Clone)]
pub(super) struct Flight {
    pub(super) number: u64,
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
    pub(super) fn new(shared: Arc<Shared>, number: u64, started: Duration) -> (Self, Flight) {
        let (sender, receiver) = watch::channel(None);
        let guard = Self {
            shared,
            number,
            started,
            outcome: sender,
        };
        let flight = Flight {
            number,
            started,
            outcome: receiver,
            task: Arc::default(),
        };
        (guard, flight)
    }

    /// Fetches, and puts what came where requests find it.
    pub(super) async fn fly(self, etag: Option<HeaderValue>) {
        let Some(source) = &self.shared.source else {
            return;
        };
        let fetched = timeout(FETCH_TIMEOUT, source.fetch(etag.as_ref()))
            .await
            .unwrap_or(Err(FetchError::TimedOut));
        let outcome = match fetched.and_then(|fetched| self.read(fetched)) {
            Ok(update) => self.succeed(update),
            Err(error) => self.fail(error),
        };
        self.outcome.send_replace(outcome);
    }

    fn read(&self, fetched: Fetched) -> Result<Option<Update>, FetchError> {
        match fetched {
            Fetched::NotModified => Ok(None),
            Fetched::Document { bytes, etag } => {
                let previous = self.shared.keys.load_full();
                let keys = KeySet::parse(&bytes, previous.as_deref())?;
                Ok(Some(Update { keys, etag }))
            }
        }
    }

    fn succeed(&self, update: Option<Update>) -> Option<Outcome> {
        let shared = &self.shared;
        let mut state = shared.lock();
        if !is_current(state.flight.as_ref(), self.number) {
            return None;
        }
        if let Some(Update { keys, etag }) = update {
            let next = Arc::new(keys);
            if let Some(previous) = shared.keys.swap(Some(Arc::clone(&next))) {
                previous.retire_keys_missing_in(&next);
            }
            state.etag = etag;
        }
        state.refresh.succeeded();
        state.flight = None;
        let recovered = state.last_error.take().is_some();
        // As of its start: what changed while the answer travelled is not in it.
        shared.current_at.set(self.started);
        shared.due_at.set(self.started + shared.times.fresh_for);
        shared.failing.store(false, Ordering::Release);
        drop(state);
        telemetry::fetched(true);
        if recovered {
            telemetry::keys_recovered();
        }
        Some(Outcome::Succeeded)
    }

    fn fail(&self, error: FetchError) -> Option<Outcome> {
        let shared = &self.shared;
        let mut state = shared.lock();
        if !is_current(state.flight.as_ref(), self.number) {
            return None;
        }
        let due_at = state
            .refresh
            .failed(shared.clock.monotonic(), jitter(self.number));
        state.flight = None;
        let error = Arc::new(error);
        let first = state.last_error.replace(Arc::clone(&error)).is_none();
        shared.due_at.set(due_at);
        shared.failing.store(true, Ordering::Release);
        drop(state);
        telemetry::fetched(false);
        if first {
            telemetry::keys_not_fetched(&error);
        }
        Some(Outcome::Failed)
    }
}

impl Drop for FlightGuard {
    fn drop(&mut self) {
        if self.outcome.borrow().is_some() {
            return;
        }
        let mut state = self.shared.lock();
        if is_current(state.flight.as_ref(), self.number) {
            state.flight = None;
            state.refresh.lost();
            self.shared.due_at.set(Duration::ZERO);
        }
    }
}

struct Update {
    keys: KeySet,
    etag: Option<HeaderValue>,
}

/// A flight that was given up for lost must not overwrite what came after it.
fn is_current(flight: Option<&Flight>, number: u64) -> bool {
    flight.is_some_and(|flight| flight.number == number)
}

/// Between 0 and 1, different in every process.
fn jitter(number: u64) -> f64 {
    let random = RandomState::new().hash_one(number);
    f64::from(u32::try_from(random >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}
