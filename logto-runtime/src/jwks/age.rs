//! Decides how the key set may be used, given its age.

use std::time::Duration;

use super::backoff;
use crate::clock::Reading;

/// How long the key set may be used, and how often unknown keys may cause a fetch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyTimes {
    /// How long keys are used without another fetch.
    pub(crate) fresh_for: Duration,
    /// The age from which keys are not used, even if every fetch fails.
    pub(crate) usable_for: Duration,
    /// The cooldown of the rate limits for unknown keys. Each rate limit permits one more fetch per
    /// cooldown (see `rate_limit`).
    pub(crate) unknown_key_cooldown: Duration,
}

/// The state of the key set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    /// The keys may be used.
    Fresh,
    /// The keys may be used. A background fetch should refresh them.
    Stale,
    /// The last successful fetch is long ago, and no fetch has failed recently. The keys may be used after a
    /// limited wait for a fetch.
    Old,
    /// The keys have never been fetched, or are too old to be used.
    Unusable,
}

impl KeyTimes {
    /// Returns the state of keys that are not fresh.
    ///
    /// `current_at` is the start of the last successful fetch. `last_failed_start` returns the start of the
    /// last failed fetch.
    pub(super) fn past_freshness(
        &self,
        current_at: Option<Reading>,
        last_failed_start: impl FnOnce() -> Option<Reading>,
        now: Reading,
    ) -> Age {
        let Some(current_at) = current_at else {
            return Age::Unusable;
        };
        let age = now.since(current_at);
        if age >= self.usable_for {
            return Age::Unusable;
        }
        if age < self.fresh_for.saturating_mul(3) {
            return Age::Stale;
        }
        // After a recent failure, another fetch would probably fail. So requests do not wait for a fetch: the
        // keys count as stale. Otherwise, they count as old. If there was a failure long ago, the outage may
        // be over.
        match last_failed_start() {
            Some(last_failed_start) if self.is_recent(last_failed_start, now) => Age::Stale,
            _ => Age::Old,
        }
    }

    /// Returns whether `at`, the start of a fetch that did not succeed, is recent. A start is recent for
    /// `fresh_for` or for two minutes, whichever is longer. This time also passes while the process or the
    /// machine is paused.
    pub(super) fn is_recent(&self, at: Reading, now: Reading) -> bool {
        now.since(at) < self.fresh_for.max(backoff::LONGEST * 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_stays_recent_for_the_longer_of_fresh_for_and_two_minutes() {
        for (fresh_for, recent_for) in [(1, 120), (60, 120), (119, 120), (300, 300), (3_600, 3_600)]
        {
            let times = KeyTimes {
                fresh_for: Duration::from_secs(fresh_for),
                usable_for: Duration::from_secs(86_400),
                unknown_key_cooldown: Duration::from_secs(10),
            };
            let failed = Reading {
                monotonic: Duration::from_secs(7),
                wall_millis: 1_800_000_000_000,
            };
            let recent_for = Duration::from_secs(recent_for);
            let just_before = failed.after(recent_for - Duration::from_millis(1));
            assert!(times.is_recent(failed, just_before), "{fresh_for} s");
            assert!(
                !times.is_recent(failed, failed.after(recent_for)),
                "{fresh_for} s"
            );
        }
    }
}
