//! One fetch of the key set: a task of its own, which requests join but do not own.
//!
//! A caller who hangs up neither cancels it nor uses up its turn; otherwise strangers could keep a
//! service from ever learning a rotated key.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::{sync::watch, task::AbortHandle, time::timeout};

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
    /// A flight, and where its outcome is to be put.
    pub(super) fn new(started: Duration) -> (Self, watch::Sender<Option<Outcome>>) {
        let (sender, receiver) = watch::channel(None);
        let flight = Self {
            started,
            outcome: receiver,
            task: Arc::default(),
        };
        (flight, sender)
    }

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
