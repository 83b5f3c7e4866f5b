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
pub(super) struct Ticket {
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
pub(super) enum WaitOutcome {
    Outcome(Outcome),
    /// Its task or runtime ended without an outcome.
    Lost,
    TimedOut,
}

impl Ticket {
    /// A ticket, and where its outcome is to be put.
    pub(super) fn new(started: Duration) -> (Self, watch::Sender<Option<Outcome>>) {
        let (sender, receiver) = watch::channel(None);
        let ticket = Self {
            started,
            outcome: receiver,
            task: Arc::default(),
        };
        (ticket, sender)
    }

    /// Waits for the outcome, at most so long.
    pub(super) async fn wait(mut self, patience: Duration) -> WaitOutcome {
        let outcome = self.outcome.wait_for(Option::is_some);
        match timeout(patience, outcome).await {
            Ok(Ok(outcome)) => outcome.map_or(WaitOutcome::Lost, WaitOutcome::Outcome),
            Ok(Err(_)) => WaitOutcome::Lost,
            Err(_) => WaitOutcome::TimedOut,
        }
    }

    pub(super) fn set_task(&self, task: AbortHandle) {
        // Set once, by whoever started the ticket.
        drop(self.task.set(task));
    }

    pub(super) fn abort(&self) {
        if let Some(task) = self.task.get() {
            task.abort();
        }
    }
}
