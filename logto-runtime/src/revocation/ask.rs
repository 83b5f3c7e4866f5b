//! How the task that reads the log asks the log, and notices that the process was stopped meanwhile.
//!
//! The answer to a question from before a stop says nothing about the time of the stop. So the time of the question
//! counts, and not that of the answer.

use std::time::Duration;

use super::{
    Revocations,
    attached::Attached,
    follow::Reader,
    log::{Head, LogError, Logged},
    within::{CALL_WITHIN, within},
};
use crate::clock::Reading;

/// By how much the end of a call may be noticed too late on a busy machine.
const LATENESS: Duration = Duration::from_millis(500);

impl Reader {
    /// Reads the log, as [`read`](Self::read) does. If the reading before was stopped and this one too, the stop counts
    /// from the first of them.
    pub(super) async fn try_read(
        &mut self,
        list: &Revocations,
        attached: &Attached,
        wait: Duration,
    ) -> Result<(), LogError> {
        let stopped_before = self.stopped_at.take();
        let outcome = self.read(list, attached, wait).await;
        if self.stopped_at.is_some() && stopped_before.is_some() {
            self.stopped_at = stopped_before;
        }
        outcome
    }

    /// Reads a page of records after the last one that was read.
    pub(super) async fn page(
        &mut self,
        list: &Revocations,
        attached: &Attached,
        wait: Duration,
    ) -> Result<Vec<Logged>, LogError> {
        let asked_at = list.now();
        let page = within(attached.log.read_after(self.position, wait)).await;
        self.note_stop(list, asked_at);
        page
    }

    /// Reads the state of the log.
    pub(super) async fn head(
        &mut self,
        list: &Revocations,
        attached: &Attached,
    ) -> Result<Head, LogError> {
        let asked_at = list.now();
        let head = within(attached.log.head()).await;
        self.note_stop(list, asked_at);
        head
    }

    /// Notes that the process was stopped during a call of the log, if the call took longer than it may take.
    fn note_stop(&mut self, list: &Revocations, asked_at: Reading) {
        if list.now().since(asked_at) > CALL_WITHIN + LATENESS {
            self.stopped_at.get_or_insert(asked_at);
        }
    }

    /// Notes when an answer of the log was asked for.
    pub(super) fn note_answer(&mut self, attached: &Attached, asked_at: Reading) {
        self.asked_at = Some(asked_at);
        attached.note_progress(asked_at);
    }
}
