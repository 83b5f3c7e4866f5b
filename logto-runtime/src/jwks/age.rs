//! What the age of the keys permits.

use std::time::Duration;

use super::refresh::LONGEST_BACKOFF;

/// For how long keys may be used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyTimes {
    pub(crate) fresh_for: Duration,
    pub(crate) usable_for: Duration,
    pub(crate) unknown_key_cooldown: Duration,
}

/// How a set of keys stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    /// It may judge.
    Fresh,
    /// It may judge; newer ones should be fetched in the background.
    Stale,
    /// Nobody asked for long, and a key may have been withdrawn since: a fetch is waited for,
    /// though not without end.
    Old,
    /// It may not judge, or there is none.
    Unusable,
}

impl KeyTimes {
    /// Judges keys that are fresh no more, were current at one time, and could not be fetched at
    /// another.
    pub(super) fn past_freshness(
        &self,
        current_at: Option<Duration>,
        failed_at: impl FnOnce() -> Option<Duration>,
        now: Duration,
    ) -> Age {
        let Some(current_at) = current_at else {
            return Age::Unusable;
        };
        let age = now.saturating_sub(current_at);
        if age >= self.usable_for {
            return Age::Unusable;
        }
        if age < self.fresh_for.saturating_mul(3) {
            return Age::Stale;
        }
        // A failure from before a quiet night says nothing about the morning.
        let recent = self.fresh_for.max(LONGEST_BACKOFF * 2);
        match failed_at() {
            Some(failed_at) if now.saturating_sub(failed_at) < recent => Age::Stale,
            _ => Age::Old,
        }
    }
}
