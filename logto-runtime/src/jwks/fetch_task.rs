//! Starts, runs and ends the task that fetches the key set.

use std::{
    hash::{BuildHasher, RandomState},
    panic::catch_unwind,
    sync::Arc,
};

use tokio::{sync::watch, time::timeout};

use super::{
    error::FetchError,
    key_set::KeySet,
    limits::FETCH_TIMEOUT,
    refresh::Reason,
    schedule::{JoinOrStart, NoFetch},
    shared::{Shared, Snapshot},
    source::Fetched,
    ticket::{Outcome, Ticket},
};
use crate::{
    clock::{Reading, current_runtime},
    telemetry,
};

impl Shared {
    /// Starts a fetch if the keys are not fresh and a fetch is due. Does not wait for the fetch. Does nothing
    /// outside a tokio runtime, or in a runtime without a timer.
    pub(super) fn refresh_if_due(self: &Arc<Self>, now: Reading) {
        let due = || {
            !self.schedule.is_fresh(now)
                && (self.schedule.is_due(now) || self.backoff_is_outdated(now))
        };
        if due() && current_runtime().is_ok() {
            // The caller does not wait. Later requests use the result.
            drop(self.join_or_start(Reason::Keys, now, due));
        }
    }

    /// Joins the running fetch or starts one, and returns a ticket to wait for it.
    ///
    /// `needed` is called under the lock of the schedule. If `needed` returns `false`, the request does not
    /// join or start a fetch.
    pub(super) fn join_or_start(
        self: &Arc<Self>,
        reason: Reason,
        now: Reading,
        needed: impl FnOnce() -> bool,
    ) -> Result<Ticket, NoFetch> {
        let runtime = match current_runtime() {
            Ok(runtime) => runtime,
            Err(without) => {
                let error = Arc::new(FetchError::from(without));
                if self.outage.not_started(Arc::clone(&error)) {
                    telemetry::keys_not_fetched(self.key_log.endpoint(), &error, error.fix());
                }
                let retry_after = self.schedule.permitted_in(reason, now.monotonic);
                return Err(NoFetch::BackingOff { retry_after });
            }
        };
        self.give_up_overdue(now);
        let start = |number| Fetch::new(Arc::clone(self), number, now);
        let outdated = self.backoff_is_outdated(now);
        let joined = self
            .schedule
            .join_or_start(reason, now, outdated, needed, start);
        match joined {
            JoinOrStart::Joined(ticket) => Ok(ticket),
            JoinOrStart::Started(ticket, fetch) => {
                // A runtime that is shutting down drops the task, and the `Fetch` with it, at once.
                ticket.set_task(runtime.spawn(fetch.run()).abort_handle());
                Ok(ticket)
            }
            JoinOrStart::NoFetch(no_fetch) => Err(no_fetch),
        }
    }

    /// Gives up the running fetch if it counts as lost.
    fn give_up_overdue(&self, now: Reading) {
        let mut first = false;
        let publish = || first = self.outage.lost();
        if let Some(lost) = self.schedule.give_up_overdue(now, jitter(), publish) {
            lost.abort();
            report(self.key_log.endpoint(), &FetchError::Lost, first);
        }
    }
}

/// A running fetch, owned by its task.
///
/// If the task panics or its runtime ends, the fetch is dropped without an outcome. It then counts as lost,
/// and waiting requests try again.
pub(super) struct Fetch {
    shared: Arc<Shared>,
    number: u64,
    started: Reading,
    outcome: watch::Sender<Option<Outcome>>,
}

impl Fetch {
    /// Returns the ticket to wait with, and the fetch to run.
    pub(super) fn new(shared: Arc<Shared>, number: u64, started: Reading) -> (Ticket, Self) {
        let (ticket, outcome) = Ticket::new(started);
        let fetch = Self {
            shared,
            number,
            started,
            outcome,
        };
        (ticket, fetch)
    }

