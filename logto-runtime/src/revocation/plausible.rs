//! The earliest and the latest possible current time. They differ if the wall clock may be wrong.
//!
//! A list of revocations in memory cannot be read again from a log. So a wrong wall clock must not damage the
//! list:
//!
//! - The earliest time decides which entries (revocations) are over, and are removed. So a clock that is
//!   ahead does not remove entries that are still needed.
//! - The latest time limits the `not_before` of new entries. So a clock that is behind does not make these
//!   entries end too early.
//!
//! When the wall clock jumps ahead, only the latest time follows at once. When it jumps back, only the
//! earliest time follows at once. The other time follows if the jump lasts for as long as an entry is kept,
//! by the monotonic clock.
//!
//! The wall clock may also be ahead from the start of the process. Then the time of a signed webhook, or of
//! the newest record in the log, may be the current time. If such a time is before the earliest time, the
//! earliest time is lowered to it.

use crate::clock::Reading;

/// The earliest and the latest possible current time.
#[derive(Debug, Default)]
pub(super) struct Plausible {
    /// The earliest time minus the time of the monotonic clock, in milliseconds.
    earliest: Offset,
    /// The time of the monotonic clock minus the latest time, in milliseconds.
    latest: Offset,
}

impl Plausible {
    /// Returns the earliest and the latest time, in seconds since the Unix epoch. `kept` is the number
    /// of seconds for which an entry is kept.
    pub(super) fn seconds(&mut self, now: Reading, kept: i64) -> (i64, i64) {
        let monotonic = monotonic_millis(now);
        let ahead = now.wall_millis.saturating_sub(monotonic);
        let kept = kept.saturating_mul(1_000);
        let earliest = self.earliest.take(ahead, monotonic, kept);
        let latest = self.latest.take(ahead.saturating_neg(), monotonic, kept);
        let at = |ahead: i64| monotonic.saturating_add(ahead).div_euclid(1_000);
        (at(earliest), at(latest.saturating_neg()))
    }

    /// Notes that `millis`, in milliseconds since the Unix epoch, may be the current time. `kept` is the
    /// number of seconds for which an entry is kept.
    pub(super) fn may_be(&mut self, millis: i64, now: Reading, kept: i64) {
        let monotonic = monotonic_millis(now);
        let ahead = now.wall_millis.min(millis).saturating_sub(monotonic);
        // A time before the earliest time lowers the earliest time at once. A time after it limits how far
        // `take` raises the earliest time afterwards.
        self.earliest
            .take(ahead, monotonic, kept.saturating_mul(1_000));
    }
}

fn monotonic_millis(now: Reading) -> i64 {
    i64::try_from(now.monotonic.as_millis()).unwrap_or(i64::MAX)
}

/// An offset that falls at once, and rises only after a wait.
#[derive(Debug, Default)]
struct Offset {
    /// The offset in use.
    known: Option<i64>,
    /// Set while newer offsets are greater than `known`. Holds the time of the first of them, in milliseconds
    /// of the monotonic clock, and the smallest of them.
    greater: Option<(i64, i64)>,
}

impl Offset {
    fn take(&mut self, offset: i64, monotonic: i64, kept: i64) -> i64 {
        let known = *self.known.get_or_insert(offset);
        let (since, least) = self.greater.take().unwrap_or((monotonic, offset));
        let least = least.min(offset);
        if offset <= known {
            self.known = Some(offset);
        } else if monotonic.saturating_sub(since) >= kept {
            self.known = Some(least);
        } else {
            self.greater = Some((since, least));
        }
        self.known.unwrap_or(offset)
    }
}
