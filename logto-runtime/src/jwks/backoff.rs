//! The back-off: the time in which no fetch of the key set starts, because a fetch failed or was lost.

use std::time::Duration;

/// The first back-off.
const FIRST: Duration = Duration::from_secs(1);
/// The maximum back-off.
pub(super) const LONGEST: Duration = Duration::from_secs(60);

/// Returns the next back-off. `earlier_failures` is the number of back-offs since the last successful fetch.
/// The first back-off is 1 s. Each further back-off is twice as long as the one before, up to 60 s.
///
/// `jitter` (0 to 1) shortens the back-off by up to half. Without it, many instances could fetch at the same
/// time.
pub(super) fn after(earlier_failures: u32, jitter: f64) -> Duration {
    let backoff = (FIRST * (1 << earlier_failures.min(6))).min(LONGEST);
    backoff.mul_f64(1.0 - jitter.clamp(0.0, 1.0) / 2.0)
}
