//! The questions that the task asks the log. Each must be answered within two seconds.

use std::time::Duration;

use super::{
    attached::Attached,
    log::{Head, LogError, Logged},
    within::within,
};
use crate::clock::Reading;

/// Reads a page of records after this position.
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

/// Returns when a beat was written; `None` if the log does not know that. `beat` is that of the newest head.
pub(super) async fn written_at(
    attached: &Attached,
    beat: &str,
    now: Reading,
) -> Result<Option<Reading>, LogError> {
    let age = within(attached.log.beat_age(beat)).await?;
    Ok(age.map(|age| before(now, age)))
}

fn before(now: Reading, age: Duration) -> Reading {
    let millis = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
    Reading {
        monotonic: now.monotonic.saturating_sub(age),
        wall_millis: now.wall_millis.saturating_sub(millis),
    }
}
