//! The key set in use: readers take a snapshot, one detached task at a time refreshes it.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwapOption;
use http::HeaderValue;

use super::{
    flight::{Flight, FlightGuard, Landing, Outcome},
    key::VerificationKey,
    key_set::KeySet,
    refresh::{Decision, Reason, Refresh},
    source::{FetchError, KeySource},
};
use crate::clock::Clock;

/// How long a request waits for a refresh of keys that are old but could still serve.
const JOIN_AT_MOST: Duration = Duration::from_secs(2);

/// How long a request waits where it cannot be judged otherwise; a fetch itself ends sooner.
const WAIT_AT_MOST: Duration = Duration::from_secs(8);

/// For how long keys may be used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyTimes {
    pub(crate) fresh_for: Duration,
    pub(crate) usable_for: Duration,
    pub(crate) unknown_key_cooldown: Duration,
}

/// What a request must wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Keys, or newer ones.
    Keys,
    /// A fetch that begins after `flights` ones did, for a key that is not in the set.
    Key { flights: u64 },
}

/// There are no keys to judge a token with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unavailable {
    /// Until the next permitted fetch.
    pub(crate) retry_after: Duration,
}

/// The key set in use.
#[derive(Clone)]
pub(crate) struct KeyCache {
    shared: Arc<Shared>,
}

pub(super) struct Shared {
    /// `None`: a fixed set, which is never fetched and never grows old.
    pub(super) source: Option<Box<dyn KeySource>>,
    pub(super) times: KeyTimes,
    pub(super) clock: Clock,
    pub(super) keys: ArcSwapOption<KeySet>,
    /// When the keys were last known to be current; unset before the first load.
    pub(super) current_at: Instant,
    /// When the next fetch is permitted; unset while one is under way.
    pub(super) due_at: Instant,
    pub(super) failing: AtomicBool,
    flights: AtomicU64,
    state: Mutex<State>,
}

pub(super) struct State {
    pub(super) refresh: Refresh,
    pub(super) flight: Option<Flight>,
    pub(super) etag: Option<HeaderValue>,
    pub(super) last_error: Option<Arc<FetchError>>,
}

/// A moment of the monotonic clock that is read without a lock.
pub(super) struct Instant(AtomicU64);

impl KeyCache {
    pub(crate) fn fetched_from(source: Box<dyn KeySource>, times: KeyTimes, clock: Clock) -> Self {
        Self::new(Some(source), None, times, clock)
    }

    pub(crate) fn fixed(keys: KeySet, times: KeyTimes, clock: Clock) -> Self {
        Self::new(None, Some(Arc::new(keys)), times, clock)
    }

