//! Waits for the task that reads the log of revocations.

use std::{pin::pin, time::Duration};

use super::{attached::Attached, log::LogError};
use crate::clock::{Reading, current_runtime};

/// How long to wait for the log at the start of a program.
const WAIT_AT_START: Duration = Duration::from_secs(10);

/// The length of one slice of a request's wait.
const SLICE: Duration = Duration::from_millis(100);

/// The greatest number of slices for which a request waits for the log: two seconds in total.
const SLICES: usize = 20;

impl Attached {
    /// Waits for the end of a reading that began after the pause. Returns whether such a reading has ended
    /// within two seconds. If the process is stopped meanwhile, the stop counts as at most one slice.
    pub(super) async fn wait_for_reading(&self, now: impl Fn() -> Reading) -> bool {
        // Without a timer, the wait could not be limited. The request goes on with the current list.
        if current_runtime().is_err() {
            return false;
        }
        let mut readings = self.readings.subscribe();
        // A reading that the pause has interrupted may end first. Such a reading does not end the wait.
        let mut wait =
            pin!(async { while readings.changed().await.is_ok() && self.was_paused(now()) {} });
        // Each slice has its own timeout. One timeout of two seconds could pass while the process is stopped.
        for _ in 0..SLICES {
            if tokio::time::timeout(SLICE, wait.as_mut()).await.is_ok() {
                return true;
            }
        }
        false
    }

    /// Calls `is_met` now and after each reading, until it returns `true`. Fails after
    /// [`WAIT_AT_START`] with the reason, and at once outside a tokio runtime with a timer.
    pub(super) async fn until(&self, is_met: impl Fn() -> bool) -> Result<(), LogError> {
        if current_runtime().is_err() {
            return Err(LogError::new(
                "can't be waited for outside a tokio runtime with a timer; build the \
                 runtime with `.enable_all()`",
            ));
        }
        let mut readings = self.readings.subscribe();
        let wait = async { while !is_met() && readings.changed().await.is_ok() {} };
        if tokio::time::timeout(WAIT_AT_START, wait).await.is_ok() {
            return Ok(());
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
