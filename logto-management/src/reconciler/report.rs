//! Logs each kind of failure once, and what was applied.

use std::time::{Duration, Instant};

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

/// From when on an outage is an error in the log. Logto's log keeps what the webhook misses meanwhile, but
/// until it is applied, revocations are missed.
const LONG: Duration = Duration::from_secs(120);

/// Remembers the failure that was logged last.
#[derive(Debug, Default)]
pub(super) struct Report {
    failing: Option<&'static str>,
    /// Since when every pass has failed.
    since: Option<Instant>,
    long: bool,
    not_accepted: bool,
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

    /// Logs once that the log of revocations is new, and that Logto does not know all that it should have.
    pub(super) fn not_accepted(&mut self) {
        if !std::mem::replace(&mut self.not_accepted, true) {
            tracing::error!(
                target: TARGET,
                "the log of revocations is new and was not accepted: Logto keeps its log of deliveries \
                 for a day, but tokens may live longer; revoke again who was revoked before that day, \
                 then call `Revocations::accept_empty_log`"
            );
        }
    }

    /// Logs a failure, unless the last one was of the same kind. Logs once if an outage lasts, and when
    /// failures end.
    pub(super) fn outcome(&mut self, outcome: &Result<(), ReconcileError>, now: Instant) {
        let lasts = self.begins_to_last(outcome, now);
        match outcome {
            Err(error) if lasts => tracing::error!(
                target: TARGET,
                reason = %error,
                "Logto's log of deliveries could not be applied for two minutes: revocations are missed \
                 if the webhook does not work either; see whether this process reaches Logto and the log \
                 of revocations"
            ),
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

    /// Whether an outage has just lasted for long. Returns `true` once until a pass succeeds.
    fn begins_to_last(&mut self, outcome: &Result<(), ReconcileError>, now: Instant) -> bool {
        let Err(error) = outcome else {
            (self.since, self.long) = (None, false);
            return false;
        };
        let since = *self.since.get_or_insert(now);
        let lasts = error.is_outage() && !self.long && now.duration_since(since) >= LONG;
        self.long |= lasts;
        lasts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn an_outage_that_lasts_is_an_error_once() {
        let outage = || {
            let busy = Error::Busy {
                endpoint: "https://t.logto.app".to_owned(),
                status: 502,
                after: None,
            };
            Err(ReconcileError::Management(busy))
        };
        let webhook = || {
            let url = "https://api.example.com".to_owned();
            Err(ReconcileError::WebhookDisabled { url })
        };
        let (mut report, start) = (Report::default(), Instant::now());
        for (seconds, outcome, lasts) in [
            (0, outage(), false),
            (119, outage(), false),
            (120, outage(), true),
            (150, outage(), false),
            (900, outage(), false),
            (901, Ok(()), false),
            (902, outage(), false),
            (1_021, outage(), false),
            // It has its own error already.
            (1_022, webhook(), false),
            (1_023, outage(), true),
            (1_024, outage(), false),
        ] {
            let now = start + Duration::from_secs(seconds);
            assert_eq!(report.begins_to_last(&outcome, now), lasts, "{seconds}");
        }
    }
}
