//! Accepts a revocation log that is new, or has lost everything.

use super::{Revocations, attached::Attached};

impl Revocations {
    /// Accepts an empty log: a log that is new, that was emptied while no process with the right to write
    /// ran, or whose newest beat is older than every token that is still accepted.
    ///
    /// Until this call, requests are treated as during a [`Silence`](crate::Silence), because earlier
    /// revocations may be missing in the log.
    ///
    /// Call it after the first start. After a loss, first revoke again everybody who was revoked during
    /// the last `max_token_lifetime`, then call it. One call is enough for all processes that share the
    /// log. The `Reconciler` of `logto-management` makes this call itself after it has applied Logto's log of
    /// deliveries, unless that log may lack revocations: for example, if the webhook was created less than
    /// `max_token_lifetime` plus 20 minutes ago.
    pub fn accept_empty_log(&self) {
        if let Some(attached) = &self.shared.attached {
            attached.accept_new();
        }
    }

    /// Whether the log was new when it was read, and nobody has accepted it yet.
    pub(crate) fn waits_for_acceptance(&self) -> bool {
        (self.shared.attached.as_ref()).is_some_and(Attached::waits_for_acceptance)
    }
}
