//! [`Ticket`], with which requests wait for a fetch of the key set.
//!
//! A fetch is a task of its own, so it goes on when a client disconnects. If a disconnect stopped the fetch,
//! clients that disconnect early could prevent every fetch of a new key.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::{sync::watch, task::AbortHandle, time::timeout};

use crate::clock::Reading;

/// A handle to a running fetch, for requests that wait for it.
#[derive(Clone)]
pub(super) struct Ticket {
    pub(super) started: Reading,
    outcome: watch::Receiver<Option<Outcome>>,
    task: Arc<OnceLock<AbortHandle>>,
}

/// How a fetch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The key set was fetched, or was not modified.
    Succeeded,
    /// The key set could not be fetched.
    Failed,
}

/// How a wait for a fetch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WaitOutcome {
    /// The fetch succeeded or failed.
    Outcome(Outcome),
    /// The fetch was lost: its task or runtime ended without an outcome, or the fetch was given up.
    Lost,
    /// The fetch did not end within the given time.
    TimedOut,
}

impl Ticket {
    /// Returns a ticket, and the sender of the outcome.
    pub(super) fn new(started: Reading) -> (Self, watch::Sender<Option<Outcome>>) {
        let (sender, receiver) = watch::channel(None);
        let ticket = Self {
            started,
            outcome: receiver,
            task: Arc::default(),
        };
        (ticket, sender)
    }

    /// Waits for the outcome, for at most `limit`.
    pub(super) async fn wait(mut self, limit: Duration) -> WaitOutcome {
        let outcome = self.outcome.wait_for(Option::is_some);
        match timeout(limit, outcome).await {
            Ok(Ok(outcome)) => outcome.map_or(WaitOutcome::Lost, WaitOutcome::Outcome),
            Ok(Err(_)) => WaitOutcome::Lost,
            Err(_) => WaitOutcome::TimedOut,
        }
    }

    /// Sets the task of the fetch, so that it can be aborted.
    pub(super) fn set_task(&self, task: AbortHandle) {
        // Can't fail: only the request that started the fetch sets the task.
        drop(self.task.set(task));
    }

    /// Aborts the task of the fetch.
    pub(super) fn abort(&self) {
        if let Some(task) = self.task.get() {
            task.abort();
        }
    }
}
