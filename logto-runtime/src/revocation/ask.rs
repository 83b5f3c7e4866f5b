//! Asks the revocation log. Each answer must come within two seconds.

use std::time::Duration;

use super::{
    attached::Attached,
    log::{Head, LogError, Logged},
    within::within,
};

/// Reads a page of records after `position`, or from the start of the log for `None`. If the log does not
/// have such a record yet, waits for one, but at most for `wait`.
pub(super) async fn page(
    attached: &Attached,
    position: Option<u128>,
    wait: Duration,
) -> Result<Vec<Logged>, LogError> {
    within(attached.log.read_after(position, wait)).await
}

/// Reads the state of the log.
pub(super) async fn head(attached: &Attached) -> Result<Head, LogError> {
    within(attached.log.head()).await
}

/// Returns how long ago a beat was written, or `None` if the log does not know. A beat is the sign of life of
/// a process that receives webhooks. Pass the newest beat.
pub(super) async fn beat_age(
    attached: &Attached,
    beat: &str,
) -> Result<Option<Duration>, LogError> {
    within(attached.log.beat_age(beat)).await
}
