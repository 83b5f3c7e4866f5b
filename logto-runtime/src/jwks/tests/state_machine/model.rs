//! A simple model of the key cache. The model observes the requests at the endpoint. It checks when fetches
//! start, and whether the answers of the service fit the fetched keys.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    clock::Clock,
    jwks::tests::{
        endpoint::{End, Event},
        support::{COOLDOWN, FRESH_FOR, USABLE_FOR},
    },
};

/// The answer to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answered {
    Accepted,
    Unknown,
    Unavailable,
}

pub(super) struct Model {
    clock: Clock,
    /// The ids in the current key set.
    keys: BTreeSet<String>,
    /// All key sets that were current at any time since the last call of [`settled`](Self::settled). Each
    /// has the time from which its age counts.
    recent: Vec<(BTreeSet<String>, Option<Duration>)>,
    /// The start of the last fetch that succeeded.
    current_at: Option<Duration>,
    /// The start of the running fetch, and whether this fetch counts for a rate limit of unknown keys.
    running: Option<(Duration, bool)>,
    /// How many back-offs have begun since the last fetch that succeeded.
    failures: u32,
    /// How many fetches in a row were lost ([`End::Lost`]).
    losses: u32,
    not_before: Duration,
    /// The start of each fetch that counts for a rate limit of unknown keys.
    rate_limited: Vec<Duration>,
}

impl Model {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            keys: BTreeSet::new(),
            recent: Vec::new(),
            current_at: None,
            running: None,
            failures: 0,
            losses: 0,
            not_before: Duration::ZERO,
            rate_limited: Vec::new(),
        }
    }

    pub(super) fn knows(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// Returns whether the current key set contains the key and may be used.
    pub(super) fn is_usable(&self, key: &str) -> bool {
        self.is_usable_in(key, &self.keys, self.current_at)
    }

    fn is_usable_in(
        &self,
        key: &str,
        keys: &BTreeSet<String>,
        current_at: Option<Duration>,
    ) -> bool {
        keys.contains(key) && self.age_of(current_at).is_some_and(|age| age < USABLE_FOR)
    }

    /// Returns whether a request with this key must not wait: the current key set contains the key, and is
    /// fresh or stale by its age.
    pub(super) fn must_not_wait(&self, key: &str) -> bool {
        self.knows(key) && self.age().is_some_and(|age| age < FRESH_FOR * 3)
    }

    /// Records the requests that started and ended at the endpoint.
    pub(super) fn observe(&mut self, events: &[Event]) {
        let now = self.clock.read().monotonic;
        for event in events {
            match event {
                Event::Began => self.begin(now),
                Event::Ended(end) => self.end(end),
            }
        }
    }

    /// Checks that the answer was possible at some moment since the last call of [`settled`](Self::settled).
    pub(super) fn check(&self, key: &str, answer: Answered) {
        let always_usable =
            self.is_usable(key) && self.recent.iter().all(|(keys, _)| keys.contains(key));
        // The clocks of a step advance before its answers, so the ages of this moment count.
        let is_usable = |(keys, at): &(_, _)| self.is_usable_in(key, keys, *at);
        let ever_usable = self.is_usable(key) || self.recent.iter().any(is_usable);
        let possible = match answer {
            Answered::Accepted => ever_usable,
            Answered::Unknown | Answered::Unavailable => !always_usable,
        };
        assert!(possible, "{key} was {answer:?}, keys {:?}", self.keys);
        if answer == Answered::Unknown {
            assert!(self.current_at.is_some(), "rejected without any keys");
        }
    }

    /// Forgets all key sets except the current one.
    pub(super) fn settled(&mut self) {
        self.recent = vec![(self.keys.clone(), self.current_at)];
    }

    fn age(&self) -> Option<Duration> {
        self.age_of(self.current_at)
    }

    fn age_of(&self, current_at: Option<Duration>) -> Option<Duration> {
        Some(self.clock.read().monotonic.saturating_sub(current_at?))
    }

    /// Checks that the back-off and the rate limits permit this fetch. While the keys are fresh, only an
    /// unknown key causes a fetch. Such a fetch counts for a rate limit.
    fn begin(&mut self, now: Duration) {
        assert!(now >= self.not_before, "fetched during the back-off");
        let fresh = self.age().is_some_and(|age| age < FRESH_FOR);
        if fresh {
            self.rate_limited.push(now);
            let last = self.rate_limited.len() - 1;
            for (first, since) in self.rate_limited.iter().enumerate() {
                let started = u32::try_from(last - first + 1).unwrap();
                let refilled = (now - *since).as_nanos() / COOLDOWN.as_nanos();
                // At first, two fetches for new keys and one for replaced keys are permitted. Each cooldown
                // permits one more of each.
                assert!(
                    u128::from(started) <= 3 + 2 * refilled,
                    "{started} rate limited fetches since {since:?}"
                );
            }
        }
        self.running = Some((now, fresh));
    }

    fn end(&mut self, end: &End) {
        let Some((began, is_rate_limited)) = self.running.take() else {
            panic!("a fetch that had not started has ended");
        };
        match end {
            End::Keys(keys) => {
                self.keys.clone_from(keys);
                self.succeed(began);
            }
            End::NotModified if self.current_at.is_some() => self.succeed(began),
            End::NotModified | End::Failed => {
                self.losses = 0;
                self.back_off(began);
            }
            End::Lost => {
                self.losses += 1;
                if self.losses > 1 {
                    self.back_off(began);
                } else if is_rate_limited {
                    self.rate_limited.pop();
                }
            }
        }
    }

    fn succeed(&mut self, began: Duration) {
        self.current_at = Some(began);
        self.recent.push((self.keys.clone(), self.current_at));
        (self.failures, self.losses) = (0, 0);
        self.not_before = Duration::ZERO;
    }

    fn back_off(&mut self, began: Duration) {
        let longest = Duration::from_secs(1 << self.failures.min(6)).min(Duration::from_secs(60));
        self.failures += 1;
        // The jitter shortens a back-off by up to half.
        self.not_before = began + longest / 2;
    }
}
