//! What a reconciler in this process has said about itself.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{Revocations, moment::Moment};
use crate::telemetry;

/// How a reconciler fares.
#[derive(Debug)]
pub(super) struct Reconciling {
    /// When all that Logto has logged was last applied.
    pub(super) complete: Moment,
    pub(super) fails: AtomicBool,
}

impl Reconciling {
    pub(super) fn unknown() -> Self {
        Self {
            complete: Moment::unset(),
            fails: AtomicBool::new(false),
        }
    }
}

impl Revocations {
    /// Notes how a pass of a reconciler has ended, for `health` and for the metrics.
    pub(crate) fn reconciled(&self, complete: bool) {
        let reconciling = &self.shared.reconciling;
        reconciling.fails.store(!complete, Ordering::Relaxed);
        if complete {
            reconciling.complete.set(self.now());
        }
        telemetry::reconciled(complete);
    }

    /// Whether the log was new when it was read, and nobody has accepted that yet.
    pub(crate) fn waits_for_acceptance(&self) -> bool {
        (self.shared.attached.as_ref()).is_some_and(|attached| attached.waits_for_acceptance())
    }
}
