//! Logs each kind of failure once, and what was applied.

use logto_runtime::telemetry::TARGET;

use super::error::ReconcileError;

/// What [`Reconciler::reconcile`](crate::Reconciler::reconcile) has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reconciled {
    /// The number of deliveries that it had not read before.
    pub deliveries: usize,
    /// How many of these deliveries revoked something that the list did not have.
    pub applied: usize,
    /// How many of the applied deliveries had failed.
    pub failed: usize,
}

/// Remembers the failure that was logged last.
#[derive(Debug, Default)]
pub(super) struct Report {
    failing: Option<&'static str>,
}

impl Report {
    /// Logs that deliveries which the list lacked were applied.
    pub(super) fn applied(&self, done: &Reconciled) {
        let Reconciled {
            applied, failed, ..
        } = *done;
        if failed > 0 {
            tracing::warn!(
                target: TARGET,
                applied,
                failed,
                "deliveries of the webhook had failed and were applied from Logto's log; see in the \
                 console why they failed (Webhooks > the webhook > Recent requests)"
            );
        } else if applied > 0 {
            tracing::info!(
                target: TARGET,
                applied,
                "deliveries of the webhook that the list did not have were applied from Logto's log"
            );
        }
    }

    /// Logs a failure, unless the last one was of the same kind. Logs when failures end.
    pub(super) fn outcome(&mut self, outcome: &Result<(), ReconcileError>) {
        match outcome {
            Ok(()) => {
                if self.failing.take().is_some() {
                    tracing::info!(target: TARGET, "Logto's log of deliveries is applied again");
                }
            }
            Err(error) if self.failing == Some(error.kind()) => {}
            Err(error) => {
                self.failing = Some(error.kind());
                match error.is_outage() {
                    true => tracing::warn!(
                        target: TARGET,
                        reason = %error,
                        "can't apply Logto's log of deliveries; trying again"
                    ),
                    false => tracing::error!(
                        target: TARGET,
                        reason = %error,
                        "revocations are missed until this is fixed"
                    ),
                }
            }
        }
    }
}
