//! The lock around [`refresh`](super::refresh), which decides when to fetch the key set. Also the times that
//! are read without this lock.
//!
//! This file does not depend on keys, HTTP or tasks, so that the loom tests can compile it.

use std::time::Duration;

use super::{
    limits::LOST_AFTER,
    moment::Moment,
    refresh::{Decision, Reason, Refresh},
    sync::{AtomicU64, Mutex, MutexGuard, Ordering, PoisonError},
};
use crate::clock::Reading;

/// The schedule of the fetches of one key set. With a `Ticket`, a request waits for a fetch.
pub(super) struct Schedule<Ticket> {
    started_count: AtomicU64,
    current_at: Moment,
    fresh_until: Moment,
    last_failed_start: Moment,
    last_unsuccessful_start: Moment,
    /// When the next fetch may start, by the monotonic clock in nanoseconds.
    due_at: AtomicU64,
    state: Mutex<State<Ticket>>,
}

/// The part of the schedule that the lock protects.
struct State<Ticket> {
    refresh: Refresh,
    /// The number and the ticket of the running fetch.
    ticket: Option<(u64, Ticket)>,
}

/// The result of [`Schedule::join_or_start`].
#[derive(Debug)]
pub(super) enum JoinOrStart<Ticket, Fetch> {
    /// A fetch is running. The request can wait for it with this ticket.
    Joined(Ticket),
    /// The request must run this fetch. It can wait for the fetch with this ticket.
    Started(Ticket, Fetch),
    /// The request does not get a fetch to wait for.
    NoFetch(NoFetch),
}

/// Why a request does not get a fetch to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoFetch {
    /// A fetch is not needed anymore. For example, since the lookup of an unknown key, a fetch has started
    /// and succeeded.
    Fetched,
    /// A fetch is not permitted or not possible now.
    BackingOff {
        /// How long until the next fetch is permitted.
        retry_after: Duration,
    },
    /// The rate limit for this kind of unknown key is reached.
    RateLimited {
        /// How long until this rate limit permits a fetch.
        retry_after: Duration,
    },
}

impl<Ticket: Clone> Schedule<Ticket> {
    pub(super) fn new(refresh: Refresh) -> Self {
        Self {
            started_count: AtomicU64::new(0),
            current_at: Moment::unset(),
            fresh_until: Moment::unset(),
            last_failed_start: Moment::unset(),
            last_unsuccessful_start: Moment::unset(),
            due_at: AtomicU64::new(0),
            state: Mutex::new(State {
                refresh,
                ticket: None,
            }),
        }
    }

    /// Returns how many fetches have started. This is also the number of the newest fetch.
    ///
    /// Must be called before the lookup of a key. If the key is not found, a successful fetch with a greater
    /// number shows whether Logto lists the key.
    pub(super) fn started_count(&self) -> u64 {
        self.started_count.load(Ordering::Acquire)
    }

    /// Returns when the last successful fetch started, or `None` before the first one.
    pub(super) fn current_at(&self) -> Option<Reading> {
        self.current_at.get()
    }

    /// Returns whether the keys may be used without another fetch. A key that is not in the set
    /// still needs a fetch.
    #[inline]
    pub(super) fn is_fresh(&self, now: Reading) -> bool {
        self.fresh_until.is_after(now)
    }

    /// Returns when the last failed fetch started. A successful fetch resets this time to `None`.
    pub(super) fn last_failed_start(&self) -> Option<Reading> {
        self.last_failed_start.get()
    }

    /// Returns when the last failed or lost fetch started. A successful fetch resets this time to `None`.
    /// A fetch is lost if it ended without an outcome, or was given up.
    pub(super) fn last_unsuccessful_start(&self) -> Option<Reading> {
        self.last_unsuccessful_start.get()
    }

    /// Returns whether a fetch may start now. Returns `false` during a back-off, and while the running fetch
    /// is younger than [`LOST_AFTER`]. The result is only a hint: this method does not take the lock, and
    /// reads only the monotonic clock.
    pub(super) fn is_due(&self, now: Reading) -> bool {
        now.monotonic.as_nanos() >= u128::from(self.due_at.load(Ordering::Acquire))
    }

