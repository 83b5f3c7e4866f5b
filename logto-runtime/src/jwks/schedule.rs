//! Who fetches and who joins: the lock around the decision, and what is read without it.
//!
//! It knows nothing of keys, HTTP and tasks, so that a model checker can try every interleaving.

use std::time::Duration;

use super::{
    refresh::{Decision, LOST_AFTER, Reason, Refresh},
    sync::{AtomicU64, Mutex, MutexGuard, Ordering, PoisonError},
};

/// The fetches of one key set. `F` is what those hold who wait for a fetch.
pub(super) struct Schedule<F> {
    begun: AtomicU64,
    current_at: Moment,
    fresh_until: Moment,
    failed_at: Moment,
    due_at: Moment,
    state: Mutex<State<F>>,
}

struct State<F> {
    refresh: Refresh,
    ticket: Option<(u64, F)>,
}

/// What a request that wants a fetch gets.
#[derive(Debug)]
pub(super) enum JoinOrStart<F, T> {
    /// It waits for the fetch under way.
    Joined(F),
    /// It waits for a fetch that is to take off now.
    Started(F, T),
    NoFetch(NoFetch),
}

/// Why there is nothing to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoFetch {
    /// What was waited for is there.
    Fetched,
    /// No fetch is possible now.
    BackingOff { retry_after: Duration },
    /// None is permitted for unknown keys now.
    RateLimited { retry_after: Duration },
}

impl<F: Clone> Schedule<F> {
    pub(super) fn new(refresh: Refresh) -> Self {
        Self {
            begun: AtomicU64::new(0),
            current_at: Moment::unset(),
            fresh_until: Moment::unset(),
            failed_at: Moment::unset(),
            due_at: Moment::unset(),
            state: Mutex::new(State {
                refresh,
                ticket: None,
            }),
        }
    }

    /// How many fetches have begun. Read before a key is looked for, it tells which fetches would
    /// have brought it.
    pub(super) fn begun(&self) -> u64 {
        self.begun.load(Ordering::Acquire)
    }

    /// When the keys were last known to be current; unset before the first load.
    pub(super) fn current_at(&self) -> Option<Duration> {
        self.current_at.get()
    }

    /// Whether the keys need no newer ones yet; a key that is not among them is another matter.
    #[inline]
    pub(super) fn is_fresh(&self, now: Duration) -> bool {
        self.fresh_until.is_after(now)
    }

    /// When the last fetch failed; unset if it succeeded.
    pub(super) fn failed_at(&self) -> Option<Duration> {
        self.failed_at.get()
    }

    /// Whether the next fetch is permitted; without the lock, so only a hint.
    pub(super) fn is_due(&self, now: Duration) -> bool {
        self.due_at.get().is_none_or(|due_at| now >= due_at)
    }

    /// Joins the fetch under way, or starts one with what `start` makes for its number: what is
    /// waited for, and what takes off. `needed` looks again, since what the caller saw may have
    /// changed before the lock was its own.
    pub(super) fn join_or_start<T>(
        &self,
        reason: Reason,
        now: Duration,
        needed: impl FnOnce() -> bool,
        start: impl FnOnce(u64) -> (F, T),
    ) -> JoinOrStart<F, T> {
        let mut state = self.lock();
        if !needed() {
            return JoinOrStart::NoFetch(NoFetch::Fetched);
        }
        let no_fetch = match state.refresh.decide(reason, now) {
            Decision::Join => match &state.ticket {
                Some((_, ticket)) => return JoinOrStart::Joined(ticket.clone()),
                None => NoFetch::BackingOff {
                    retry_after: LOST_AFTER,
                },
            },
            Decision::Start => {
                let number = self.begun.fetch_add(1, Ordering::AcqRel) + 1;
                let (ticket, fetch) = start(number);
                state.ticket = Some((number, ticket.clone()));
                self.due_at.set(now.saturating_add(LOST_AFTER));
                return JoinOrStart::Started(ticket, fetch);
            }
            Decision::Fetched => NoFetch::Fetched,
            Decision::BackingOff { retry_after } => NoFetch::BackingOff { retry_after },
            Decision::RateLimited { retry_after } => NoFetch::RateLimited { retry_after },
        };
        JoinOrStart::NoFetch(no_fetch)
    }

