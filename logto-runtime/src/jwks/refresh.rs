//! Decides when to fetch the key set. Works on plain values: the caller passes the time.

use std::time::Duration;

use super::{
    backoff,
    limits::{BURST, LOST_AFTER},
    rate_limit::RateLimit,
};
use crate::clock::Reading;

/// Why a fetch is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// The keys have never been fetched, or are not fresh, or the program warms up.
    Keys,
    /// A token names a key that is not in the set.
    UnknownKey {
        /// How many fetches had started when the key was looked up.
        seen: u64,
        /// Whether the key was probably in a set that Logto has replaced. A token with such a key
        /// must not use up the rate limit of tokens with new keys.
        replaced: bool,
    },
}

/// What a request that wants a fetch may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Start a fetch and wait for it.
    Start,
    /// Wait for the running fetch.
    Join,
    /// Look up the key again: since the lookup, a fetch has started and succeeded.
    Fetched,
    /// Do not fetch: the back-off of a failed or lost fetch has not ended.
    BackingOff {
        /// How long until the next fetch is permitted.
        retry_after: Duration,
    },
    /// Do not fetch: the rate limit for this kind of unknown key is reached.
    RateLimited {
        /// How long until this rate limit permits a fetch.
        retry_after: Duration,
    },
}

/// The state of the running fetch and of past fetches. It decides whether another fetch is permitted.
#[derive(Debug)]
pub(super) struct Refresh {
    running: Option<Running>,
    /// The number of the last fetch that succeeded, or 0. The first fetch that starts has the number 1.
    last_succeeded: u64,
    /// How many back-offs have begun since the last fetch that succeeded.
    failures: u32,
    /// How many fetches in a row were lost (see [`Refresh::lost`]).
    losses: u32,
    /// When the back-off ends, by the monotonic clock.
    not_before: Duration,
    /// The rate limit of keys that may be new.
    unknown: RateLimit,
    /// The rate limit of keys that were probably replaced.
    replaced: RateLimit,
}

/// The running fetch.
#[derive(Clone, Copy, Debug)]
struct Running {
    since: Reading,
    reason: Reason,
}

impl Refresh {
    pub(super) fn new(unknown_key_cooldown: Duration) -> Self {
        Self {
            running: None,
            last_succeeded: 0,
            failures: 0,
            losses: 0,
            not_before: Duration::ZERO,
            unknown: RateLimit::new(BURST, unknown_key_cooldown),
            replaced: RateLimit::new(1, unknown_key_cooldown),
        }
    }

    /// Decides what a request may do. After [`Decision::Start`], the fetch counts as running.
    ///
    /// `backoff_is_outdated` says that, by the wall clock, the fetch that caused the back-off started long
    /// ago. Then the back-off does not count. The monotonic clock may show less time, because it can stand
    /// still while the machine is suspended.
    pub(super) fn decide(
        &mut self,
        reason: Reason,
        now: Reading,
        backoff_is_outdated: bool,
    ) -> Decision {
        let at = now.monotonic;
        match reason {
            Reason::UnknownKey { seen, .. } if self.last_succeeded > seen => {
                return Decision::Fetched;
            }
            _ if self.running.is_some() => return Decision::Join,
            _ if at < self.not_before && !backoff_is_outdated => {
                return Decision::BackingOff {
                    retry_after: self.not_before - at,
                };
            }
            Reason::UnknownKey { replaced, .. } => {
                if let Err(retry_after) = self.rate_limit(replaced).take(at) {
                    return Decision::RateLimited { retry_after };
                }
            }
            Reason::Keys => {}
        }
        // A back-off from before a long pause must not delay the repetition of this fetch.
        self.not_before = Duration::ZERO;
        self.running = Some(Running { since: now, reason });
        Decision::Start
    }

    /// Returns how long until a fetch for this reason is permitted. `Retry-After` shows this time. Assumes
    /// that a running fetch will be lost, and that no back-off follows.
    pub(super) fn permitted_in(&mut self, reason: Reason, now: Duration) -> Duration {
        let until_lost = self.running.map_or(Duration::ZERO, |fetch| {
            fetch.since.monotonic.saturating_add(LOST_AFTER)
        });
        let wait = self.not_before.max(until_lost).saturating_sub(now);
        match reason {
            Reason::Keys => wait,
            Reason::UnknownKey { replaced, .. } => wait.max(self.rate_limit(replaced).refill(now)),
        }
    }

    fn rate_limit(&mut self, replaced: bool) -> &mut RateLimit {
        if replaced {
            &mut self.replaced
        } else {
            &mut self.unknown
        }
    }

    /// Returns whether the running fetch counts as lost.
    pub(super) fn is_overdue(&self, now: Reading) -> bool {
        self.running
            .is_some_and(|fetch| now.since(fetch.since) >= LOST_AFTER)
    }

    /// Returns when the running fetch started.
    pub(super) fn running_since(&self) -> Option<Reading> {
        self.running.map(|fetch| fetch.since)
    }

    /// Records that the fetch with this number succeeded, and resets the back-off.
    pub(super) fn succeeded(&mut self, number: u64) {
        self.running = None;
        self.last_succeeded = number;
        self.failures = 0;
        self.losses = 0;
        self.not_before = Duration::ZERO;
    }

    /// Records that the running fetch failed. Returns when the back-off ends.
    ///
    /// The back-off counts from the start of the fetch. A process that is paused during a fetch notices the
    /// failure only after the pause. By then, Logto may work again.
    pub(super) fn failed(&mut self, jitter: f64) -> Duration {
        let failed = self.running.take();
        self.losses = 0;
        self.back_off(started(failed), jitter)
    }

    /// Records that the running fetch was lost. A fetch is lost if its task or runtime ends without an
    /// outcome, or if the fetch is given up because it takes too long. Returns when the next fetch is
    /// permitted.
    ///
    /// After the first lost fetch in a row, another fetch may start at once. The first lost fetch does not
    /// count for the rate limit. Each further lost fetch begins a back-off, which counts from the start of
    /// that fetch. So a fault of this service does not put load on Logto.
    pub(super) fn lost(&mut self, jitter: f64) -> Duration {
        let lost = self.running.take();
        self.losses = self.losses.saturating_add(1);
        if self.losses > 1 {
            return self.back_off(started(lost), jitter);
        }
        if let Some(Reason::UnknownKey { replaced, .. }) = lost.map(|fetch| fetch.reason) {
            self.rate_limit(replaced).give_back();
        }
        started(lost)
    }

    /// Returns whether at least the last two fetches were lost.
    pub(super) fn loses_fetches(&self) -> bool {
        self.losses > 1
    }

    /// Begins a back-off that counts from `started`. Returns when it ends.
    fn back_off(&mut self, started: Duration, jitter: f64) -> Duration {
        self.not_before = started.saturating_add(backoff::after(self.failures, jitter));
        self.failures = self.failures.saturating_add(1);
        self.not_before
    }
}

/// Returns when a fetch started, by the monotonic clock.
fn started(fetch: Option<Running>) -> Duration {
    fetch.map_or(Duration::ZERO, |fetch| fetch.since.monotonic)
}
