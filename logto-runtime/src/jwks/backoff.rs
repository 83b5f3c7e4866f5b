//! The back-off: the time after a failed fetch of the key set in which no other fetch starts.

use std::time::Duration;

/// The back-off after the first failure.
const FIRST: Duration = Duration::from_secs(1);
/// The maximum back-off.
pub(super) const LONGEST: Duration = Duration::from_secs(60);

/// Returns the back-off after a failure. `earlier_failures` is the number of failures in a row before this
/// one. The back-off is 1 s after the first failure. It doubles with each further failure, up to 60 s.
///
/// `jitter` (0 to 1) shortens the back-off by up to half. Without it, many instances could fetch at the same
/// time.
pub(super) fn after(earlier_failures: u32, jitter: f64) -> Duration {
    let backoff = (FIRST * (1 << earlier_failures.min(6))).min(LONGEST);
    backoff.mul_f64(1.0 - jitter.clamp(0.0, 1.0) / 2.0)
}
