//! Counts the questions of `deny_if_async` that get no answer, and limits them while none is answered.
//!
//! In an outage, each question would wait for `deny_timeout`, and there could be as many as there
//! are tokens. A few suffice to notice the end of it.
//!
//! - One failure changes nothing, so that a caller whose record can't be read does not shut out the
//!   others. After [`LIMIT`] failures in a row, at most as many questions are asked at once.
//! - The first answer lifts the limit.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// After this many failures in a row, at most as many questions are asked at once.
const LIMIT: usize = 8;

/// How many questions failed since the last answer, and how many are being asked.
#[derive(Debug, Default)]
pub(super) struct Outage {
    failed_in_a_row: AtomicUsize,
    asked_now: AtomicUsize,
}

/// The right to ask a question. Dropping it frees the place.
#[derive(Debug)]
pub(super) struct Asking<'o>(&'o Outage);

impl Outage {
    /// Returns the right to ask, or `None` if enough others wait for an answer.
    pub(super) fn ask(&self) -> Option<Asking<'_>> {
        let others = self.asked_now.fetch_add(1, Relaxed);
        let asking = Asking(self);
        (others < LIMIT || self.failed_in_a_row.load(Relaxed) < LIMIT).then_some(asking)
    }

    /// Counts a question that failed, and returns whether it is the first one of the outage.
    pub(super) fn failed(&self) -> bool {
        self.failed_in_a_row.fetch_add(1, Relaxed) == 0
    }

    /// Ends the outage, and returns whether there was one.
    pub(super) fn answered(&self) -> bool {
        self.failed_in_a_row.load(Relaxed) > 0 && self.failed_in_a_row.swap(0, Relaxed) > 0
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.asked_now.fetch_sub(1, Relaxed);
    }
}
