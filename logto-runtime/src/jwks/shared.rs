//! What requests and fetches share: the set at hand, and the schedule of fetches.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwapOption;
use http::HeaderValue;

use super::{
    age::{Age, KeyTimes},
    key::VerificationKey,
    key_set::KeySet,
    refresh::{Reason, Refresh},
    schedule::{NoFetch, Schedule},
    source::{FetchError, KeySource},
    ticket::Ticket,
};
use crate::clock::Clock;

pub(super) struct Shared {
    /// `None`: a fixed set, which is never fetched and never grows old.
    pub(super) source: Option<Box<dyn KeySource>>,
    pub(super) times: KeyTimes,
    pub(super) clock: Clock,
    pub(super) current: ArcSwapOption<Snapshot>,
    pub(super) last_error: ArcSwapOption<FetchError>,
    pub(super) schedule: Schedule<Ticket>,
}

/// A key set, and the entity tag it came with.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) keys: KeySet,
    pub(super) etag: Option<HeaderValue>,
}

/// There are no keys to judge a token with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unavailable {
    /// Until the next permitted fetch.
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
            last_error: ArcSwapOption::empty(),
            schedule: Schedule::new(Refresh::new(times.unknown_key_cooldown)),
        }
    }

    /// The key of this id, in the set at hand.
    pub(super) fn find(&self, id: &str) -> Option<Arc<VerificationKey>> {
        let current = self.current.load();
        current.as_ref()?.keys.find(id).cloned()
    }

    /// How the set at hand stands.
    #[inline]
    pub(super) fn age(&self, now: Duration) -> Age {
        // First what one comparison tells, since each request asks. The builder sees to it that
        // fresh keys are usable.
        match self.schedule.is_fresh(now) {
            true => Age::Fresh,
            false => self.age_past_freshness(now),
        }
    }

    #[cold]
    fn age_past_freshness(&self, now: Duration) -> Age {
        let current_at = self.schedule.current_at();
        self.times
            .past_freshness(current_at, || self.schedule.failed_at(), now)
    }

    /// What follows where there is nothing to wait for: the keys at hand judge, unless nobody can
    /// tell what Logto would have said.
    pub(super) fn without_fetch(&self, no_fetch: NoFetch) -> Result<(), Unavailable> {
        match no_fetch {
            NoFetch::RateLimited { retry_after } if self.schedule.failed_at().is_some() => {
                Err(Unavailable { retry_after })
            }
            NoFetch::Fetched | NoFetch::RateLimited { .. } => Ok(()),
            NoFetch::BackingOff { retry_after } => Err(Unavailable { retry_after }),
        }
    }

    /// What those are told who waited in vain.
    pub(super) fn unavailable(&self, reason: Reason, now: Duration) -> Unavailable {
        Unavailable {
            retry_after: self.schedule.permitted_in(reason, now),
        }
    }
}
