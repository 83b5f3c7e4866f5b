//! When a list can be asked, and whether its entries are in the log.

use std::sync::atomic::Ordering;

use super::{Revocations, attached::Attached, log::LogError};
use crate::telemetry;

impl Revocations {
    /// Waits until the log has been read once, and the list can be asked.
    ///
    /// Without this call, requests are answered with 503 until then. A list in memory is ready at
    /// once. With [`Silence::RefuseOlderThan`](crate::Silence) and `Unavailable` it also waits for a
    /// process that receives webhooks, which a new log has only after it was accepted: call
    /// [`accept_empty_log`](Self::accept_empty_log) before.
    ///
    /// # Errors
    ///
    /// Fails after ten seconds with the last error of the log, or with what it has waited for.
    pub async fn ready(&self) -> Result<(), LogError> {
        match &self.shared.attached {
            Some(attached) => attached.until(|| attached.is_ready(self.now())).await,
            None => Ok(()),
        }
    }

    /// Accepts that the log was created just now, or lost everything while no replica ran: nobody
    /// knows what was revoked before, and [`Silence`](crate::Silence) applies until this call.
    ///
    /// Call it after the first start. After a loss, first revoke again everybody who was revoked within
    /// the last `max_token_lifetime`, then call it. One call is enough for all processes that share the
    /// log. The `Reconciler` of `logto-management` calls it after it has applied Logto's log of deliveries.
    pub fn accept_empty_log(&self) {
        if let Some(attached) = &self.shared.attached {
            attached.accept_new();
        }
    }

    /// Appends the entries that are not in the log yet. Call it when the program stops, after the server
    /// has stopped.
    ///
    /// # Errors
    ///
    /// Fails if the log is out of reach. The entries are then lost with the process.
    pub async fn flush(&self) -> Result<(), LogError> {
        match &self.shared.attached {
            Some(attached) => attached.send().await,
            None => Ok(()),
        }
    }

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
        (self.shared.attached.as_ref()).is_some_and(Attached::waits_for_acceptance)
    }
}
