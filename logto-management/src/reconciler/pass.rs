//! One pass of the reconciler. The pass applies the webhook deliveries in Logto's log, can accept a new log
//! of revocations, and lets Logto send the test call of the webhook.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use logto_runtime::{
    __private::{Replayed, loaded, moments, replay, waits_for_acceptance},
    Revocations,
};

use super::{
    acceptance::Obstacle,
    deliveries::{PAGE, TestCall},
    error::ReconcileError,
    reconciled::Reconciled,
    webhook::Webhook,
    window::{Start, Window, ends_at},
};
use crate::{client::Management, hooks::Hook};

/// The maximum number of pages that one pass reads for one webhook.
const PAGES: usize = 1_000;

/// The settings of a pass, and the results of earlier passes.
pub(super) struct Pass {
    pub(super) management: Management,
    pub(super) revocations: Revocations,
    pub(super) webhook: Webhook,
    pub(super) window: Window,
    /// Equal to [`PAGES`], except in tests.
    pub(super) pages: usize,
    test_call_every: Duration,
    /// When the test calls were last sent and all of them were accepted.
    tested: Option<Instant>,
    /// When the newest delivery with the result [`Replayed::Unreadable`] was logged. A delivery without a
    /// time counts as logged at the start of its pass.
    unreadable: Option<i64>,
}

impl Pass {
    pub(super) fn new(
        management: Management,
        revocations: Revocations,
        webhook: Webhook,
        test_call_every: Duration,
    ) -> Self {
        Self {
            management,
            revocations,
            webhook,
            window: Window::default(),
            pages: PAGES,
            test_call_every,
            tested: None,
            unreadable: None,
        }
    }

    /// Reads the webhooks with the reconciler's URL, and applies their deliveries.
    ///
    /// Returns why this pass did not accept the log of revocations. Returns `None` if the pass accepted the
    /// log, or if no log waits for acceptance.
    pub(super) async fn apply_all(
        &mut self,
        hooks: &mut Vec<Hook>,
        done: &mut Reconciled,
    ) -> Result<Option<Obstacle>, ReconcileError> {
        // The list of revocations must first read its log. Otherwise, deliveries whose entries are already in
        // the log would count as applied now.
        (loaded(&self.revocations).await).map_err(ReconcileError::Log)?;
        let (began, oldest) = moments(&self.revocations);
        let start = self.window.start(oldest, began);
        *hooks = self.management.hooks().await?;
        hooks.retain(|hook| self.webhook.is(hook));
        let (mut complete, mut read) = (Ok(()), HashMap::new());
        let mut stopped = Ok(());
        let matters = began.saturating_sub(oldest);
        for hook in hooks.iter() {
            let start = self.window.start_of(&hook.id, start, oldest, matters);
            let starts = (start, Start::of_all_that_matter(oldest, matters));
            match self.apply_deliveries(hook, starts, began, done).await {
                Ok(newest) => drop(read.insert(hook.id.clone(), newest)),
                Err(error) if error.is_partial() => complete = complete.and(Err(error)),
                Err(error) => {
                    stopped = Err(error);
                    break;
                }
            }
        }
        match stopped {
            Ok(()) => self.window.forget_unlisted(),
            Err(_) => self.window.forget_what_logto_forgot(),
        }
        // Also after an error, because the program may end with this pass.
        let flushed = (self.revocations.flush().await).map_err(ReconcileError::Log);
        stopped.and(flushed).and(complete)?;
        self.webhook.check(hooks)?;
        // If the clock of this process is ahead, `oldest` is too late. The time of the newest delivery comes
        // from Logto's clock. So `oldest` becomes at most this time minus the duration `matters`.
        let newest = read.values().flatten().max();
        let oldest = newest.map_or(oldest, |at| oldest.min(at.saturating_sub(matters)));
        self.window.complete(began, read);
        Ok(self.accept_new_log(hooks, oldest, oldest.saturating_add(matters)))
    }

    /// Accepts a new log of revocations, or returns why not. Returns `None` if the log was accepted, or if no
    /// log waits for acceptance.
    fn accept_new_log(&self, hooks: &[Hook], oldest: i64, now: i64) -> Option<Obstacle> {
        if !waits_for_acceptance(&self.revocations) {
            return None;
        }
        let unreadable = self.unreadable.is_some_and(|at| at >= oldest);
        let unreadable = unreadable.then_some(Obstacle::Unreadable);
        let obstacle = unreadable.or_else(|| Obstacle::of(&self.webhook, hooks, oldest, now));
        if obstacle.is_none() {
            self.revocations.accept_empty_log();
        }
        obstacle
    }

    /// Applies the deliveries of a webhook. Returns the time at which the newest one was logged; `None` if no
    /// delivery has a time.
    async fn apply_deliveries(
        &mut self,
        hook: &Hook,
        (start, all_that_matter): (Start, Start),
        now: i64,
        done: &mut Reconciled,
    ) -> Result<Option<i64>, ReconcileError> {
        // Between two requests, new deliveries can move older ones to the next page. So a delivery may be
        // read twice, but is never missed.
        let (mut complete, mut newest) = (true, None);
        let too_large = || ReconcileError::DeliveryTooLarge {
            url: self.webhook.shown(),
        };
        for number in 1..=self.pages {
            let page = self.management.logged_deliveries(hook, number).await?;
            complete &= page.is_complete;
            newest = newest.or_else(|| page.newest());
            let start = start.moment(newest);
            for delivery in &page.deliveries {
                self.window.note_listed(delivery, start);
                if !self.window.wants(delivery, start) {
                    continue;
                }
                done.deliveries += 1;
                let at = delivery.logged_at.unwrap_or(now);
                match replay(&self.revocations, delivery.body.as_bytes(), at) {
                    Replayed::Applied => {
                        done.applied += 1;
                        done.failed += usize::from(delivery.failed);
                    }
                    Replayed::Unreadable => {
                        done.unreadable += 1;
                        self.unreadable = self.unreadable.max(Some(at));
                    }
                    Replayed::Nothing => {}
                }
                self.window.keep(delivery);
            }
            // After a long outage, more deliveries can be unread than a pass reads. Only those that matter must
            // be read.
            let is_last = number == self.pages && ends_at(&page, all_that_matter.moment(newest));
            if ends_at(&page, start) || is_last {
                return complete.then_some(newest).ok_or_else(too_large);
            }
        }
        Err(ReconcileError::TooManyDeliveries {
            url: self.webhook.shown(),
            limit: self.pages * PAGE,
        })
    }

    /// Lets Logto send the test call of each enabled webhook, if test calls are due. Stops at the first
    /// webhook that does not accept its test call.
    pub(super) async fn test_if_due(&mut self, hooks: &[Hook]) -> Result<(), ReconcileError> {
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
}