    /// Fetches the key set, and publishes the key set or the error.
    pub(super) async fn run(self) {
        let Some(source) = &self.shared.source else {
            return;
        };
        let current = self.shared.current.load_full();
        let etag = current.as_ref().and_then(|current| current.etag.as_ref());
        let fetched = timeout(FETCH_TIMEOUT, source.fetch(etag))
            .await
            .unwrap_or(Err(FetchError::TimedOut));
        let outcome = match fetched.and_then(|fetched| self.read(fetched, current.as_deref())) {
            Ok(modified) => self.succeed(modified),
            Err(error) => self.fail(error),
        };
        self.outcome.send_replace(outcome);
    }

    /// Returns the new key set, or `None` if the current key set was not modified.
    fn read(
        &self,
        fetched: Fetched,
        current: Option<&Snapshot>,
    ) -> Result<Option<Snapshot>, FetchError> {
        match fetched {
            Fetched::NotModified if current.is_none() => Err(FetchError::NothingToRevalidate),
            Fetched::NotModified => Ok(None),
            Fetched::Document { bytes, etag } => {
                let current = current.map(|current| &current.keys);
                let keys = KeySet::parse_next(&bytes, current, &self.shared.key_log)?;
                Ok(Some(Snapshot { keys, etag }))
            }
        }
    }

    /// Publishes the new key set. If `modified` is `None`, keeps the current key set.
    ///
    /// If the schedule had given up this fetch because it took too long, does nothing and returns `None`.
    fn succeed(&self, modified: Option<Snapshot>) -> Option<Outcome> {
        let shared = &self.shared;
        let fresh_until = self.started.after(shared.times.fresh_for);
        let mut recovered = false;
        let accepted = shared
            .schedule
            .succeeded(self.number, (self.started, fresh_until), || {
                if let Some(new) = modified {
                    // Retires the removed keys before the new key set is published. In the other
                    // order, a removed key could still verify a token after a new key has verified
                    // one.
                    if let Some(previous) = &*shared.current.load() {
                        previous.keys.retire_keys_missing_in(&new.keys);
                        shared
                            .replaced_ids
                            .remember(previous.keys.ids_missing_in(&new.keys));
                    }
                    shared.current.store(Some(Arc::new(new)));
                }
                recovered = shared.outage.end();
            });
        if !accepted {
            return None;
        }
        telemetry::fetched(true);
        if recovered {
            telemetry::keys_recovered(shared.key_log.endpoint());
        }
        Some(Outcome::Succeeded)
    }

    /// Records the error. Does nothing and returns `None` if the schedule had given up this fetch.
    fn fail(&self, error: FetchError) -> Option<Outcome> {
        let shared = &self.shared;
        let error = Arc::new(error);
        let mut first = false;
        let accepted = shared.schedule.failed(self.number, jitter(), || {
            first = shared.outage.failed(Arc::clone(&error));
        });
        if !accepted {
            return None;
        }
        report(shared.key_log.endpoint(), &error, first);
        Some(Outcome::Failed)
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        if self.outcome.borrow().is_none() {
            let shared = &self.shared;
            let mut first = false;
            let publish = || first = shared.outage.lost();
            if shared.schedule.lost(self.number, jitter(), publish) {
                // A panic can have caused this drop, and a second one would abort the process. A subscriber
                // or a recorder that panics was perhaps the cause.
                let endpoint = shared.key_log.endpoint();
                drop(catch_unwind(|| report(endpoint, &FetchError::Lost, first)));
            }
        }
    }
}

/// Counts a fetch that did not succeed. If it is the `first` one of an outage, also logs the error.
fn report(endpoint: Option<&str>, error: &FetchError, first: bool) {
    telemetry::fetched(false);
    if first {
        telemetry::keys_not_fetched(endpoint, error, error.fix());
    }
}

/// Returns a random number between 0 and 1.
fn jitter() -> f64 {
    let random = RandomState::new().hash_one(());
    f64::from(u32::try_from(random >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Many instances that fail at the same moment must not fetch again at the same moment.
    #[test]
    fn jitter_spreads_over_the_whole_range_from_0_to_1() {
        let mut tenths = [0; 10];
        for _ in 0..2_000 {
            let jitter = jitter();
            assert!((0.0..=1.0).contains(&jitter), "{jitter}");
            tenths[((jitter * 10.0) as usize).min(9)] += 1;
        }
        // Each tenth gets 200 values on average, with a standard deviation of 13.
        assert!(tenths.iter().all(|count| *count > 50), "{tenths:?}");
    }
}
