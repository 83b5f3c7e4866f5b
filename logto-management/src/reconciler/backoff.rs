//! How long the reconciler waits until its next pass over Logto's log of deliveries.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use super::error::ReconcileError;
use crate::error::Error;

/// The maximum time that one request waits in total for a busy tenant.
///
/// `Retry-After` can also lengthen the wait between two passes up to this time. If the interval between
/// passes is longer, the interval is the limit.
pub(super) const LONGEST_ASKED: Duration = Duration::from_secs(60);

/// The maximum wait after the first failure, without `Retry-After`. Each of the next ten failures in a row
/// doubles the maximum. The interval between passes is the limit.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// Returns the wait after a pass that succeeded. It is random, between the interval and 1.1 times the
/// interval.
pub(super) fn after_success(every: Duration) -> Duration {
    every.saturating_add(every.mul_f64(random() / 10.0))
}

/// Returns the wait after a failure. `failures` counts the failures in a row, and `every` is the interval
/// between passes.
///
/// `Retry-After` counts only with 429, and only up to a limit. A proxy or a maintenance page can ask
/// for a wait of a day, but Logto may work again much earlier.
pub(super) fn after_failure(error: &ReconcileError, failures: u32, every: Duration) -> Duration {
    let first = FIRST_WAIT.min(every);
    let longest = first.saturating_mul(1 << failures.saturating_sub(1).min(10));
    let longest = longest.min(every);
    let own = (longest / 2).saturating_add(longest.mul_f64(random() / 2.0));
    let asked = asked(error).unwrap_or_default();
    asked.min(every.max(LONGEST_ASKED)).max(own)
}

/// Returns how long the tenant asked to wait, if it answered 429.
fn asked(error: &ReconcileError) -> Option<Duration> {
    match error {
        ReconcileError::Management(Error::Busy {
            status: 429, after, ..
        }) => *after,
        _ => None,
    }
}

/// Returns a random number, at least 0 and less than 1.
fn random() -> f64 {
    let bits = RandomState::new().hash_one(0_u8) >> 11;
    bits as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::MAX;

    #[test]
    fn every_wait_has_a_bound() {
        let seconds = Duration::from_secs;
        for (status, after, every, failures, least, most) in [
            (429, Some(0), 30, 1, 0.5, 1.0),
            (429, Some(7), 30, 1, 7.0, 7.0),
            (429, Some(7), 30, 9, 15.0, 30.0),
            (429, Some(60), 30, 1, 60.0, 60.0),
            (429, Some(61), 30, 1, 60.0, 60.0),
            (429, Some(u64::MAX), 30, 1, 60.0, 60.0),
            (429, Some(600), 300, 1, 300.0, 300.0),
            (429, None, 30, 1, 0.5, 1.0),
            (429, None, 30, u32::MAX, 15.0, 30.0),
            (500, Some(u64::MAX), 30, 1, 0.5, 1.0),
            (503, Some(86_400), 30, 1, 0.5, 1.0),
            (503, Some(86_400), 30, 3, 2.0, 4.0),
            (503, Some(86_400), 30, 99, 15.0, 30.0),
            (599, Some(u64::MAX), 30, 99, 15.0, 30.0),
        ] {
            let error = ReconcileError::Management(Error::Busy {
                endpoint: "https://t.logto.app".to_owned(),
                status,
                after: after.map(seconds),
            });
            let wait = after_failure(&error, failures, seconds(every)).as_secs_f64();
            let case = format!("{status} {after:?} {every} {failures}: {wait}");
            assert!((least..=most).contains(&wait), "{case}");
        }
    }

    #[test]
    fn an_interval_of_any_length_does_not_cause_a_panic() {
        let error = ReconcileError::WebhookMissing { url: String::new() };
        for every in [Duration::from_nanos(1), Duration::from_secs(30), LONG] {
            assert!(after_success(every) >= every);
            for failures in [0, 1, 2, u32::MAX] {
                assert!(after_failure(&error, failures, every) <= every);
            }
        }
    }
}
