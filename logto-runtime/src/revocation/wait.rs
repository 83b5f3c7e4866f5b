//! Waits for the task that reads the log of revocations.

use std::time::Duration;

use super::{
    attached::{Attached, PAUSED},
    log::LogError,
    within::CALL_WITHIN,
};
use crate::clock::{Reading, current_runtime};

/// How long to wait for the log at the start of a program.
const WAIT_AT_START: Duration = Duration::from_secs(10);

impl Attached {
    /// Waits, for at most [`CALL_WITHIN`], for the end of a reading that began after the pause. If the
    /// process is paused again, this time begins anew. Returns whether such a reading has ended.
    pub(super) async fn wait_for_reading(&self, now: impl Fn() -> Reading) -> bool {
        // Without a timer, the wait could not be limited. The request goes on with the current list.
        if current_runtime().is_err() {
            return false;
        }
        let mut readings = self.readings.subscribe();
        loop {
            let began = now();
            // A reading that the pause has interrupted may end first. Such a reading does not end the wait.
            let wait =
                async { while readings.changed().await.is_ok() && self.was_paused(now()) {} };
            let in_time = tokio::time::timeout(CALL_WITHIN, wait).await.is_ok();
            // If the process was paused again, the limit passed during that pause.
            if in_time || now().since(began) < PAUSED {
                return in_time;
            }
        }
    }

    /// Calls `is_met` now and after each reading, until it returns `true`. Fails after
    /// [`WAIT_AT_START`], with the reason.
    pub(super) async fn until(&self, is_met: impl Fn() -> bool) -> Result<(), LogError> {
        if current_runtime().is_err() {
            return Err(LogError::new(
                "can't be waited for outside a tokio runtime with a timer; build it with \
                 `.enable_all()`",
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
