//! How the task that reads the log asks the log.
//!
//! The process may be stopped between a question and its answer. The answer then does not show what was
//! written to the log during the stop. So the time of the question counts, and not that of the answer.

use std::time::Duration;

use super::{
    attached::Attached,
    follow::Reader,
    log::{Head, LogError, Logged},
    within::within,
};
use crate::clock::Reading;

impl Reader {
    /// Reads a page of records after the last one that was read.
    pub(super) async fn page(
        &self,
        attached: &Attached,
        wait: Duration,
    ) -> Result<Vec<Logged>, LogError> {
        within(attached.log.read_after(self.position, wait)).await
    }

    /// Notes when an answer of the log was asked for.
    pub(super) fn note_answer(&mut self, attached: &Attached, asked_at: Reading) {
        self.asked_at = Some(asked_at);
        attached.note_progress(asked_at);
    }
}

/// Reads the state of the log.
pub(super) async fn head(attached: &Attached) -> Result<Head, LogError> {
    within(attached.log.head()).await
}

/// Returns when the beat of the newest head was written; `None` if the log does not know that.
pub(super) async fn written_at(
    attached: &Attached,
    beat: &str,
    now: Reading,
) -> Result<Option<Reading>, LogError> {
    let age = within(attached.log.beat_age(beat)).await?;
    Ok(age.map(|age| now.before(age)))
}
