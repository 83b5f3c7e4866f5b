//! Writes the entries of this process to the log of revocations.

use super::{Revocations, log::LogError};

impl Revocations {
    /// Appends the entries that are not in the log yet. Call this method when the program ends, after the
    /// server has stopped.
    ///
    /// # Errors
    ///
    /// Fails if the entries cannot be appended to the log. Entries that are not appended before the process
    /// ends are lost.
    pub async fn flush(&self) -> Result<(), LogError> {
        match &self.shared.attached {
            Some(attached) => attached.send().await,
            None => Ok(()),
        }
    }
}
