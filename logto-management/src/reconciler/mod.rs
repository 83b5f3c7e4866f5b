//! Applies deliveries that did not reach the webhook.
//!
//! In: Logto's own log of the deliveries of a webhook. Out: entries of the list of revocations, as
//! the webhook would have added them.
//!
//! - Logto sends each delivery once, but keeps it in its log for a day, whether or not it arrived.
//! - Every delivery is applied, not only those that failed. An entry that is in the list already
//!   changes nothing.
//! - In the first pass, and then once an hour by default, the reconciler lets Logto send a test call to the
//!   webhook. An accepted call shows that the next delivery would arrive.
//!
//! Read `webhook` (which webhook), `deliveries` (the calls), `window` (how far back), `acceptance` (when a new
//! log of revocations is accepted), `pass`, `backoff` (the time between passes), then this file.

mod acceptance;
mod backoff;
pub(crate) mod builder;
mod deliveries;
pub(crate) mod error;
mod pass;
pub(crate) mod reconciled;
pub(crate) mod report;
#[cfg(test)]
mod tests;
mod webhook;
mod window;

use std::{convert::Infallible, fmt, time::Duration};

use logto_runtime::{__private::reconciled, Revocations};
use tokio::time::Instant;

use self::{
    backoff::{LONGEST_ASKED, after_failure, after_success},
    error::ReconcileError,
    pass::Pass,
    reconciled::Reconciled,
    report::Report,
    webhook::Webhook,
};
use crate::client::Management;

/// Applies every delivery in Logto's own log to the list of revocations, and lets Logto send its test call.
///
/// The first pass reads as far back as revocations matter: `max_token_lifetime` plus 20 minutes. Each
/// later pass, by default every 30 s, reads what is new. If the list already has the revocation of a
/// delivery, nothing changes. The test call is sent in the first pass and then, by default, once an hour. An
/// accepted test call shows that the next delivery would arrive.
///
/// The credentials of the reconciler can do everything in the tenant. So run the reconciler in a process of
/// its own that nobody can reach. Give it the log of revocations that the other processes use.
///
/// ```no_run
/// use logto_management::{Management, Reconciler};
/// use logto_runtime::Revocations;
///
/// # async fn example(revocations: Revocations) -> Result<(), Box<dyn std::error::Error>> {
/// // Reads LOGTO_ENDPOINT, LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET.
/// let management = Management::from_env()?.build()?;
/// let webhook = "https://api.example.com/webhooks/logto";
/// let reconciler = Reconciler::builder(management, &revocations, webhook).build()?;
/// reconciler.run().await;
/// # Ok(())
/// # }
/// ```
pub struct Reconciler {
    every: Duration,
    pass: Pass,
    report: Report,
}

impl Reconciler {
    fn new(
        management: Management,
        revocations: Revocations,
        webhook: Webhook,
        every: Duration,
        test_call_every: Duration,
    ) -> Self {
        let management = management.with_bounded_waits(LONGEST_ASKED);
        Self {
            every,
            pass: Pass::new(management, revocations, webhook, test_call_every),
            report: Report::default(),
        }
    }

    /// Reconciles until the future is dropped.
    ///
    /// After a failure, the reconciler tries again, first after at most one second. Each further wait can be
    /// twice as long, up to the interval of [`every`](crate::ReconcilerBuilder::every). If Logto responds with
    /// 429 and says how long to wait, the reconciler waits that long, but at most one minute, or the interval
    /// if that is longer. `Retry-After` of a response with 5xx does not count. A failure is logged when
    /// it begins and when its kind changes. An outage is logged as an error once it has lasted for two minutes.
    pub async fn run(mut self) -> Infallible {
        let mut failures = 0_u32;
        loop {
            let wait = match self.reconcile().await {
                Ok(_) => {
                    failures = 0;
                    after_success(self.every)
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    after_failure(&error, failures, self.every)
                }
            };
            self.report.watch(tokio::time::sleep(wait)).await;
        }
    }

    /// Applies what Logto has logged, once, and lets Logto send its test call if that is due.
    ///
    /// [`run`](Self::run) calls it in a loop. Call it yourself to choose the moments.
    ///
    /// A new log of revocations must be accepted, for example by [`Revocations::accept_empty_log`]. A pass
    /// accepts the log if the webhook is in order and all its deliveries were applied: the log then has
    /// everything that Logto has sent. Three things keep a pass from accepting the log, and the program then logs
    /// an error that says what to do:
    ///
    /// - A delivery that matters could not be read, or does not say whose tokens to revoke.
    /// - The webhook is younger than the revocations that matter (`max_token_lifetime` plus 20 minutes). If a
    ///   webhook is deleted and created again, Logto lists the deliveries of the new one only. A later pass
    ///   accepts the log once the webhook is old enough. If several webhooks share the URL, those that are
    ///   old enough must have all events that revoke. A webhook whose `createdAt` can't be read counts as
    ///   young.
    /// - Tokens may live longer than 23 hours and 40 minutes. A pass must read 20 minutes more than that, but
    ///   Logto keeps its own log of deliveries for a day only.
    ///
    /// [`Revocations::health`] and the counter `logto_reconciliations_total` say how passes end.
    ///
    /// # Errors
    ///
    /// Fails if the Management API or the log of revocations is out of reach, if the Management API refuses a
    /// call, if the webhook is missing, is disabled or lacks an event, if a delivery is too large, if one
    /// webhook has more than 50,000 deliveries for this pass to read, and if the webhook does not accept the
    /// test call. The deliveries that were read before the failure are applied.
    pub async fn reconcile(&mut self) -> Result<Reconciled, ReconcileError> {
        let mut done = Reconciled::default();
        let mut hooks = Vec::new();
        self.report.begin(Instant::now());
        let applied = self.pass.apply_all(&mut hooks, &mut done);
        let applied = self.report.watch(applied).await;
        self.report.log_applied(&done);
        let applied = applied.map(|obstacle| self.report.log_not_accepted(obstacle));
        // Sends the test call even if the deliveries could not be applied: the call shows the receiver that
        // Logto still reaches it.
        let outcome = match self.pass.webhook.check(&hooks) {
            Ok(()) => {
                let tested = self.report.watch(self.pass.test_if_due(&hooks)).await;
                applied.and(tested)
            }
            Err(error) => applied.and(Err(error)),
        };
        self.report.log_outcome(&outcome, Instant::now());
        reconciled(&self.pass.revocations, outcome.is_ok());
        outcome.map(|()| done)
    }
}

impl fmt::Debug for Reconciler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reconciler")
            .field("management", &self.pass.management)
            .field("revocations", &self.pass.revocations)
            .field("webhook", &self.pass.webhook.shown())
            .finish_non_exhaustive()
    }
}
