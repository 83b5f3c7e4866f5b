//! Applies deliveries that did not reach the webhook.
//!
//! In: Logto's own log of the deliveries of a webhook. Out: entries of the list of revocations, as
//! the webhook would have added them.
//!
//! - Logto sends each delivery once, but keeps it in its log for a day, whether or not it arrived.
//! - Every delivery is applied, not only those that failed. An entry that is in the list already
//!   changes nothing.
//! - Once an hour, Logto sends a test call to the webhook. An accepted call shows that the next
//!   delivery would arrive.
//!
//! Read `webhook` (which webhook), `deliveries` (the calls), `window` (how far back), then this
//! file.

pub(crate) mod builder;
mod deliveries;
pub(crate) mod error;
pub(crate) mod reconciled;
pub(crate) mod report;
#[cfg(test)]
mod tests;
mod webhook;
mod window;

use std::{
    convert::Infallible,
    fmt,
    hash::{BuildHasher, RandomState},
    time::{Duration, Instant},
};

use logto_runtime::{
    __private::{Replayed, loaded, moments, reconciled, replay, waits_for_acceptance},
    Revocations,
};

use self::{
    deliveries::{PAGE, TestCall},
    error::ReconcileError,
    reconciled::Reconciled,
    report::Report,
    webhook::Webhook,
    window::{Window, ends_at},
};
use crate::{client::Management, error::Error, hooks::Hook};

/// The longest first wait after a failure. This limit doubles with each further failure.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// The maximum number of pages that one pass reads for one webhook.
const PAGES: usize = 1_000;

/// For how long Logto keeps its log of deliveries, in milliseconds.
const LOGTO_KEEPS: i64 = 24 * 3_600 * 1_000;

