//! The cache of the key set. Requests read a snapshot, and one detached task at a time refreshes
//! it.

use std::{fmt, sync::Arc, time::Duration};

use super::{
    age::{Age, KeyTimes},
    error::FetchError,
    key::VerificationKey,
    key_set::KeySet,
    limits::{JOIN_AT_MOST, WAIT_AT_MOST},
    refresh::Reason,
    shared::{Shared, Unavailable},
    source::KeySource,
    ticket::{Outcome, WaitOutcome},
};
use crate::clock::{Clock, Reading};

/// What a request must wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// A first key set, or a newer one.
    Keys,
    /// A key that is not in the current key set.
    Key {
        /// The `kid` of the key.
        id: Box<str>,
        /// How many fetches had started before the key was looked up. The key is unknown if a fetch
        /// that starts later succeeds without bringing it.
        seen: u64,
        /// Whether the key was probably in an earlier key set.
        replaced: bool,
    },
}

/// The cache of the key set. Clones share it.
#[derive(Clone)]
pub(crate) struct KeyCache {
    shared: Arc<Shared>,
}

impl KeyCache {
    /// Returns an empty cache that fetches keys from `source`.
    pub(crate) fn fetched_from(source: Box<dyn KeySource>, times: KeyTimes, clock: Clock) -> Self {
        Self::new(Some(source), None, times, clock)
    }

    /// Returns a cache with a fixed key set, which never ages and is never fetched.
    pub(crate) fn fixed(keys: KeySet, times: KeyTimes, clock: Clock) -> Self {
        Self::new(None, Some(keys), times, clock)
    }

    fn new(
        source: Option<Box<dyn KeySource>>,
        keys: Option<KeySet>,
        times: KeyTimes,
        clock: Clock,
    ) -> Self {
        Self {
            shared: Arc::new(Shared::new(source, keys, times, clock)),
        }
    }

    /// Returns the key with this `kid`, or the [`Need`] that the request must wait for. `issued_before` is
    /// the latest time at which the token can have been issued, in seconds since the Unix epoch.
    pub(crate) fn find(&self, id: &str, issued_before: i64) -> Result<Arc<VerificationKey>, Need> {
        // Read before the lookup, so that a fetch that starts between this line and the lookup
        // counts as later.
        let seen = self.shared.schedule.started_count();
        self.shared.find(id).ok_or_else(|| Need::Key {
            id: id.into(),
            seen,
            replaced: self.shared.was_replaced(id, issued_before),
        })
    }

    /// Returns whether the keys can be fetched: `false` for a fixed key set.
    pub(crate) fn can_refresh(&self) -> bool {
        self.shared.source.is_some()
    }

    /// Starts a background fetch if the keys are stale. Returns whether a request must wait for a fetch
    /// before it uses them.
    #[inline]
    pub(crate) fn must_wait(&self, now: Reading) -> bool {
        let shared = &self.shared;
        if !self.can_refresh() {
            return false;
        }
        match shared.age(now) {
            Age::Fresh => false,
            Age::Stale => {
                shared.refresh_if_due(now);
                false
            }
            Age::Old | Age::Unusable => true,
        }
    }

    /// Waits for a need, for a limited time. After `Ok`, the request may use the current keys. They may still
    /// lack the key that it needs.
    pub(crate) async fn wait(&self, need: &Need) -> Result<(), Unavailable> {
        match need {
            Need::Keys => self.wait_for_keys().await,
            Need::Key { id, seen, replaced } => self.wait_for_key(id, *seen, *replaced).await,
        }
    }

    /// Fetches the key set now, or joins the running fetch. Used by `warm_up`.
    pub(crate) async fn load(&self) -> Result<(), Arc<FetchError>> {
        if !self.can_refresh() {
            return Ok(());
        }
        // Twice, because the first fetch may be lost (see `mod.rs`).
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

    /// Returns why the last fetch failed, or `None` if it succeeded.
    pub(crate) fn last_error(&self) -> Option<Arc<FetchError>> {
        self.shared.last_error.load_full()
    }

    /// Returns the number of keys and their age, or `None` before the first successful fetch.
    pub(crate) fn loaded(&self) -> Option<(usize, Duration)> {
        let shared = &self.shared;
        let keys = shared.current.load().as_ref()?.keys.len();
        let current_at = shared.schedule.current_at();
        let age = current_at.map(|at| shared.clock.read().since(at));
        Some((keys, age.unwrap_or_default()))
    }

    /// Returns whether the current keys may be used.
    pub(crate) fn are_usable(&self) -> bool {
        let shared = &self.shared;
        shared.source.is_none() || shared.age(shared.clock.read()) != Age::Unusable
    }

    /// Starts a fetch in the background if a fetch is due.
    pub(crate) fn refresh_if_due(&self) {
        let now = self.shared.clock.read();
        if self.can_refresh() && self.shared.age(now) != Age::Fresh {
            self.shared.refresh_if_due(now);
        }
    }

    /// Waits for a fetch if the keys are old or unusable.
    async fn wait_for_keys(&self) -> Result<(), Unavailable> {
        // Twice, because the first fetch may be lost (see `mod.rs`).
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
                WaitOutcome::Outcome(Outcome::Succeeded) => return Ok(()),
                WaitOutcome::Outcome(Outcome::Failed) | WaitOutcome::TimedOut => break,
                WaitOutcome::Lost => {}
            }
        }
        let now = self.shared.clock.read();
        if self.shared.age(now) != Age::Unusable {
            return Ok(());
        }
        Err(self.shared.unavailable(Reason::Keys, now))
    }

    /// Waits for a fetch that started after the key was looked up.
    async fn wait_for_key(&self, id: &str, seen: u64, replaced: bool) -> Result<(), Unavailable> {
        let reason = Reason::UnknownKey { seen, replaced };
        // Up to four fetches: the running fetch, which may have read the set before the key was
        // added, then a new fetch, and up to two more if fetches are lost.
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

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyCache")
            .field("source", &self.shared.source)
            .field("current", &self.shared.current.load())
            .finish_non_exhaustive()
    }
}
