//! Waits for keys, for a limited time and a limited number of fetches.

use std::sync::Arc;

use super::{
    age::Age,
    cache::{KeyCache, Need},
    error::FetchError,
    limits::{JOIN_AT_MOST, WAIT_AT_MOST},
    refresh::Reason,
    shared::Unavailable,
    ticket::{Outcome, WaitOutcome},
};
use crate::telemetry;

impl KeyCache {
    /// Waits for the keys that a request needs, for a limited time. After `Ok`, the request may use the
    /// current keys. They can still lack the key that the request needs.
    pub(crate) async fn wait(&self, need: &Need) -> Result<(), Unavailable> {
        match need {
            Need::Keys => self.wait_for_keys().await,
            Need::Key { id, seen, replaced } => {
                self.wait_for_key(id, *seen, *replaced).await?;
                // After a pause of the process, the keys that this wait has brought can be old.
                self.wait_for_keys().await
            }
        }
    }

    /// Fetches the key set now, or joins the running fetch. During a back-off, returns the last error without
    /// a fetch. If the fetch does not succeed but no error is known, returns [`FetchError::TimedOut`]. Does
    /// nothing for a fixed key set. Used by `warm_up`.
    pub(crate) async fn load(&self) -> Result<(), Arc<FetchError>> {
        if !self.can_refresh() {
            return Ok(());
        }
        // Twice, because the first fetch can be lost (see `mod.rs`).
        for _ in 0..2 {
            let now = self.shared.clock.read();
            let Ok(ticket) = self.shared.join_or_start(Reason::Keys, now, || true) else {
                break;
            };
            match ticket.wait(WAIT_AT_MOST).await {
                WaitOutcome::Outcome(Outcome::Succeeded) => return Ok(()),
                WaitOutcome::Outcome(Outcome::Failed) | WaitOutcome::TimedOut => break,
                WaitOutcome::Lost => {}
            }
        }
        Err(self
            .last_error()
            .unwrap_or_else(|| Arc::new(FetchError::TimedOut)))
    }

    /// Waits for a fetch if the keys are old or unusable. If the request gets 503 because the keys are too
    /// old, logs an error, once per outage.
    async fn wait_for_keys(&self) -> Result<(), Unavailable> {
        let result = self.try_wait_for_keys().await;
        let outage = &self.shared.outage;
        if result.is_err() && self.are_too_old() && outage.too_old() {
            let error = outage.error();
            let fix = error.as_ref().and_then(|error| error.fix());
            telemetry::keys_too_old(self.shared.key_log.endpoint(), error.as_deref(), fix);
        }
        result
    }

    async fn try_wait_for_keys(&self) -> Result<(), Unavailable> {
        // Twice, because the first fetch can be lost (see `mod.rs`).
        for _ in 0..2 {
            let now = self.shared.clock.read();
            let needed = || matches!(self.shared.age(now), Age::Old | Age::Unusable);
            let joined = self.shared.join_or_start(Reason::Keys, now, needed);
            let usable = self.shared.age(now) != Age::Unusable;
            let ticket = match joined {
                Ok(ticket) => ticket,
                Err(_) if usable => return Ok(()),
                Err(no_fetch) => return self.shared.without_fetch(no_fetch),
            };
            let limit = if usable {
                JOIN_AT_MOST.saturating_sub(now.since(ticket.started))
            } else {
                WAIT_AT_MOST
            };
            match ticket.wait(limit).await {
                // After a pause of the process, even the keys of this fetch can be old.
                WaitOutcome::Outcome(Outcome::Succeeded) if !self.are_old() => return Ok(()),
                WaitOutcome::Outcome(Outcome::Failed) | WaitOutcome::TimedOut => break,
                WaitOutcome::Outcome(Outcome::Succeeded) | WaitOutcome::Lost => {}
            }
        }
        let now = self.shared.clock.read();
        if self.shared.age(now) != Age::Unusable {
            return Ok(());
        }
        Err(self.shared.unavailable(Reason::Keys, now))
    }

    /// Returns whether the keys were fetched once and are now unusable.
    fn are_too_old(&self) -> bool {
        self.shared.schedule.current_at().is_some() && !self.are_usable()
    }

    fn are_old(&self) -> bool {
        let now = self.shared.clock.read();
        matches!(self.shared.age(now), Age::Old | Age::Unusable)
    }

    /// Waits for a fetch that started after the key was looked up.
    async fn wait_for_key(&self, id: &str, seen: u64, replaced: bool) -> Result<(), Unavailable> {
        let reason = Reason::UnknownKey { seen, replaced };
        // Two fetches can be needed: the running fetch, which may have read the set before the key was added,
        // and then a new one. Each can be lost and repeated, so the limit is four.
        for _ in 0..4 {
            let now = self.shared.clock.read();
            let unknown = || self.shared.find(id).is_none();
            let ticket = match self.shared.join_or_start(reason, now, unknown) {
                Ok(ticket) => ticket,
                Err(no_fetch) => return self.shared.without_fetch(no_fetch),
            };
            match ticket.wait(WAIT_AT_MOST).await {
                WaitOutcome::Outcome(Outcome::Succeeded) | WaitOutcome::Lost => {}
                WaitOutcome::Outcome(Outcome::Failed) | WaitOutcome::TimedOut => break,
            }
        }
        let now = self.shared.clock.read();
        Err(self.shared.unavailable(reason, now))
    }
}
