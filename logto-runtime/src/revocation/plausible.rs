//! The earliest and the latest time that it may be now, while the wall clock may be wrong.
//!
//! A list in memory cannot be read again from a log. So a wall clock that is ahead for a while must not
//! remove entries that are needed when the clock is right again. And a wall clock that is behind for a while
//! must not cap the `not_before` of a new entry too early. A jump ahead therefore changes only the latest
//! time at once, and a jump back only the earliest time. The other time follows when the jump has lasted for
//! as long as an entry is kept, by the monotonic clock.
//!
//! The wall clock may also be ahead from the start of the process. The time in a signed webhook can show
//! this, since Logto may have sent the webhook just now. So can the time of the newest record in the log.

use crate::clock::Reading;

/// The earliest and the latest time that it may be now.
#[derive(Debug, Default)]
pub(super) struct Plausible {
    /// For the earliest time: by how much the wall clock is ahead of the monotonic clock, in milliseconds.
    earliest: Offset,
    /// For the latest time: by how much the wall clock is behind the monotonic clock, in milliseconds.
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
        // A later time counts too: it limits how far the earliest time rises when a wait ends.
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
    known: Option<i64>,
    /// Since when the offset has been greater than `known`, by the monotonic clock, and its least value
    /// since then.
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
