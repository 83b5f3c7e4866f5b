//! When to fetch the key set: a decision over plain values, with the time passed in.

use std::time::Duration;

/// How many refreshes unknown keys may cause in a row.
const BURST: u32 = 2;

/// A fetch is cut off long before this; one that is older was lost with its runtime.
const LOST_AFTER: Duration = Duration::from_secs(10);

const FIRST_BACKOFF: Duration = Duration::from_secs(1);
const LONGEST_BACKOFF: Duration = Duration::from_secs(60);

/// Why a request wants a fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// There are no keys, or they are old.
    Keys,
    /// A token names a key that is not in the set.
    UnknownKey,
}

/// What a request may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Start a fetch and wait for it.
    Start,
    /// Wait for the one under way.
    Join,
    /// None is permitted for so long.
    NotYet { retry_after: Duration },
}

/// What past fetches permit.
#[derive(Debug)]
pub(super) struct Refresh {
    in_flight_since: Option<Duration>,
    failures: u32,
    not_before: Duration,
    bucket: Bucket,
}

impl Refresh {
    pub(super) fn new(unknown_key_cooldown: Duration) -> Self {
        Self {
            in_flight_since: None,
            failures: 0,
            not_before: Duration::ZERO,
            bucket: Bucket::new(unknown_key_cooldown),
        }
    }

    /// Decides; `Start` counts as started.
    pub(super) fn decide(&mut self, reason: Reason, now: Duration) -> Decision {
        if let Some(since) = self.in_flight_since
            && now.saturating_sub(since) < LOST_AFTER
        {
            return Decision::Join;
        }
        if now < self.not_before {
            return Decision::NotYet {
                retry_after: self.not_before - now,
            };
        }
        if reason == Reason::UnknownKey
            && let Err(retry_after) = self.bucket.take(now)
        {
            return Decision::NotYet { retry_after };
        }
        self.in_flight_since = Some(now);
        Decision::Start
    }

    pub(super) fn succeeded(&mut self) {
        self.in_flight_since = None;
        self.failures = 0;
        self.not_before = Duration::ZERO;
    }

    /// Backs off: doubling from a second to a minute, less up to half of it by `jitter` (0 to 1),
    /// so that many instances do not return together. Answers when the next fetch is permitted.
    pub(super) fn failed(&mut self, now: Duration, jitter: f64) -> Duration {
        self.in_flight_since = None;
        let doublings = self.failures.min(6);
        self.failures = self.failures.saturating_add(1);
        let backoff = (FIRST_BACKOFF * (1 << doublings)).min(LONGEST_BACKOFF);
        self.not_before = now + backoff.mul_f64(1.0 - jitter.clamp(0.0, 1.0) / 2.0);
        self.not_before
    }

    /// The fetch ended without an outcome, with its task or runtime.
    pub(super) fn lost(&mut self) {
        self.in_flight_since = None;
    }
}

/// Refreshes that unknown keys may cause: so many at once, then one back per cooldown.
#[derive(Debug)]
struct Bucket {
    cooldown: Duration,
    left: u32,
    refilled_at: Duration,
}

impl Bucket {
    fn new(cooldown: Duration) -> Self {
        Self {
            cooldown,
            left: BURST,
            refilled_at: Duration::ZERO,
        }
    }

    /// Takes one, or tells how long until there is one.
    fn take(&mut self, now: Duration) -> Result<(), Duration> {
        while self.left < BURST && now.saturating_sub(self.refilled_at) >= self.cooldown {
            self.left += 1;
            self.refilled_at += self.cooldown;
        }
        if self.left == BURST {
            self.refilled_at = now;
        }
        if self.left == 0 {
            return Err((self.refilled_at + self.cooldown).saturating_sub(now));
        }
        self.left -= 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Decision::{Join, NotYet, Start},
        Reason::{Keys, UnknownKey},
        *,
    };

    const COOLDOWN: Duration = Duration::from_secs(10);

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn not_yet(seconds: u64) -> Decision {
        NotYet {
            retry_after: at(seconds),
        }
    }

    #[test]
    fn one_fetch_at_a_time_until_it_is_lost() {
        let mut refresh = Refresh::new(COOLDOWN);
        assert_eq!(refresh.decide(Keys, at(0)), Start);
        assert_eq!(refresh.decide(Keys, at(1)), Join);
        assert_eq!(refresh.decide(UnknownKey, at(9)), Join);
        assert_eq!(refresh.decide(Keys, at(10)), Start);
        refresh.lost();
        assert_eq!(refresh.decide(Keys, at(11)), Start);
    }

    #[test]
    fn unknown_keys_get_two_fetches_then_one_per_cooldown() {
        let mut refresh = Refresh::new(COOLDOWN);
        let mut ask = |seconds| {
            let decision = refresh.decide(UnknownKey, at(seconds));
            if decision == Start {
                refresh.succeeded();
            }
            decision
        };
        let asked = [
            100, 101, 102, 109, 110, 111, 119, 120, 121, 200, 201, 202, 209,
        ];
        let answers = asked.map(&mut ask);
        let expected = [
            Start,
            Start,
            not_yet(8),
            not_yet(1),
            Start,
            not_yet(9),
            not_yet(1),
            Start,
            not_yet(9),
            Start,
            Start,
            not_yet(8),
            not_yet(1),
        ];
        assert_eq!(answers, expected);
    }

    #[test]
    fn the_first_load_costs_unknown_keys_nothing() {
        let mut refresh = Refresh::new(COOLDOWN);
        assert_eq!(refresh.decide(Keys, at(0)), Start);
        refresh.succeeded();
        for _ in 0..2 {
            assert_eq!(refresh.decide(UnknownKey, at(0)), Start);
            refresh.succeeded();
        }
        assert_eq!(refresh.decide(UnknownKey, at(0)), not_yet(10));
    }

    #[test]
    fn failures_back_off_by_doubling_to_a_minute_and_a_success_forgets_them() {
        let mut refresh = Refresh::new(COOLDOWN);
        let mut now = Duration::ZERO;
        let mut waits = Vec::new();
        for _ in 0..9 {
            assert_eq!(refresh.decide(Keys, now), Start);
            let next = refresh.failed(now, 0.0);
            waits.push((next - now).as_secs());
            assert_eq!(
                refresh.decide(UnknownKey, now),
                NotYet {
                    retry_after: next - now
                }
            );
            now = next;
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(refresh.decide(Keys, now), Start);
        refresh.succeeded();
        assert_eq!(refresh.failed(now, 0.0) - now, FIRST_BACKOFF);
    }

    #[test]
    fn jitter_takes_up_to_half_of_a_backoff() {
        for (jitter, millis) in [
            (0.0, 1_000),
            (0.5, 750),
            (1.0, 500),
            (7.0, 500),
            (-1.0, 1_000),
        ] {
            let next = Refresh::new(COOLDOWN).failed(at(5), jitter);
            assert_eq!((next - at(5)).as_millis(), millis, "{jitter}");
        }
    }
}
