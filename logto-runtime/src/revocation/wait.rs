//! Waits for the task that reads the log of revocations.

use std::{pin::pin, time::Duration};

use super::{attached::Attached, log::LogError};
use crate::clock::{Reading, current_runtime};

/// The longest wait of [`Attached::until`].
const WAIT_AT_START: Duration = Duration::from_secs(10);

/// A request waits for the log in slices of this length.
const SLICE: Duration = Duration::from_millis(100);

/// The greatest number of slices: two seconds in total.
const SLICES: usize = 20;

const ENDED: &str = "is not read, because the task that reads it has ended with its runtime; build the \
                     list in a runtime that runs as long as requests are served";

/// The result of [`Attached::until_not_paused`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waited {
    /// The pause is over: the log was read after the pause, or is out of reach.
    UntilOver,
    /// Within two seconds, the log was neither read nor found out of reach. Or there was no wait, because the
    /// caller is outside a tokio runtime with a timer.
    InVain,
}

impl Attached {
    /// Waits until the log was read after a pause of the process, or is out of reach. Waits for at most two
    /// seconds. If the process is stopped during the wait, each stop counts as at most one slice.
    pub(super) async fn until_not_paused(&self, now: impl Fn() -> Reading) -> Waited {
        // Without a timer, the wait could not be limited.
        if current_runtime().is_err() {
            return Waited::InVain;
        }
        let mut readings = self.readings.subscribe();
        // A reading of the log that began before the pause does not end the pause. After such a reading, the
        // wait goes on.
        let mut wait =
            pin!(async { while readings.changed().await.is_ok() && self.was_paused(now()) {} });
        // Each slice has its own timeout. One timeout of two seconds could pass while the process is stopped.
        for _ in 0..SLICES {
            if tokio::time::timeout(SLICE, wait.as_mut()).await.is_ok() {
                return Waited::UntilOver;
            }
        }
        Waited::InVain
    }

    /// Calls `is_met` now and after each reading of the log, until it returns `true`. After
    /// [`WAIT_AT_START`], fails with an error that says the reason. Also fails as soon as the task that reads
    /// the log has ended. Outside a tokio runtime with a timer, fails at once.
    pub(super) async fn until(&self, is_met: impl Fn() -> bool) -> Result<(), LogError> {
        if current_runtime().is_err() {
            return Err(LogError::new(
                "can't be waited for outside a tokio runtime with a timer; wait inside a \
                 runtime that was built with `.enable_all()`",
            ));
        }
        let mut readings = self.readings.subscribe();
        let wait = async {
            loop {
                // If the task ends after this look, the counter of the readings rises once more.
                let ended = self.has_ended();
                if is_met() {
                    return Ok(());
                }
                if ended || readings.changed().await.is_err() {
                    return Err(LogError::new(ENDED));
                }
            }
        };
        if let Ok(outcome) = tokio::time::timeout(WAIT_AT_START, wait).await {
            return outcome;
        }
        Err(self.problem().unwrap_or_else(|| {
            LogError::new(if self.is_loaded() {
                "has no sign of a process that receives webhooks; start one"
            } else {
                "was not read to its end within 10 s; see whether its server or its disk is overloaded"
            })
        }))
    }
}
