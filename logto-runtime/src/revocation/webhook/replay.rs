//! Applies deliveries (bodies of webhooks) from Logto's own log, for the reconciler of `logto-management`.
//! Some of these deliveries may not have reached the route of the webhook.
//!
//! A delivery from this log revokes the same tokens as a delivery to the route. The signature of a delivery
//! from this log is not checked, because the Management API returned the delivery.

use std::sync::atomic::Ordering;

use super::{Delivery, Revocations};
use crate::telemetry;

/// The result of applying a delivery from Logto's own log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// The list of revocations did not change. If the delivery has entries, each entry is in the list
    /// already, or is over (too old to matter).
    Nothing,
    /// The list lacked an entry of the delivery, and now has it.
    Applied,
    /// The body is not a delivery, or does not fully say whose tokens to revoke. Entries that could be read
    /// were applied. The program logs an error.
    Unreadable,
}

impl Revocations {
    /// Applies the entries of a delivery. Leaves out entries that are in the list already, or are over. A
    /// delivery without a time counts as sent at `logged_at` (milliseconds since the Unix epoch).
    pub(crate) fn replay(&self, body: &[u8], logged_at: i64) -> Replayed {
        let Some(delivery) = Delivery::parse(body) else {
            telemetry::webhook_unreadable("unknown", "event");
            return Replayed::Unreadable;
        };
        // If our clock is ahead, the delivery may seem too old to matter. It must still be applied.
        self.may_be(logged_at, self.now());
        let mut decided = self.decide(&delivery, logged_at);
        self.retain_lacking(&mut decided.records);
        if decided.records.is_empty() && decided.unreadable.is_none() {
            return Replayed::Nothing;
        }
        match self.apply_decided(&delivery, &decided) {
            Some(_) => Replayed::Unreadable,
            None => Replayed::Applied,
        }
    }

    /// Returns the time before which deliveries no longer matter, in milliseconds since the Unix epoch.
    pub(crate) fn oldest_moment(&self) -> i64 {
        let kept = self.horizon().of_entries().saturating_mul(1_000);
        self.now_millis().saturating_sub(kept)
    }

    /// Records whether a pass (one run) of the reconciler was complete, for `health` and the metrics.
    pub(crate) fn note_reconciled(&self, complete: bool) {
        let reconciling = &self.shared.reconciling;
        reconciling.fails.store(!complete, Ordering::Relaxed);
        if complete {
            reconciling.complete.set(self.now());
        }
        telemetry::reconciled(complete);
    }
}