    /// Until a fetch for this reason is permitted.
    pub(super) fn permitted_in(&self, reason: Reason, now: Duration) -> Duration {
        self.lock().refresh.permitted_in(reason, now)
    }

    /// Gives up a fetch that should have ended long ago.
    pub(super) fn give_up_overdue(&self, now: Duration, jitter: f64) -> Option<F> {
        let mut state = self.lock();
        if !state.refresh.is_overdue(now) {
            return None;
        }
        self.due_at.set(state.refresh.lost(now, jitter));
        state.ticket.take().map(|(_, ticket)| ticket)
    }

    /// Ends a fetch that brought keys, which `publish` puts where requests find them. `false`, and
    /// nothing happens, if it was given up before: it must not overwrite what came after it.
    pub(super) fn succeeded(
        &self,
        number: u64,
        (started, fresh_until): (Duration, Duration),
        publish: impl FnOnce(),
    ) -> bool {
        let Some(mut state) = self.finish(number) else {
            return false;
        };
        publish();
        state.refresh.succeeded(number);
        // As of its start: what changed while the answer travelled is not in it.
        self.current_at.set(started);
        self.fresh_until.set(fresh_until);
        self.failed_at.unset_again();
        self.due_at.set(fresh_until);
        true
    }

    /// Ends a fetch that failed, with what `publish` tells of it. `false` as in
    /// [`succeeded`](Self::succeeded).
    pub(super) fn failed(
        &self,
        number: u64,
        now: Duration,
        jitter: f64,
        publish: impl FnOnce(),
    ) -> bool {
        let Some(mut state) = self.finish(number) else {
            return false;
        };
        publish();
        self.due_at.set(state.refresh.failed(now, jitter));
        self.failed_at.set(now);
        true
    }

    /// Ends a fetch without an outcome.
    pub(super) fn lost(&self, number: u64, now: Duration, jitter: f64) {
        if let Some(mut state) = self.finish(number) {
            self.due_at.set(state.refresh.lost(now, jitter));
        }
    }

    /// Takes this ticket out of the air, if it still is the one.
    fn finish(&self, number: u64) -> Option<MutexGuard<'_, State<F>>> {
        let mut state = self.lock();
        let ticket = state.ticket.take_if(|(current, _)| *current == number);
        ticket.map(|_| state)
    }

    fn lock(&self) -> MutexGuard<'_, State<F>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A moment of the monotonic clock, or none, that is read without a lock.
struct Moment(AtomicU64);

impl Moment {
    const UNSET: u64 = u64::MAX;

    fn unset() -> Self {
        Self(AtomicU64::new(Self::UNSET))
    }

    fn get(&self) -> Option<Duration> {
        match self.0.load(Ordering::Acquire) {
            Self::UNSET => None,
            nanos => Some(Duration::from_nanos(nanos)),
        }
    }

    /// Each request asks this once, hence no conversion to what [`get`](Self::get) answers.
    #[inline]
    fn is_after(&self, now: Duration) -> bool {
        match self.0.load(Ordering::Acquire) {
            Self::UNSET => false,
            nanos => u128::from(nanos) > now.as_nanos(),
        }
    }

    fn set(&self, at: Duration) {
        let nanos = u64::try_from(at.as_nanos()).unwrap_or(Self::UNSET);
        self.0.store(nanos.min(Self::UNSET - 1), Ordering::Release);
    }

    fn unset_again(&self) {
        self.0.store(Self::UNSET, Ordering::Release);
    }
}
