//! Accepts a revocation log that may lack earlier revocations.

use super::{Revocations, attached::Attached};

impl Revocations {
    /// Accepts a log that may lack earlier revocations. Such a log is one of these:
    ///
    /// - a log that is new
    /// - a log that was emptied while no process with the right to write was running
    /// - a log whose newest beat is older than every token that is still accepted (a *beat* is the sign of
    ///   life of a process that receives webhooks)
    ///
    /// Until this call, requests are answered as during a [silence](crate::Silence).
    ///
    /// Call this method after the first start, and after a loss of the log. After a loss, first revoke again
    /// everybody who was revoked during the last `max_token_lifetime` plus 20 minutes. Call this method in a
    /// process with the right to write. One call is enough for all processes that share the log.
    ///
    /// The `Reconciler` of `logto-management` calls this method after it has applied the deliveries in
    /// Logto's own delivery log. It does not call this method if the delivery log may lack revocations. For
    /// example, the webhook may have been created less than `max_token_lifetime` plus 20 minutes ago.
    pub fn accept_empty_log(&self) {
        if let Some(attached) = &self.shared.attached {
            attached.accept_new();
        }
    }

    /// Whether the log was new when this process first read it, and is not accepted yet.
    pub(crate) fn waits_for_acceptance(&self) -> bool {
        (self.shared.attached.as_ref()).is_some_and(Attached::waits_for_acceptance)
    }
}
