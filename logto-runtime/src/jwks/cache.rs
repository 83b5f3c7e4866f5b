//! The cache of the key set. Requests read a snapshot, and one detached task at a time refreshes the
//! cache.

use std::{fmt, sync::Arc, time::Duration};

use super::{
    age::{Age, KeyTimes},
    error::FetchError,
    key::VerificationKey,
    key_set::KeySet,
    shared::Shared,
    source::KeySource,
};
use crate::clock::{Clock, Reading};

/// What a request must wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// The first key set, or a newer one.
    Keys,
    /// A key that is not in the current key set.
    Key {
        /// The `kid` of the key.
        id: Box<str>,
        /// How many fetches had started before the key was looked up. If a later fetch succeeds without this
        /// key, the key is unknown.
        seen: u64,
        /// Whether the key was probably in an earlier key set.
        replaced: bool,
    },
}

/// The cache of the key set. Clones share it.
#[derive(Clone)]
pub(crate) struct KeyCache {
    pub(super) shared: Arc<Shared>,
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

    /// Returns the key with this `kid`, or the [`Need`] that the request must wait for. The token of the
    /// request was issued at `issued_before` (in seconds since the Unix epoch) or earlier.
    pub(crate) fn find(&self, id: &str, issued_before: i64) -> Result<Arc<VerificationKey>, Need> {
        // Reads the count before the lookup. So a fetch that starts during the lookup counts as a later one.
        let seen = self.shared.schedule.started_count();
        self.shared.find(id).ok_or_else(|| Need::Key {
            id: id.into(),
            seen,
            replaced: self.shared.was_replaced(id, issued_before),
        })
    }

    /// Adds this endpoint to the events about the keys.
    pub(crate) fn name_in_events(&self, endpoint: &str) {
        self.shared.key_log.set_endpoint(endpoint);
    }

    /// Returns whether the keys can be fetched: `false` for a fixed key set.
    pub(crate) fn can_refresh(&self) -> bool {
        self.shared.source.is_some()
    }

    /// Starts a background fetch if the keys are stale and a fetch is due. Returns whether a request must
    /// wait for a fetch before it uses the keys.
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

    /// Returns why the last fetch failed, was lost or could not start. Returns `None` before the first
    /// failure, and if only one fetch was lost. A successful fetch resets the result to `None`.
    pub(crate) fn last_error(&self) -> Option<Arc<FetchError>> {
        self.shared.outage.error()
    }

    /// Returns the number of keys and their age, or `None` before the first successful fetch. The age of a
    /// fixed key set is zero.
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

    /// Starts a fetch in the background if the keys are not fresh and a fetch is due.
    pub(crate) fn refresh_if_due(&self) {
        let now = self.shared.clock.read();
        if self.can_refresh() && self.shared.age(now) != Age::Fresh {
            self.shared.refresh_if_due(now);
        }
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
