//! Applies the webhook deliveries in Logto's own log, because some of them may not have arrived.
//!
//! The input is Logto's log of the deliveries of a webhook. The output is the entries that each of these
//! deliveries adds to the list of revocations when it arrives. One run over Logto's log is a *pass*.
//!
//! - Logto sends each delivery only once, but keeps every delivery in its log for a day.
//! - A delivery that did not fail is applied, too. If the list already has the entries of the delivery,
//!   nothing changes.
//! - In the first pass, and then once an hour by default, the reconciler lets Logto send a test call to the
//!   webhook. An accepted call shows that the next delivery would arrive.
//!
//! Files, in reading order:
//!
//! - `webhook`: the webhook whose deliveries are applied
//! - `deliveries`: the calls of the Management API
//! - `seen`: the deliveries that were processed
//! - `window`: how far back a pass reads
//! - `acceptance`: when a pass accepts a new log of revocations
//! - `pass`: one pass
//! - `backoff`: the time between two passes
//! - `same_tenant`: whether the Management API and the list of revocations are those of one tenant
//! - `builder`, `error`, `reconciled`: the settings, the errors and the result of a pass
//! - `report`: what is logged
//! - this file: the loop

mod acceptance;
mod backoff;
pub(crate) mod builder;
mod deliveries;
pub(crate) mod error;
mod pass;
pub(crate) mod reconciled;
pub(crate) mod report;
mod same_tenant;
mod seen;
#[cfg(test)]
mod seen_tests;
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

/// Applies the webhook deliveries in Logto's own log to the list of revocations, and lets Logto send a test
/// call to the webhook.
///
/// The first pass over Logto's log reads as far back as revocations matter: `max_token_lifetime` plus 20
/// minutes. Each later pass, by default every 30 s, reads the new deliveries. If the list already has the
/// revocation of a delivery, nothing changes.
///
/// Logto sends the test call in the first pass and then, by default, once an hour. An accepted test call
/// shows that the next delivery would arrive.
///
/// The credentials of the reconciler can do everything in the tenant. So run the reconciler in a separate
/// process that does not listen on a port. Give this process the log of revocations that the other processes
/// use.
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
    /// After a failure, the reconciler tries again. The first wait is at most one second. Each of the next
    /// ten failures in a row doubles this maximum, but not beyond the interval of
    /// [`every`](crate::ReconcilerBuilder::every).
    ///
    /// `Retry-After` of a 429 can make a wait longer. The limit is then one minute, or the interval if the
    /// interval is longer. `Retry-After` of a 5xx does not count.
    ///
    /// A failure is logged when it begins, and when its kind changes. An outage that has lasted for two
    /// minutes is logged as an error.
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

    /// Runs one pass: applies the deliveries in Logto's log. If a test call is due, also lets Logto send it.
    ///
    /// [`run`](Self::run) calls this method in a loop. Call this method yourself to choose when a pass runs.
    ///
    /// A new log of revocations must be accepted, for example by [`Revocations::accept_empty_log`]. A pass
    /// accepts the log if the webhook is in order and all its deliveries were applied. The log then has every
    /// revocation from Logto that still matters. There is one exception. If the webhook was disabled or
    /// lacked an event until recently, Logto may not have sent some deliveries. A pass can't notice this.
    ///
    /// In three cases, a pass succeeds but does not accept the log. The program then logs an error that says
    /// what to do. It does not repeat the same error after each pass. The cases are:
    ///
    /// - A delivery that matters could not be read, or does not say whose tokens to revoke.
    /// - The webhook is younger than `max_token_lifetime` plus 20 minutes. Revocations matter for this time,
    ///   but Logto does not list the deliveries of an earlier webhook that was deleted. A later pass accepts
    ///   the log once the webhook is old enough. If several webhooks have the URL of the reconciler, only
    ///   those that are old enough count. Together, they must deliver all events that revoke. A webhook whose
    ///   `createdAt` can't be read counts as young.
    /// - `max_token_lifetime` is longer than 23 hours and 40 minutes. Deliveries then matter for more than a
    ///   day, but Logto keeps its own log for only a day.
    ///
    /// [`Revocations::health`] and the counter `logto_reconciliations_total` show whether passes fail.
    ///
    /// # Errors
    ///
    /// Fails in these cases:
    ///
    /// - The log of revocations is out of reach.
    /// - The Management API is out of reach or busy, refuses a call, or does not answer as Logto does.
    /// - The webhook is missing, is disabled, lacks an event, or does not accept the test call.
    /// - A delivery is too large, or a webhook has 50,000 deliveries or more that this pass must read.
    ///
    /// The deliveries that were read before the failure are applied.
    pub async fn reconcile(&mut self) -> Result<Reconciled, ReconcileError> {
        let mut done = Reconciled::default();
        let mut hooks = Vec::new();
        self.report.begin(Instant::now());
        let applied = self.pass.apply_all(&mut hooks, &mut done);
        let applied = self.report.watch(applied).await;
        self.report.log_applied(&done);
        let applied = applied.map(|obstacle| self.report.log_not_accepted(obstacle));
        // Once the webhooks are read, sends the test call even if the deliveries could not be applied. The
        // receiver then sees that Logto still reaches it.
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
