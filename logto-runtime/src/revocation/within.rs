//! Limits how long a call of the log of revocations may take.

use std::time::Duration;

use super::log::LogError;

/// How long one call of the log may take.
pub(super) const CALL_WITHIN: Duration = Duration::from_secs(2);

const LATE: &str = "did not answer within 2 s; see whether its server or its disk is overloaded";

/// Waits for a call of the log. Fails after [`CALL_WITHIN`].
pub(super) async fn within<T>(
    call: impl Future<Output = Result<T, LogError>>,
) -> Result<T, LogError> {
    let in_time = tokio::time::timeout(CALL_WITHIN, call).await;
    in_time.unwrap_or_else(|_| Err(LogError::new(LATE)))
}
