//! Waits until a list of revocations is ready for requests.

use super::{Revocations, log::LogError};

impl Revocations {
    /// Waits until the list is ready for requests.
    ///
    /// - A list in memory is ready at once.
    /// - A list with a log is ready after the log has been read once. Until then, requests with a valid token
    ///   get 503. With [`start_empty`](crate::RevocationsBuilder::start_empty), this method does not wait for
    ///   the log.
    /// - In the modes `RefuseOlderThan` and `Unavailable` of [`Silence`](crate::Silence), this method also
    ///   waits for a sign of life of a process that receives webhooks. If the log is new, first call
    ///   [`accept_empty_log`](Self::accept_empty_log). Until a new log is accepted, no sign of life counts.
    ///
    /// # Errors
    ///
    /// Fails if the wait takes ten seconds. The error is the last error of the log, or says what is still
    /// missing. If the list was built in a runtime that has ended, fails without a further wait. A list with
    /// a log needs a tokio runtime with a timer. Without such a runtime, fails at once.
    pub async fn ready(&self) -> Result<(), LogError> {
        match &self.shared.attached {
            Some(attached) => attached.until(|| attached.is_ready(self.now())).await,
            None => Ok(()),
        }
    }

    /// Waits until the log has been read once, even with `start_empty`. Waits for at most ten seconds. Unlike
    /// [`ready`](Self::ready), does not wait for a process that receives webhooks.
    pub(crate) async fn loaded(&self) -> Result<(), LogError> {
        match &self.shared.attached {
            Some(attached) => attached.until(|| attached.is_loaded()).await,
            None => Ok(()),
        }
    }
}
