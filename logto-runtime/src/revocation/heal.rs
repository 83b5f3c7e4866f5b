//! Writes back the entries that the log of revocations has lost.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{
    Revocations,
    attached::Attached,
    backoff,
    follow::Reader,
    log::LogError,
    record::{HEALED, Record},
    within::within,
};
use crate::telemetry;

/// How many records are written before the log is read again.
const BATCH: usize = 1_000;

/// The longest wait before a replica begins to write.
const SPREAD: Duration = Duration::from_millis(500);

/// The longest wait before the next try, in a process that does not receive webhooks.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The longest wait before the next try, in a process that receives webhooks. Such a process writes no beats
/// (signs of life) until the entries are back in the log, so the wait is short.
const LONGEST_PAUSE_OF_RECEIVER: Duration = Duration::from_secs(2);

impl Reader {
    /// Writes the entries that the log lacks. After a failure, plans the next try.
    ///
    /// All replicas notice a loss at about the same time. Three things keep most entries from being written
    /// twice. Each replica waits for a random time. Each replica writes the entries in an order of its own.
    /// And before every batch, it reads the records that the others have written.
    ///
    /// A failure to write back does not count as a failure to read. A replica that does not receive webhooks
    /// may lack the right to write. Such a replica leaves the entries to the other replicas. Later, it checks
    /// whether the entries are in the log.
    pub(super) async fn heal(
        &mut self,
        list: &Revocations,
        attached: &Attached,
        lacking: Vec<Record>,
    ) {
        (self.heal_again_at, self.heal_error) = (None, None);
        if lacking.is_empty() {
            self.heal_failures = 0;
            if std::mem::take(&mut self.loss_reported) {
                telemetry::revocations_complete();
            }
            return;
        }
        sleep(backoff::up_to(SPREAD)).await;
        let mut written = 0;
        let outcome = self
            .write_back(list, attached, &lacking, &mut written)
            .await;
        if written > 0 {
            telemetry::revocations_written_back(written);
        }
        let Err(error) = outcome else {
            (self.heal_failures, self.loss_reported) = (0, false);
            return;
        };
        self.heal_failures = self.heal_failures.saturating_add(1);
        if !error.lacks_rights() || attached.receives() {
            self.heal_error = Some(error);
        } else if self.heal_failures > 2 && !std::mem::replace(&mut self.loss_reported, true) {
            // The other processes may need longer than the first two tries to write the entries back.
            telemetry::revocations_lost(lacking.len());
        }
        let longest = if attached.receives() {
            LONGEST_PAUSE_OF_RECEIVER
        } else {
            LONGEST_PAUSE
        };
        // The first pause is short: a server that has just started may fail once, and even then, all entries
        // must be in the log within 2 s.
        let pause = Duration::from_millis(250 << self.heal_failures.min(7)).min(longest);
        self.heal_again_at = Some(Instant::now() + pause / 2 + backoff::up_to(pause / 2));
    }

    async fn write_back(
        &mut self,
        list: &Revocations,
        attached: &Attached,
        lacking: &[Record],
        written: &mut usize,
    ) -> Result<(), LogError> {
        for batch in lacking.chunks(BATCH) {
            self.read_on(list, attached).await?;
            let lines: Vec<_> = batch
                .iter()
                .filter(|record| !self.has_seen(record))
                .map(|record| record.to_line(HEALED))
                .collect();
            if !lines.is_empty() {
                within(attached.log.append(&lines)).await?;
                *written += lines.len();
            }
        }
        Ok(())
    }
}
