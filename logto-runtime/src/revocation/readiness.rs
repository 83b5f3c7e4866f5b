//! Waits until requests can be answered with a list of revocations.

use super::{Revocations, log::LogError};

impl Revocations {
    /// Waits until the log has been read once, and requests can be answered.
    ///
    /// Until the log has been read, requests with a valid token are answered with 503. A list in memory is
    /// ready at once. With [`start_empty`](crate::RevocationsBuilder::start_empty), this method does not wait for
    /// the log.
    ///
    /// In the modes `RefuseOlderThan` and `Unavailable` of [`Silence`](crate::Silence), this method also
    /// waits until a process that receives webhooks shows that it is alive. No process counts as alive until
    /// a new log is accepted. So if the log is new, call [`accept_empty_log`](Self::accept_empty_log) first.
    ///
    /// # Errors
    ///
    /// Fails if the wait takes ten seconds. The error is the last error of the log, or says what is still
    /// missing. With a log, fails at once outside a tokio runtime with a timer.
    pub async fn ready(&self) -> Result<(), LogError> {
        match &self.shared.attached {
            Some(attached) => attached.until(|| attached.is_ready(self.now())).await,
            None => Ok(()),
        }
    }

    /// Waits until the log has been read once, for at most ten seconds. Unlike
    /// [`ready`](Self::ready), does not wait for a process that receives webhooks.
    pub(crate) async fn loaded(&self) -> Result<(), LogError> {
        match &self.shared.attached {
            Some(attached) => attached.until(|| attached.is_loaded()).await,
            None => Ok(()),
        }
    }
}
