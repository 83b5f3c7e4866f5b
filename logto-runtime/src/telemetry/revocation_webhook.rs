//! Events about webhooks that could not be read.

use super::text::TARGET;

/// Reports a webhook whose body is too long. Its signature could not be verified, so it may come from a
/// stranger.
pub(crate) fn webhook_too_long() {
    tracing::error!(
        target: TARGET,
        "a webhook was not read because its body is longer than 1 MiB; if Logto sent it, a revocation may \
         be missing; look the event up in the audit logs of the Logto console, and revoke the tokens with \
         `Revocations::revoke`, or run a `Reconciler`"
    );
}
