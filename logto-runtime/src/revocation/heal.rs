//! Writes back what the log has lost.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{
    Revocations, attached::Attached, backoff, follow::Reader, log::LogError, record::Record,
    within::within,
};
use crate::telemetry;

/// How many records are written before the log is read again.
const BATCH: usize = 1_000;

/// The longest wait before a replica begins to write.
const SPREAD: Duration = Duration::from_millis(500);

/// The longest wait before the next try after a failure.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The same in a process that receives webhooks, because it does not beat before that.
const LONGEST_PAUSE_OF_RECEIVER: Duration = Duration::from_secs(2);

impl Reader {
    /// Writes entries that the log lacks.
    ///
    /// All replicas do this at the same time. Each begins at another moment with other entries, and
    /// reads after every batch what the others have written, so that little is written twice.
    ///
    /// A failure is not one of reading. A replica that does not take webhooks may lack the right to
    /// write: it leaves the entries to others, and looks again later whether they have written them.
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
            // At the first tries, those who may write have not had the time to.
            telemetry::revocations_lost(lacking.len());
        }
        // A server that has just started may fail once. After that, all must still be there within 2 s.
        let longest = match attached.receives() {
            true => LONGEST_PAUSE_OF_RECEIVER,
            false => LONGEST_PAUSE,
        };
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
                .map(|record| record.to_line("healed"))
                .collect();
            if !lines.is_empty() {
                within(attached.log.append(&lines)).await?;
                *written += lines.len();
            }
            attached.still_running(list.now());
        }
        Ok(())
    }
}
