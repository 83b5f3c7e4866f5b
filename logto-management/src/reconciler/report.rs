//! Logs the results of passes. In a pass, the reconciler reads Logto's log of webhook deliveries, and applies
//! the deliveries to the list of revocations. The results are:
//!
//! - how many deliveries a pass applied
//! - why a pass did not accept a new log of revocations
//! - why a pass failed, but not again after each pass that fails in the same way

use std::{pin::pin, time::Duration};

use logto_runtime::telemetry::TARGET;
use tokio::time::{Instant, timeout_at};

use super::{acceptance::Obstacle, error::ReconcileError, reconciled::Reconciled};

/// How long an outage lasts before it is logged as an error. Logto keeps the missed deliveries, but they
/// revoke nothing until they are applied.
const LONG: Duration = Duration::from_secs(120);

/// What earlier passes have logged, so that it is not logged again.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// The kind of the failure of the last pass. `None` if that pass succeeded, or if no pass has ended yet.
    failing: Option<&'static str>,
    /// When the first pass since the last success began. If no pass has succeeded yet, when the very first
    /// pass began. `None` until that pass begins.
    since: Option<Instant>,
    /// The message of the last pass's error, if the error is an outage.
    outage: Option<String>,
    /// Whether a long outage was logged since the last success.
    long_was_logged: bool,
    /// The obstacle that was logged last. `None` after a pass that applied all deliveries and found no
    /// obstacle.
    not_accepted: Option<Obstacle>,
}

impl Report {
    /// Logs how many deliveries added a revocation to the list.
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

    /// Logs why the pass did not accept the new log of revocations, unless the same reason was logged last.
    pub(super) fn log_not_accepted(&mut self, obstacle: Option<Obstacle>) {
        let before = std::mem::replace(&mut self.not_accepted, obstacle);
        match obstacle {
            Some(_) if before == obstacle => {}
            Some(Obstacle::Unreadable) => tracing::error!(
                target: TARGET,
                "the log of revocations is new and was not accepted: a delivery of the webhook could not be read, \
                 or does not say whose tokens to revoke; see the error before this one, revoke the tokens that \
                 the delivery is about, then call `Revocations::accept_empty_log`"
            ),
            Some(Obstacle::LogtoForgets) => tracing::error!(
                target: TARGET,
                "the log of revocations is new and was not accepted: Logto keeps its log of deliveries \
                 for a day, but revocations matter for longer; revoke again everybody who was revoked \
                 more than a day ago, then call `Revocations::accept_empty_log`"
            ),
            Some(Obstacle::WebhookIsYoung { minutes }) => tracing::error!(
                target: TARGET,
                "the log of revocations is new and was not accepted: Logto does not say that the webhook, \
                 with all its events, was created more than {minutes} minutes ago, and does not list what \
                 an earlier webhook sent; wait until the webhook is that old; or revoke again everybody who \
                 was revoked before the webhook was created, and call `Revocations::accept_empty_log`"
            ),
            None => {}
        }
    }

    /// Notes that a pass begins.
    pub(super) fn begin(&mut self, now: Instant) {
        self.since.get_or_insert(now);
    }

    /// Awaits a part of a pass, or the wait between two passes. Logs an outage as an error as soon as it has
    /// lasted for [`LONG`], even if `work` takes much longer.
    pub(super) async fn watch<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        if let Some(long_at) = self.long_at() {
            match timeout_at(long_at, work.as_mut()).await {
                Ok(done) => return done,
                Err(_) => self.log_long(),
            }
        }
        work.await
    }

    /// Returns when the current outage will have lasted for [`LONG`]. Returns `None` without an outage, and
    /// if the outage was logged as an error already.
    ///
    /// A pass that has not ended yet may be waiting for Logto. So the very first pass counts as an outage
    /// until it ends. Each pass that follows a success counts in the same way.
    fn long_at(&self) -> Option<Instant> {
        let is_outage = self.outage.is_some() || self.failing.is_none();
        let since = self.since.filter(|_| is_outage && !self.long_was_logged);
        since.map(|since| since + LONG)
    }

    fn log_long(&mut self) {
        self.long_was_logged = true;
        tracing::error!(
            target: TARGET,
            reason = self.outage.as_deref().unwrap_or("the calls to Logto take that long"),
            "Logto's log of deliveries could not be applied for {} minutes: revocations are missed \
             if the webhook does not work either; see whether this process reaches Logto and the log \
             of revocations",
            LONG.as_secs() / 60
        );
    }

    /// Logs a failure, unless the pass before had a failure of the same kind. Also logs an outage that has
    /// lasted for [`LONG`], and the end of failures.
    pub(super) fn log_outcome(&mut self, outcome: &Result<(), ReconcileError>, now: Instant) {
        let Err(error) = outcome else {
            let was_failing = self.failing.take().is_some();
            if was_failing || self.long_was_logged {
                tracing::info!(target: TARGET, "Logto's log of deliveries is applied again");
            }
            (self.since, self.outage, self.long_was_logged) = (None, None, false);
            return;
        };
        self.outage = error.is_outage().then(|| error.to_string());
        let is_known = self.failing.replace(error.kind()) == Some(error.kind());
        if self.long_at().is_some_and(|long_at| long_at <= now) {
            self.log_long();
            return;
        }
        if is_known {
            return;
        }
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

#[cfg(test)]
mod tests {
    use tokio::time::{sleep, timeout};

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
        for (seconds, outcome, is_long) in [
            (0, outage(), false),
            (119, outage(), false),
            (120, outage(), true),
            (150, outage(), true),
            (900, outage(), true),
            (901, Ok(()), false),
            (902, outage(), false),
            (1_021, outage(), false),
            // This failure is logged as an error of its own.
            (1_022, webhook(), false),
            (1_023, outage(), true),
            (1_024, outage(), true),
        ] {
            let now = start + Duration::from_secs(seconds);
            report.begin(now);
            report.log_outcome(&outcome, now);
            assert_eq!(report.long_was_logged, is_long, "{seconds}");
        }
    }

    /// A pass can wait long for a busy tenant, and the wait between two passes can be long, too.
    #[tokio::test(start_paused = true)]
    async fn an_outage_counts_from_the_start_of_the_pass_and_is_logged_during_a_wait() {
        let busy = Error::Busy {
            endpoint: "https://t.logto.app".to_owned(),
            status: 429,
            after: Some(Duration::from_secs(3_600)),
        };
        let outage = Err(ReconcileError::Management(busy));
        let url = "https://api.example.com".to_owned();
        let webhook = Err(ReconcileError::WebhookDisabled { url });
        for (outcome, is_long) in [
            (None, true),
            (Some(&outage), true),
            (Some(&webhook), false),
            (Some(&Ok(())), false),
        ] {
            let mut report = Report::default();
            report.begin(Instant::now());
            report.watch(sleep(Duration::from_secs(100))).await;
            if let Some(outcome) = outcome {
                report.log_outcome(outcome, Instant::now());
            }
            for (seconds, is_long) in [(19, false), (2, is_long)] {
                let wait = report.watch(sleep(Duration::from_secs(3_600)));
                // The wait goes on after the error was logged.
                let timed = timeout(Duration::from_secs(seconds), wait).await;
                timed.unwrap_err();
                assert_eq!(report.long_was_logged, is_long, "{seconds} {outcome:?}");
            }
        }
    }
}