    /// Joins the running fetch or starts one.
    ///
    /// Calls `needed` under the lock, to check again whether a fetch is needed. Another fetch may have ended
    /// since the caller's own check. With `backoff_is_outdated`, the back-off does not count. `start`
    /// receives the number of the new fetch, and returns the ticket to wait with and the fetch to run.
    pub(super) fn join_or_start<Fetch>(
        &self,
        reason: Reason,
        now: Reading,
        backoff_is_outdated: bool,
        needed: impl FnOnce() -> bool,
        start: impl FnOnce(u64) -> (Ticket, Fetch),
    ) -> JoinOrStart<Ticket, Fetch> {
        let mut state = self.lock();
        if !needed() {
            return JoinOrStart::NoFetch(NoFetch::Fetched);
        }
        let no_fetch = match state.refresh.decide(reason, now, backoff_is_outdated) {
            Decision::Join => match &state.ticket {
                Some((_, ticket)) => return JoinOrStart::Joined(ticket.clone()),
                // Happens only after a panic under the lock. The fetch counts as lost after `LOST_AFTER`.
                None => NoFetch::BackingOff {
                    retry_after: LOST_AFTER,
                },
            },
            Decision::Start => {
                let number = self.started_count.fetch_add(1, Ordering::AcqRel) + 1;
                let (ticket, fetch) = start(number);
                state.ticket = Some((number, ticket.clone()));
                self.set_due_at(now.monotonic.saturating_add(LOST_AFTER));
                return JoinOrStart::Started(ticket, fetch);
            }
            Decision::Fetched => NoFetch::Fetched,
            Decision::BackingOff { retry_after } => NoFetch::BackingOff { retry_after },
            Decision::RateLimited { retry_after } => NoFetch::RateLimited { retry_after },
        };
        JoinOrStart::NoFetch(no_fetch)
    }

    /// Returns how long until a fetch for this reason is permitted.
    pub(super) fn permitted_in(&self, reason: Reason, now: Duration) -> Duration {
        self.lock().refresh.permitted_in(reason, now)
    }

    /// Gives up the running fetch if it counts as lost, and returns its ticket.
    ///
    /// Calls `publish` like [`lost`](Self::lost).
    pub(super) fn give_up_overdue(
        &self,
        now: Reading,
        jitter: f64,
        publish: impl FnOnce(),
    ) -> Option<Ticket> {
        let mut state = self.lock();
        if !state.refresh.is_overdue(now) {
            return None;
        }
        self.record_loss(&mut state, jitter, publish);
        state.ticket.take().map(|(_, ticket)| ticket)
    }

    /// Ends a fetch that succeeded, and calls `publish` to publish its keys.
    ///
    /// If the fetch had been given up, returns `false` and does nothing. So the keys of a later fetch are not
    /// overwritten.
    pub(super) fn succeeded(
        &self,
        number: u64,
        (started, fresh_until): (Reading, Reading),
        publish: impl FnOnce(),
    ) -> bool {
        let Some(mut state) = self.finish(number) else {
            return false;
        };
        publish();
        state.refresh.succeeded(number);
        // The age of the keys counts from the start of the fetch, because the response may lack later
        // changes.
        self.current_at.set(started);
        self.fresh_until.set(fresh_until);
        self.last_failed_start.unset_again();
        self.last_unsuccessful_start.unset_again();
        self.set_due_at(Duration::ZERO);
        true
    }

    /// Ends a fetch that failed, and calls `publish` to publish its error.
    ///
    /// Returns `false` and does nothing if the fetch had been given up.
    pub(super) fn failed(&self, number: u64, jitter: f64, publish: impl FnOnce()) -> bool {
        let Some(mut state) = self.finish(number) else {
            return false;
        };
        publish();
        // Both times are the start of the fetch, because a paused process may notice the failure much later.
        if let Some(started) = state.refresh.running_since() {
            self.last_failed_start.set(started);
            self.last_unsuccessful_start.set(started);
        }
        self.set_due_at(state.refresh.failed(jitter));
        true
    }

    /// Ends a fetch that was lost. If the fetch before it was lost, too, calls `publish` to publish the
    /// error. A single lost fetch is repeated at once, so it is not an outage.
    ///
    /// Returns `false` and does nothing if the fetch had been given up.
    pub(super) fn lost(&self, number: u64, jitter: f64, publish: impl FnOnce()) -> bool {
        let Some(mut state) = self.finish(number) else {
            return false;
        };
        self.record_loss(&mut state, jitter, publish);
        true
    }

    fn record_loss(&self, state: &mut State<Ticket>, jitter: f64, publish: impl FnOnce()) {
        if let Some(started) = state.refresh.running_since() {
            self.last_unsuccessful_start.set(started);
        }
        self.set_due_at(state.refresh.lost(jitter));
        if state.refresh.loses_fetches() {
            publish();
        }
    }

    fn set_due_at(&self, at: Duration) {
        let nanos = u64::try_from(at.as_nanos()).unwrap_or(u64::MAX);
        self.due_at.store(nanos, Ordering::Release);
    }

    /// Removes the ticket of this fetch, and returns the locked state. Returns `None` if the fetch had been
    /// given up.
    fn finish(&self, number: u64) -> Option<MutexGuard<'_, State<Ticket>>> {
        let mut state = self.lock();
        let ticket = state.ticket.take_if(|(current, _)| *current == number);
        ticket.map(|_| state)
    }

    fn lock(&self) -> MutexGuard<'_, State<Ticket>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
