//! The key set in use: readers take a snapshot, one detached task at a time refreshes it.

use std::{fmt, sync::Arc, time::Duration};

use super::{
    age::{Age, KeyTimes},
    key::VerificationKey,
    key_set::KeySet,
    refresh::Reason,
    shared::{Shared, Unavailable},
    source::{FetchError, KeySource},
    ticket::{Outcome, WaitOutcome},
};
use crate::clock::Clock;

/// How long a request waits for a refresh of keys that are old but could still serve.
const JOIN_AT_MOST: Duration = Duration::from_secs(2);

/// How long a request waits where it cannot be judged otherwise; a fetch itself ends sooner.
const WAIT_AT_MOST: Duration = Duration::from_secs(8);

/// What a request must wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Keys, or newer ones.
    Keys,
    /// A key that is not in the set, or a fetch without it that began after `seen` ones had.
    Key { id: Box<str>, seen: u64 },
}

/// The key set in use.
#[derive(Clone)]
pub(crate) struct KeyCache {
    shared: Arc<Shared>,
}

impl KeyCache {
    pub(crate) fn fetched_from(source: Box<dyn KeySource>, times: KeyTimes, clock: Clock) -> Self {
        Self::new(Some(source), None, times, clock)
    }

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

    /// The key of this id, or what to wait for in hope of it.
    pub(crate) fn find(&self, id: &str) -> Result<Arc<VerificationKey>, Need> {
        // Read first: a fetch that begins after this may bring a key that is not there yet.
        let seen = self.shared.schedule.begun();
        self.shared.find(id).ok_or_else(|| Need::Key {
            id: id.into(),
            seen,
        })
    }

    /// Whether keys come from somewhere at all.
    pub(crate) fn can_refresh(&self) -> bool {
        self.shared.source.is_some()
    }

    /// Whether a request must wait before the keys may judge its token. Keys that are past their
    /// freshness but may still serve start a refresh in the background.
    #[inline]
    pub(crate) fn must_wait(&self) -> bool {
        let shared = &self.shared;
        if !self.can_refresh() {
            return false;
        }
        let now = shared.clock.monotonic();
        match shared.age(now) {
            Age::Fresh => false,
            Age::Stale => {
                shared.refresh_if_due(now);
                false
            }
            Age::Old | Age::Unusable => true,
        }
    }

    /// Waits for what is needed, as long as it makes sense. Afterwards the keys may judge.
    pub(crate) async fn wait(&self, need: &Need) -> Result<(), Unavailable> {
        match need {
            Need::Keys => self.wait_for_keys().await,
            Need::Key { id, seen } => self.wait_for_key(id, *seen).await,
        }
    }

    /// Fetches now, or joins the fetch under way; for `warm_up`.
    pub(crate) async fn load(&self) -> Result<(), Arc<FetchError>> {
        if !self.can_refresh() {
            return Ok(());
        }
        // Twice, because a ticket can be lost with the runtime that it began in.
        for _ in 0..2 {
            let now = self.shared.clock.monotonic();
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

    /// Why the last fetch failed, if it did.
    pub(crate) fn last_error(&self) -> Option<Arc<FetchError>> {
        self.shared.last_error.load_full()
    }

    /// How many keys there are, and how old they are; `None` before the first load.
    pub(crate) fn loaded(&self) -> Option<(usize, Duration)> {
        let shared = &self.shared;
        let keys = shared.current.load().as_ref()?.keys.len();
        let current_at = shared.schedule.current_at();
        let age = current_at.map(|at| shared.clock.monotonic().saturating_sub(at));
        Some((keys, age.unwrap_or_default()))
    }

    /// Whether the keys at hand may judge.
    pub(crate) fn are_usable(&self) -> bool {
        let shared = &self.shared;
        shared.source.is_none() || shared.age(shared.clock.monotonic()) != Age::Unusable
    }

    /// Starts a fetch that is due, without a request that needs it.
    pub(crate) fn refresh_if_due(&self) {
        let now = self.shared.clock.monotonic();
        if self.can_refresh() && self.shared.age(now) != Age::Fresh {
            self.shared.refresh_if_due(now);
        }
    }

    async fn wait_for_keys(&self) -> Result<(), Unavailable> {
        // Twice, because a ticket can be lost with the runtime that it began in.
        for _ in 0..2 {
            let now = self.shared.clock.monotonic();
            let needed = || matches!(self.shared.age(now), Age::Old | Age::Unusable);
            let joined = self.shared.join_or_start(Reason::Keys, now, needed);
            let usable = self.shared.age(now) != Age::Unusable;
            let ticket = match joined {
                Ok(ticket) => ticket,
                Err(_) if usable => return Ok(()),
                Err(no_fetch) => return self.shared.without_fetch(no_fetch),
            };
            let patience = if usable {
                JOIN_AT_MOST.saturating_sub(now.saturating_sub(ticket.started))
            } else {
                WAIT_AT_MOST
            };
            match ticket.wait(patience).await {
                WaitOutcome::Outcome(Outcome::Succeeded) => return Ok(()),
                WaitOutcome::Outcome(Outcome::Failed) | WaitOutcome::TimedOut => break,
                WaitOutcome::Lost => {}
            }
        }
        let now = self.shared.clock.monotonic();
        if self.shared.age(now) != Age::Unusable {
            return Ok(());
        }
        Err(self.shared.unavailable(Reason::Keys, now))
    }

    async fn wait_for_key(&self, id: &str, seen: u64) -> Result<(), Unavailable> {
        let reason = Reason::UnknownKey { seen };
        // The ticket under way may carry a set from before the key; the one after it does not, and
        // it may be lost twice.
        for _ in 0..4 {
            let now = self.shared.clock.monotonic();
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
        let now = self.shared.clock.monotonic();
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
