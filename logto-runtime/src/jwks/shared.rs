//! The state that requests and fetches share: the current key set and the schedule of fetches.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwapOption;
use http::HeaderValue;

use super::{
    age::{Age, KeyTimes},
    key::VerificationKey,
    key_log::KeyLog,
    key_set::KeySet,
    outage::Outage,
    refresh::{Reason, Refresh},
    replaced_ids::ReplacedIds,
    schedule::{NoFetch, Schedule},
    source::KeySource,
    ticket::Ticket,
};
use crate::clock::{Clock, Reading};

/// The state of a [`KeyCache`](super::KeyCache), shared by its clones and by the running fetch.
pub(super) struct Shared {
    /// Where keys are fetched from. `None` for a fixed key set, which never ages.
    pub(super) source: Option<Box<dyn KeySource>>,
    pub(super) times: KeyTimes,
    pub(super) clock: Clock,
    /// The current key set. Readers load it without a lock.
    pub(super) current: ArcSwapOption<Snapshot>,
    pub(super) outage: Outage,
    pub(super) key_log: KeyLog,
    pub(super) replaced_ids: ReplacedIds,
    pub(super) schedule: Schedule<Ticket>,
}

/// A key set, and the entity tag of its response.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) keys: KeySet,
    pub(super) etag: Option<HeaderValue>,
}

/// The error for a request whose token cannot be verified without a fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unavailable {
    /// How long until the next fetch is permitted.
    pub(crate) retry_after: Duration,
}

impl Shared {
    pub(super) fn new(
        source: Option<Box<dyn KeySource>>,
        keys: Option<KeySet>,
        times: KeyTimes,
        clock: Clock,
    ) -> Self {
        let snapshot = keys.map(|keys| Arc::new(Snapshot { keys, etag: None }));
        Self {
            source,
            times,
            clock,
            current: ArcSwapOption::new(snapshot),
            outage: Outage::default(),
            key_log: KeyLog::default(),
            replaced_ids: ReplacedIds::default(),
            schedule: Schedule::new(Refresh::new(times.unknown_key_cooldown)),
        }
    }

    /// Returns the key with this `kid` from the current key set.
    pub(super) fn find(&self, id: &str) -> Option<Arc<VerificationKey>> {
        let current = self.current.load();
        current.as_ref()?.keys.find(id).cloned()
    }

    /// Returns whether a key that is not in the set was probably in an earlier set. Returns `true` in two
    /// cases: the key has left the set since the start of the process, or its token was issued before the
    /// last successful fetch started.
    ///
    /// After a restart, no key has left the set yet, so only the time of issue decides. If a server of Logto
    /// sends an outdated set, a valid key can look replaced. The key comes back with the next fetch that gets
    /// the current set. Tokens with this key can cause that fetch: the rate limit of replaced keys permits
    /// one fetch per cooldown.
    pub(super) fn was_replaced(&self, id: &str, issued_before: i64) -> bool {
        let fetched_at = self.schedule.current_at().map(Reading::unix_seconds);
        fetched_at.is_some_and(|at| issued_before < at) || self.replaced_ids.contains(id)
    }

    /// Returns whether the last unsuccessful fetch started so long ago that its back-off does not count.
    pub(super) fn backoff_is_outdated(&self, now: Reading) -> bool {
        let started = self.schedule.last_unsuccessful_start();
        started.is_some_and(|at| !self.times.is_recent(at, now))
    }

    /// Returns the state of the current key set.
    #[inline]
    pub(super) fn age(&self, now: Reading) -> Age {
        // Almost every request calls this, so the common case makes only one check. This is enough, because
        // fresh keys are also usable: the builder rejects a `usable_for` shorter than `fresh_for`.
        if self.schedule.is_fresh(now) {
            Age::Fresh
        } else {
            self.age_past_freshness(now)
        }
    }

    #[cold]
    fn age_past_freshness(&self, now: Reading) -> Age {
        let current_at = self.schedule.current_at();
        self.times
            .past_freshness(current_at, || self.schedule.last_failed_start(), now)
    }

    /// Decides about a request that has no fetch to wait for. `Ok` means that the request uses the current
    /// keys. An error means that the request gets 503.
    ///
    /// If a fetch has failed or was lost since the last success, a rate-limited request gets 503. Logto may
    /// have added the key of the request since that success.
    pub(super) fn without_fetch(&self, no_fetch: NoFetch) -> Result<(), Unavailable> {
        match no_fetch {
            NoFetch::RateLimited { retry_after }
                if self.schedule.last_unsuccessful_start().is_some() =>
            {
                Err(Unavailable { retry_after })
            }
            NoFetch::Fetched | NoFetch::RateLimited { .. } => Ok(()),
            NoFetch::BackingOff { retry_after } => Err(Unavailable { retry_after }),
        }
    }

    /// Returns the error for a request that has waited without success.
    pub(super) fn unavailable(&self, reason: Reason, now: Reading) -> Unavailable {
        Unavailable {
            retry_after: self.schedule.permitted_in(reason, now.monotonic),
        }
    }
}
