//! Logs what was applied, and each kind of failure once.

use std::time::{Duration, Instant};

use logto_runtime::telemetry::TARGET;

use super::{error::ReconcileError, reconciled::Reconciled};

/// How long an outage lasts before it is logged as an error. Logto keeps the missed deliveries, but they
/// revoke nothing until they are applied.
const LONG: Duration = Duration::from_secs(120);

/// What has been logged, so that nothing is logged twice.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// The kind of the failure that was logged last, until a pass succeeds.
    failing: Option<&'static str>,
    /// Since when every pass has failed.
    since: Option<Instant>,
    /// Whether a long outage was logged after the last pass that succeeded.
    long_was_logged: bool,
    /// Whether it was logged that the log of revocations was not accepted.
    not_accepted_was_logged: bool,
}

impl Report {
    /// Logs that deliveries which the list lacked were applied.
    pub(super) fn log_applied(&self, done: &Reconciled) {
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

    /// Logs once that the log of revocations is new, and that Logto's deliveries do not reach back far
    /// enough to fill it.
    pub(super) fn log_not_accepted(&mut self) {
        if !std::mem::replace(&mut self.not_accepted_was_logged, true) {
            tracing::error!(
                target: TARGET,
                "the log of revocations is new and was not accepted: Logto keeps its log of deliveries \
                 for a day, but tokens may live longer; revoke again everybody who was revoked more than \
                 a day ago, then call `Revocations::accept_empty_log`"
            );
        }
    }

    /// Logs a failure, unless the failure that was logged last is of the same kind. Also logs an outage once
    /// it has lasted [`LONG`], and the end of failures.
    pub(super) fn log_outcome(&mut self, outcome: &Result<(), ReconcileError>, now: Instant) {
        let is_long = self.becomes_long(outcome, now);
        match outcome {
            Err(error) if is_long => tracing::error!(
                target: TARGET,
                reason = %error,
                "Logto's log of deliveries could not be applied for {} minutes: revocations are missed \
                 if the webhook does not work either; see whether this process reaches Logto and the log \
                 of revocations",
                LONG.as_secs() / 60
            ),
            Ok(()) => {
                if self.failing.take().is_some() {
                    tracing::info!(target: TARGET, "Logto's log of deliveries is applied again");
                }
            }
            Err(error) if self.failing == Some(error.kind()) => {}
            Err(error) => {
                self.failing = Some(error.kind());
                if error.is_outage() {
                    tracing::warn!(
                        target: TARGET,
                        reason = %error,
                        "can't apply Logto's log of deliveries; trying again"
                    );
                } else {
                    tracing::error!(
                        target: TARGET,
                        reason = %error,
                        "revocations may be missed until the problem that `reason` names is fixed"
                    );
                }
            }
        }
    }

    /// Returns `true` once, when an outage has lasted for [`LONG`]. After a pass that succeeds, a new outage
    /// counts from its own start.
    fn becomes_long(&mut self, outcome: &Result<(), ReconcileError>, now: Instant) -> bool {
        let Err(error) = outcome else {
            (self.since, self.long_was_logged) = (None, false);
            return false;
        };
        let since = *self.since.get_or_insert(now);
        let becomes_long =
            error.is_outage() && !self.long_was_logged && now.duration_since(since) >= LONG;
        self.long_was_logged |= becomes_long;
        becomes_long
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn an_outage_of_two_minutes_is_logged_as_an_error_once() {
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
        for (seconds, outcome, becomes_long) in [
            (0, outage(), false),
            (119, outage(), false),
            (120, outage(), true),
            (150, outage(), false),
            (900, outage(), false),
            (901, Ok(()), false),
            (902, outage(), false),
            (1_021, outage(), false),
            // This failure is logged as an error of its own.
            (1_022, webhook(), false),
            (1_023, outage(), true),
            (1_024, outage(), false),
        ] {
            let now = start + Duration::from_secs(seconds);
            assert_eq!(
                report.becomes_long(&outcome, now),
                becomes_long,
                "{seconds}"
            );
        }
    }
}
