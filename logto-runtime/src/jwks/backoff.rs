//! The back-off of failed fetches.

use std::time::Duration;

/// The back-off after the first failure.
const FIRST: Duration = Duration::from_secs(1);
/// The maximum back-off.
pub(super) const LONGEST: Duration = Duration::from_secs(60);

/// Returns the back-off after a failure, given the number of failures in a row before this failure: 1 s,
/// doubling to 60 s.
///
/// `jitter` (0 to 1) shortens the back-off by up to half, so that many instances do not fetch at
/// the same time.
pub(super) fn after(earlier_failures: u32, jitter: f64) -> Duration {
    let backoff = (FIRST * (1 << earlier_failures.min(6))).min(LONGEST);
    backoff.mul_f64(1.0 - jitter.clamp(0.0, 1.0) / 2.0)
}
