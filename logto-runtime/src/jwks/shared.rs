//! What requests and fetches share: the set at hand, and the schedule of fetches.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwapOption;
use http::HeaderValue;
use tokio::runtime::Handle;

use super::{
    age::{Age, KeyTimes},
    cache::Unavailable,
    flight::{Flight, FlightGuard, jitter},
    key::VerificationKey,
    key_set::KeySet,
    refresh::{Reason, Refresh},
    schedule::{Boarding, Refusal, Schedule},
    source::{FetchError, KeySource},
};
use crate::clock::Clock;

pub(super) struct Shared {
    /// `None`: a fixed set, which is never fetched and never grows old.
    pub(super) source: Option<Box<dyn KeySource>>,
    pub(super) times: KeyTimes,
    pub(super) clock: Clock,
    pub(super) current: ArcSwapOption<Snapshot>,
    pub(super) last_error: ArcSwapOption<FetchError>,
    pub(super) schedule: Schedule<Flight>,
}

/// A key set, and the entity tag it came with.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) keys: KeySet,
    pub(super) etag: Option<HeaderValue>,
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

    /// Starts a fetch that is due, and waits for nothing.
    pub(super) fn refresh_if_due(self: &Arc<Self>, now: Duration) {
        let due = || self.schedule.is_due(now);
        if due() && Handle::try_current().is_ok() {
            // What comes of it is for later requests.
            drop(self.board(Reason::Keys, now, due));
        }
    }

    /// The flight to wait for: the one under way, or one that begins now.
    pub(super) fn board(
        self: &Arc<Self>,
        reason: Reason,
        now: Duration,
        needed: impl FnOnce() -> bool,
    ) -> Result<Flight, Refusal> {
        let Ok(runtime) = Handle::try_current() else {
            self.last_error.store(Some(Arc::new(FetchError::NoRuntime)));
            let retry_after = self.schedule.permitted_in(reason, now);
            return Err(Refusal::Grounded { retry_after });
        };
        if let Some(lost) = self.schedule.give_up_overdue(now, jitter()) {
            lost.abort();
        }
        let boarding = self.schedule.board(reason, now, needed, |number| {
            FlightGuard::new(Arc::clone(self), number, now)
        });
        match boarding {
            Boarding::Joined(flight) => Ok(flight),
            Boarding::Started(flight, guard) => {
                // A runtime that shuts down drops the task here and now, and the guard with it.
                flight.set_task(runtime.spawn(guard.fly()).abort_handle());
                Ok(flight)
            }
            Boarding::Refused(refusal) => Err(refusal),
        }
    }

    /// What follows where there is nothing to wait for: the keys at hand judge, unless nobody can
    /// tell what Logto would have said.
    pub(super) fn refuse(&self, refusal: Refusal) -> Result<(), Unavailable> {
        match refusal {
            Refusal::Spent { retry_after } if self.schedule.failed_at().is_some() => {
                Err(Unavailable { retry_after })
            }
            Refusal::Landed | Refusal::Spent { .. } => Ok(()),
            Refusal::Grounded { retry_after } => Err(Unavailable { retry_after }),
        }
    }

    /// What those are told who waited in vain.
    pub(super) fn unavailable(&self, reason: Reason, now: Duration) -> Unavailable {
        Unavailable {
            retry_after: self.schedule.permitted_in(reason, now),
        }
    }
}