/// Applies every delivery that Logto has logged to the list of revocations, and lets Logto send its
/// test call.
///
/// The first pass reads as far back as revocations matter: `max_token_lifetime` plus 20 minutes. Each
/// later pass, by default every 30 s, reads what is new. If the list already has the revocation of a
/// delivery, nothing changes. The test call is sent in the first pass and then, by default, once an hour. An
/// accepted test call shows that the next delivery would arrive.
///
/// The credentials of the reconciler can do everything in the tenant. So run the reconciler in a process
/// of its own that nobody can reach, over the log of revocations that the other processes use.
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
    management: Management,
    revocations: Revocations,
    webhook: Webhook,
    every: Duration,
    test_call_every: Duration,
    window: Window,
    /// The maximum number of pages that one pass reads for one webhook.
    pages: usize,
    /// When Logto's last test call was accepted.
    tested: Option<Instant>,
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
        Self {
            management,
            revocations,
            webhook,
            every,
            test_call_every,
            window: Window::default(),
            pages: PAGES,
            tested: None,
            report: Report::default(),
        }
    }

    /// Reconciles until the future is dropped.
    ///
    /// After a failure, the reconciler tries again, first after at most one second. Each further wait can be
    /// twice as long, up to the interval of [`every`](crate::ReconcilerBuilder::every). If Logto says how
    /// long to wait, the reconciler waits that long. Each kind of failure is logged once until it ends.
    pub async fn run(mut self) -> Infallible {
        let mut failures = 0_u32;
        loop {
            let wait = match self.reconcile().await {
                Ok(_) => {
                    failures = 0;
                    self.every.mul_f64(1.0 + random() / 10.0)
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    self.wait_after(&error, failures)
                }
            };
            tokio::time::sleep(wait).await;
        }
    }

    /// Applies what Logto has logged, once, and lets Logto send its test call if that is due.
    ///
    /// [`run`](Self::run) calls it in a loop. Call it yourself to choose the moments.
    ///
    /// A new log of revocations must be accepted, for example by [`Revocations::accept_empty_log`]. A pass
    /// accepts the log if the webhook is in order and all its deliveries were applied: the log then has
    /// everything that Logto has sent. But Logto keeps its own log of deliveries for a day only, and a pass
    /// must read 20 minutes more than the lifetime of tokens. If tokens may live longer than 23 hours and 40
    /// minutes, no pass accepts the log of revocations, and the program logs an error that says what to do.
    ///
    /// [`Revocations::health`] and the counter `logto_reconciliations_total` say how passes end.
    ///
    /// # Errors
    ///
    /// Fails if the Management API or the log of revocations is out of reach, if the webhook is
    /// missing, is disabled or lacks an event, if it had more than 50,000 deliveries, and if it does
    /// not accept the test call. The deliveries that were read before the failure are applied.
    pub async fn reconcile(&mut self) -> Result<Reconciled, ReconcileError> {
        let mut done = Reconciled::default();
        let mut hooks = Vec::new();
        let applied = self.apply_all(&mut hooks, &mut done).await;
        self.report.log_applied(&done);
        // Sends the test call even if the deliveries could not be applied: the call shows the receiver that
        // Logto still reaches it.
        let outcome = match self.webhook.check(&hooks) {
            Ok(()) => applied.and(self.test_if_due(&hooks).await),
            Err(error) => applied.and(Err(error)),
        };
        self.report.log_outcome(&outcome, Instant::now());
        reconciled(&self.revocations, outcome.is_ok());
        outcome.map(|()| done)
    }

    /// Reads the webhooks with the URL, and applies their deliveries.
    async fn apply_all(
        &mut self,
        hooks: &mut Vec<Hook>,
        done: &mut Reconciled,
    ) -> Result<(), ReconcileError> {
        // The list must read the log of revocations first. Before that, it does not show which deliveries it
        // lacks.
        (loaded(&self.revocations).await).map_err(ReconcileError::Log)?;
        let (began, oldest) = moments(&self.revocations);
        let start = self.window.start(oldest, began);
        *hooks = self.management.hooks().await?;
        hooks.retain(|hook| self.webhook.is(hook));
        let mut complete = Ok(());
        for hook in hooks.iter() {
            match self.apply_deliveries(hook, start, began, done).await {
                Err(error) if error.is_partial() => complete = complete.and(Err(error)),
                applied => applied?,
            }
        }
        (self.revocations.flush().await).map_err(ReconcileError::Log)?;
        complete?;
        self.webhook.check(hooks)?;
        self.window.complete(began);
        if reaches_back_to(oldest, began) {
            self.revocations.accept_empty_log();
        } else if waits_for_acceptance(&self.revocations) {
            self.report.log_not_accepted();
        }
        Ok(())
    }

    async fn apply_deliveries(
        &mut self,
        hook: &Hook,
        start: i64,
        now: i64,
        done: &mut Reconciled,
    ) -> Result<(), ReconcileError> {
        // New deliveries move older ones to the next page. So a delivery may be read twice, but is never
        // missed.
        let mut complete = true;
        let too_large = || ReconcileError::DeliveryTooLarge {
            url: self.webhook.shown(),
        };
        for page in 1..=self.pages {
            let page = self.management.logged_deliveries(hook, page).await?;
            complete &= page.is_complete;
            for delivery in &page.deliveries {
                if !self.window.wants(delivery, start) {
                    continue;
                }
                done.deliveries += 1;
                let at = delivery.logged_at.unwrap_or(now);
                if replay(&self.revocations, delivery.body.as_bytes(), at) == Replayed::Applied {
                    done.applied += 1;
                    done.failed += usize::from(delivery.failed);
                }
                self.window.keep(delivery);
            }
            if ends_at(&page, start) {
                return complete.then_some(()).ok_or_else(too_large);
            }
        }
        Err(ReconcileError::TooManyDeliveries {
            url: self.webhook.shown(),
            limit: self.pages * PAGE,
        })
    }

    async fn test_if_due(&mut self, hooks: &[Hook]) -> Result<(), ReconcileError> {
        let now = Instant::now();
        let is_due = |last: Instant| now.duration_since(last) >= self.test_call_every;
        if !self.tested.is_none_or(is_due) {
            return Ok(());
        }
        for hook in hooks.iter().filter(|hook| hook.enabled) {
            if let TestCall::Refused(status) = self.management.test_call(hook).await? {
                let url = self.webhook.shown();
                return Err(ReconcileError::TestCall { url, status });
            }
        }
        self.tested = Some(now);
        Ok(())
    }

    fn wait_after(&self, error: &ReconcileError, failures: u32) -> Duration {
        if let ReconcileError::Management(Error::Busy {
            after: Some(after), ..
        }) = error
        {
            return *after;
        }
        let first = FIRST_WAIT.min(self.every);
        let longest = first.saturating_mul(1 << failures.saturating_sub(1).min(10));
        let longest = longest.min(self.every);
        longest / 2 + longest.mul_f64(random() / 2.0)
    }
}

impl fmt::Debug for Reconciler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reconciler")
            .field("management", &self.management)
            .field("revocations", &self.revocations)
            .field("webhook", &self.webhook.shown())
            .finish_non_exhaustive()
    }
}

/// Whether Logto still keeps every delivery since `oldest`. Both moments are in milliseconds since the
/// Unix epoch.
fn reaches_back_to(oldest: i64, now: i64) -> bool {
    now.saturating_sub(oldest) <= LOGTO_KEEPS
}

/// Returns a number from 0 to 1.
fn random() -> f64 {
    let bits = RandomState::new().hash_one(0_u8) >> 11;
    bits as f64 / (1_u64 << 53) as f64
}
