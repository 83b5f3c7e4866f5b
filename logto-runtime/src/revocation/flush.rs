//! Writes the entries (revocations) of this process to the log of revocations.

use super::{Revocations, log::LogError};

impl Revocations {
    /// Appends the revocations that are not in the log yet. Call this method when the program ends, after the
    /// server has stopped.
    ///
    /// # Errors
    ///
    /// Fails if the revocations cannot be appended to the log, or if this method is called outside a tokio
    /// runtime with a timer. Revocations that are not appended before the process ends are lost.
    pub async fn flush(&self) -> Result<(), LogError> {
        match &self.shared.attached {
            Some(attached) => attached.send().await,
            None => Ok(()),
        }
    }
}
