//! `Retry-After`: how long a caller should wait before the next try.

use std::time::Duration;

use super::{Rejection, table::Answer};

impl Rejection {
    /// Returns how long to wait before the next try (RFC 9110 §10.2.3), in whole seconds and at
    /// least one.
    ///
    /// Returns a time if the status is 503, and for a revoked token if a new token is not accepted yet.
    /// Otherwise returns `None`.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self.0.answer {
            Answer::Unavailable(wait) => {
                let begun = u64::from(wait.subsec_nanos() > 0);
                let rounded_up = wait.as_secs().saturating_add(begun);
                Some(Duration::from_secs(rounded_up.max(1)))
            }
            Answer::Revoked(wait) => wait,
            _ => None,
        }
    }
}
