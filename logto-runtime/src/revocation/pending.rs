//! The entries of this process that are not in the log of revocations yet.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::time::Instant;

use super::{
    log::{LogError, RevocationLog},
    within::{CALL_WITHIN, within},
};
use crate::clock::current_runtime;

/// The greatest number of records that are appended at a time.
const BATCH: usize = 1_000;

const WITHOUT_TIMER: &str = "takes records only inside a tokio runtime with a timer; call `revoke` and `flush` \
                             inside a runtime that was built with `.enable_all()`";

/// Records that are kept until they are in the log.
#[derive(Default)]
pub(super) struct Pending {
    /// Each record with the time when it was added, oldest first.
    records: Mutex<VecDeque<(String, Instant)>>,
    sending: tokio::sync::Mutex<()>,
}

impl Pending {
    pub(super) fn keep(&self, records: impl IntoIterator<Item = String>) {
        let now = Instant::now();
        let records = records.into_iter().map(|record| (record, now));
        self.records().extend(records);
    }

    pub(super) fn len(&self) -> usize {
        self.records().len()
    }

    /// Whether the oldest record has waited for longer than [`CALL_WITHIN`]. If so, appending fails or
    /// is too slow. The result of [`send_unless_sending`](Self::send_unless_sending) does not show this while
    /// another task appends.
    pub(super) fn is_late(&self) -> bool {
        let records = self.records();
        let oldest = records.front();
        oldest.is_some_and(|(_, since)| since.elapsed() > CALL_WITHIN)
    }

    /// Appends the records to the log. If the caller drops this future, no record is lost. Outside a tokio
    /// runtime with a timer, fails at once.
    pub(super) async fn send(&self, log: &dyn RevocationLog) -> Result<(), LogError> {
        // Without a timer, the waits below would panic.
        if current_runtime().is_err() {
            return Err(LogError::new(WITHOUT_TIMER));
        }
        let one_at_a_time = async { Ok(self.sending.lock().await) };
        let _one_at_a_time = within(one_at_a_time).await?;
        self.send_batches(log, None).await
    }

    /// Appends records to the log, unless another task is doing that. Begins no further batch after two
    /// seconds, so that the caller can read the log before it appends more.
    pub(super) async fn send_unless_sending(
        &self,
        log: &dyn RevocationLog,
    ) -> Result<(), LogError> {
        match self.sending.try_lock() {
            Ok(_one_at_a_time) => {
                let until = Instant::now() + CALL_WITHIN;
                self.send_batches(log, Some(until)).await
            }
            Err(_) => Ok(()),
        }
    }

    async fn send_batches(
        &self,
        log: &dyn RevocationLog,
        until: Option<Instant>,
    ) -> Result<(), LogError> {
        loop {
            let batch = self.batch();
            if batch.is_empty() {
                return Ok(());
            }
            within(log.append(&batch)).await?;
            self.records().drain(..batch.len());
            if until.is_some_and(|until| Instant::now() >= until) {
                return Ok(());
            }
        }
    }

    fn batch(&self) -> Vec<String> {
        let records = self.records();
        let batch = records.iter().take(BATCH);
        batch.map(|(record, _)| record.clone()).collect()
    }

    fn records(&self) -> MutexGuard<'_, VecDeque<(String, Instant)>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