    fn new(
        source: Option<Box<dyn KeySource>>,
        keys: Option<Arc<KeySet>>,
        times: KeyTimes,
        clock: Clock,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                source,
                times,
                clock,
                keys: ArcSwapOption::new(keys),
                current_at: Instant::unset(),
                due_at: Instant::unset(),
                failing: AtomicBool::new(false),
                flights: AtomicU64::new(0),
                state: Mutex::new(State {
                    refresh: Refresh::new(times.unknown_key_cooldown),
                    flight: None,
                    etag: None,
                    last_error: None,
                }),
            }),
        }
    }

    /// The key of this id, or what to wait for in hope of it.
    pub(crate) fn find(&self, key_id: &str) -> Result<Arc<VerificationKey>, Need> {
        let flights = self.shared.flights.load(Ordering::Acquire);
        let keys = self.shared.keys.load();
        keys.as_ref()
            .and_then(|keys| keys.find(key_id).cloned())
            .ok_or(Need::Key { flights })
    }

    /// Whether keys come from somewhere at all.
    pub(crate) fn can_refresh(&self) -> bool {
        self.shared.source.is_some()
    }

    /// Whether a request must wait before the keys may judge its token. Keys that are past their
    /// freshness but may still serve start a refresh in the background.
    pub(crate) fn must_wait(&self) -> bool {
        let shared = &self.shared;
        if shared.source.is_none() {
            return false;
        }
        let now = shared.clock.monotonic();
        let Some(age) = shared.age(now) else {
            return true;
        };
        if age < shared.times.fresh_for {
            return false;
        }
        let old = age >= shared.times.fresh_for.saturating_mul(3);
        let failing = shared.failing.load(Ordering::Acquire);
        if age >= shared.times.usable_for || (old && !failing) {
            return true;
        }
        if shared.due_at.get().is_some_and(|due_at| now >= due_at) {
            // What comes of it is for later requests.
            drop(shared.start_if_permitted(Reason::Keys, now));
        }
        false
    }

    /// Waits for what is needed, as long as it makes sense. Afterwards the keys may judge.
    pub(crate) async fn wait(&self, need: &Need) -> Result<(), Unavailable> {
        match *need {
            Need::Keys => self.wait_for_keys().await,
            Need::Key { flights } => self.wait_for_a_flight_after(flights).await,
        }
    }

    /// Fetches now, or joins the fetch under way; for `warm_up`.
    pub(crate) async fn load(&self) -> Result<(), Arc<FetchError>> {
        if self.shared.source.is_none() {
            return Ok(());
        }
        let now = self.shared.clock.monotonic();
        let flight = match self.shared.start_if_permitted(Reason::Keys, now) {
            Ok(flight) => flight,
            Err(_) => return self.last_error().map_or(Ok(()), Err),
        };
        match flight.land(WAIT_AT_MOST).await {
            Landing::Outcome(Outcome::Succeeded) => Ok(()),
            Landing::Outcome(Outcome::Failed) => self.last_error().map_or(Ok(()), Err),
            Landing::Lost | Landing::TimedOut => Err(Arc::new(FetchError::TimedOut)),
        }
    }

    /// Why the last fetch failed, if it did.
    pub(crate) fn last_error(&self) -> Option<Arc<FetchError>> {
        self.shared.lock().last_error.clone()
    }

    /// How many keys there are, and how old they are; `None` before the first load.
    pub(crate) fn loaded(&self) -> Option<(usize, Duration)> {
        let keys = self.shared.keys.load();
        let keys = keys.as_ref()?;
        let age = self.shared.age(self.shared.clock.monotonic());
        Some((keys.len(), age.unwrap_or_default()))
    }

    /// Whether the keys at hand may judge.
    pub(crate) fn are_usable(&self) -> bool {
        let shared = &self.shared;
        shared.source.is_none() || shared.usable(shared.clock.monotonic())
    }

    /// Starts a fetch that is due, without a request that needs it.
    pub(crate) fn refresh_if_due(&self) {
        let shared = &self.shared;
        if shared.source.is_none() || tokio::runtime::Handle::try_current().is_err() {
            return;
        }
        let now = shared.clock.monotonic();
        let stale = shared
            .age(now)
            .is_none_or(|age| age >= shared.times.fresh_for);
        if stale && shared.due_at.get().is_none_or(|due_at| now >= due_at) {
            // What comes of it is for later requests.
            drop(shared.start_if_permitted(Reason::Keys, now));
        }
    }

    async fn wait_for_keys(&self) -> Result<(), Unavailable> {
        // Twice, because a flight can be lost with the runtime that it began in.
        for _ in 0..2 {
            let now = self.shared.clock.monotonic();
            let usable = self.shared.usable(now);
            if usable && !self.must_wait() {
                return Ok(());
            }
            let flight = match self.shared.start_if_permitted(Reason::Keys, now) {
                Ok(flight) => flight,
                Err(_) if usable => return Ok(()),
                Err(unavailable) => return Err(unavailable),
            };
            let patience = if usable {
                JOIN_AT_MOST.saturating_sub(now.saturating_sub(flight.started))
            } else {
                WAIT_AT_MOST
            };
            match flight.land(patience).await {
                Landing::Outcome(Outcome::Succeeded) => return Ok(()),
                Landing::Outcome(Outcome::Failed) | Landing::TimedOut => break,
                Landing::Lost => {}
            }
        }
        let now = self.shared.clock.monotonic();
        if self.shared.usable(now) {
            return Ok(());
        }
        Err(self.shared.unavailable(now))
    }

    async fn wait_for_a_flight_after(&self, flights: u64) -> Result<(), Unavailable> {
        // The flight under way may carry a set from before the key; the one after it does not.
        for _ in 0..3 {
            let now = self.shared.clock.monotonic();
            let flight = match self.shared.start_if_permitted(Reason::UnknownKey, now) {
                Ok(flight) => flight,
                // Nobody can tell whether the key exists while Logto does not answer.
                Err(unavailable) if self.shared.failing.load(Ordering::Acquire) => {
                    return Err(unavailable);
                }
                Err(_) => return Ok(()),
            };
            let number = flight.number;
            match flight.land(WAIT_AT_MOST).await {
                Landing::Outcome(Outcome::Succeeded) if number > flights => return Ok(()),
                Landing::Outcome(Outcome::Succeeded) | Landing::Lost => {}
                Landing::Outcome(Outcome::Failed) | Landing::TimedOut => {
                    return Err(self.shared.unavailable(self.shared.clock.monotonic()));
                }
            }
        }
        Ok(())
    }
}

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn age(&self, now: Duration) -> Option<Duration> {
        self.current_at.get().map(|at| now.saturating_sub(at))
    }

    fn usable(&self, now: Duration) -> bool {
        self.age(now).is_some_and(|age| age < self.times.usable_for)
    }

    fn unavailable(&self, now: Duration) -> Unavailable {
        let due_at = self.due_at.get().unwrap_or_default();
        Unavailable {
            retry_after: due_at.saturating_sub(now),
        }
    }

    /// The flight to wait for: the one under way, or one that begins now.
    fn start_if_permitted(
        self: &Arc<Self>,
        reason: Reason,
        now: Duration,
    ) -> Result<Flight, Unavailable> {
        let mut state = self.lock();
        match state.refresh.decide(reason, now) {
            Decision::NotYet { retry_after } => return Err(Unavailable { retry_after }),
            Decision::Join => {
                let under_way = state.flight.clone();
                return under_way.ok_or_else(|| self.unavailable(now));
            }
            Decision::Start => {}
        }
        if let Some(lost) = state.flight.take() {
            lost.abort();
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            state.refresh.lost();
            state.last_error = Some(Arc::new(FetchError::NoRuntime));
            return Err(self.unavailable(now));
        };
        let number = self.flights.fetch_add(1, Ordering::AcqRel) + 1;
        let (guard, flight) = FlightGuard::new(Arc::clone(self), number, now);
        state.flight = Some(flight.clone());
        self.due_at.unset_again();
        let etag = state.etag.clone();
        // A runtime that shuts down drops the task here and now, and the guard takes the lock.
        drop(state);
        flight.set_task(runtime.spawn(guard.fly(etag)).abort_handle());
        Ok(flight)
    }
}

impl Instant {
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

    pub(super) fn set(&self, at: Duration) {
        let nanos = u64::try_from(at.as_nanos()).unwrap_or(Self::UNSET);
        self.0.store(nanos.min(Self::UNSET - 1), Ordering::Release);
    }

    fn unset_again(&self) {
        self.0.store(Self::UNSET, Ordering::Release);
    }
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyCache")
            .field("source", &self.shared.source)
            .field("keys", &self.shared.keys.load())
            .finish_non_exhaustive()
    }
}
