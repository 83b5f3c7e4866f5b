//! Applies deliveries from Logto's own log, because they may not have reached the webhook.
//!
//! They revoke what they would revoke at the webhook. Their signature is not checked, since they
//! come from the Management API.

use super::{Delivery, Revocations};
use crate::{revocation::log::LogError, telemetry};

/// What applying a delivery from Logto's log has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// Nothing: it does not concern tokens, or the list has it already.
    Nothing,
    /// It revoked what the list lacked.
    Applied,
    /// It is not a delivery, or does not say whose tokens to revoke. An error in the log says so.
    Unreadable,
}

impl Revocations {
    /// Applies a delivery, unless the list has it already or it is too old to matter. A delivery
    /// without a time counts as sent at `logged_at`, in milliseconds since the Unix epoch.
    pub(crate) fn replay(&self, body: &[u8], logged_at: i64) -> Replayed {
        let Some(delivery) = Delivery::parse(body) else {
            telemetry::webhook_unreadable("unknown", "event");
            return Replayed::Unreadable;
        };
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

    /// Returns the time since which deliveries matter, in milliseconds since the Unix epoch.
    pub(crate) fn oldest_moment(&self) -> i64 {
        let kept = self.horizon().of_entries().saturating_mul(1_000);
        self.now_millis().saturating_sub(kept)
    }

    /// Waits until the log has been read once, for at most ten seconds. Unlike
    /// [`ready`](Self::ready), does not wait for a process that receives webhooks.
    pub(crate) async fn loaded(&self) -> Result<(), LogError> {
        match &self.shared.attached {
            Some(attached) => attached.until(|| attached.is_loaded()).await,
            None => Ok(()),
        }
    }
}
