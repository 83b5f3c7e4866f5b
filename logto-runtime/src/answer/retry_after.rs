//! `Retry-After`: how long a caller should wait before the next try.

use std::time::Duration;

use super::{Rejection, table::Answer};

impl Rejection {
    /// Returns the time for `Retry-After` (RFC 9110 §10.2.3): whole seconds, at least one.
    ///
    /// Returns a time if the status is 503. Also returns a time for a revoked token, if a new token would be
    /// rejected now, too. Otherwise returns `None`.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self.0.answer {
            Answer::Unavailable(wait) => {
                let has_fraction = wait.subsec_nanos() > 0;
                let rounded_up = wait.as_secs().saturating_add(has_fraction.into());
                Some(Duration::from_secs(rounded_up.max(1)))
            }
            Answer::Revoked(wait) => wait,
            _ => None,
        }
    }
}
