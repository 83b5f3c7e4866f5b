//! What the key cache promises, in the simplest terms: it watches the endpoint, and knows from it
//! which keys the service may use, and when it may ask again.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    clock::Clock,
    jwks::tests::{
        endpoint::{End, Event},
        support::{COOLDOWN, FRESH_FOR, USABLE_FOR},
    },
};

/// What a request was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Accepted,
    Unknown,
    Unavailable,
}

pub(super) struct Model {
    clock: Clock,
    /// The keys in use, and those that were in use at any time since the last step.
    keys: BTreeSet<String>,
    lately: Vec<BTreeSet<String>>,
    current_at: Option<Duration>,
    /// When the fetch under way began, and whether it had to be paid for with a turn.
    running: Option<(Duration, bool)>,
    /// Failed or lost fetches in a row, as far as they count for the backoff.
    failures: u32,
    losses: u32,
    not_before: Duration,
    /// When turns of unknown keys were taken.
    turns: Vec<Duration>,
}

impl Model {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            keys: BTreeSet::new(),
            lately: Vec::new(),
            current_at: None,
            running: None,
            failures: 0,
            losses: 0,
            not_before: Duration::ZERO,
            turns: Vec::new(),
        }
    }

    pub(super) fn knows(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// Whether the key is known and the set that it is in may serve.
    pub(super) fn can_judge(&self, key: &str) -> bool {
        self.knows(key) && self.age().is_some_and(|age| age < USABLE_FOR)
    }

    /// Whether the key is known, in a set that is not old.
    pub(super) fn must_not_wait(&self, key: &str) -> bool {
        self.knows(key) && self.age().is_some_and(|age| age < FRESH_FOR * 3)
    }

    /// Takes note of what reached the endpoint and how it ended.
    pub(super) fn observe(&mut self, events: &[Event]) {
        let now = self.clock.monotonic();
        for event in events {
            match event {
                Event::Began => self.begin(now),
                Event::Ended(end) => self.end(end, now),
            }
        }
    }

    /// Whether it could have been told that, at some moment since the last step.
    pub(super) fn judge(&self, key: &str, told: Told) {
        let known_all_along =
            self.can_judge(key) && self.lately.iter().all(|keys| keys.contains(key));
        let known_at_all = self.knows(key) || self.lately.iter().any(|keys| keys.contains(key));
        let possible = match told {
            Told::Accepted => known_at_all,
            Told::Unknown | Told::Unavailable => !known_all_along,
        };
        assert!(possible, "{key} was told {told:?}, keys {:?}", self.keys);
        if told == Told::Unknown {
            assert!(self.current_at.is_some(), "judged without any keys");
        }
    }

    /// Forgets what was in use before this step.
    pub(super) fn settled(&mut self) {
        self.lately = vec![self.keys.clone()];
    }

    fn age(&self) -> Option<Duration> {
        let current_at = self.current_at?;
        Some(self.clock.monotonic().saturating_sub(current_at))
    }

    /// A fetch is permitted for keys that are not fresh, or else is paid for with a turn; never
    /// during a backoff.
    fn begin(&mut self, now: Duration) {
        assert!(now >= self.not_before, "asked during the backoff");
        let fresh = self.age().is_some_and(|age| age < FRESH_FOR);
        if fresh {
            self.turns.push(now);
            let last = self.turns.len() - 1;
            for (first, since) in self.turns.iter().enumerate() {
                let taken = u32::try_from(last - first + 1).unwrap();
                let back = (now - *since).as_nanos() / COOLDOWN.as_nanos();
                assert!(
                    u128::from(taken) <= 2 + back,
                    "{taken} turns since {since:?}"
                );
            }
        }
        self.running = Some((now, fresh));
    }

    fn end(&mut self, end: &End, now: Duration) {
        let Some((began, paid)) = self.running.take() else {
            panic!("a fetch ended that had not begun");
        };
        match end {
            End::Keys(keys) => {
                self.lately.push(keys.clone());
                self.keys.clone_from(keys);
                self.wait(began);
            }
            End::NotModified if self.current_at.is_some() => self.wait(began),
            End::NotModified | End::Failed => {
                self.losses = 0;
                self.back_off(now);
            }
            End::Lost => {
                self.losses += 1;
                if self.losses > 1 {
                    self.back_off(now);
                } else if paid {
                    self.turns.pop();
                }
            }
        }
    }

    fn wait(&mut self, began: Duration) {
        self.current_at = Some(began);
        (self.failures, self.losses) = (0, 0);
        self.not_before = Duration::ZERO;
    }

    fn back_off(&mut self, now: Duration) {
        let longest = Duration::from_secs(1 << self.failures.min(6)).min(Duration::from_secs(60));
        self.failures += 1;
        self.not_before = now + longest / 2;
    }
}
