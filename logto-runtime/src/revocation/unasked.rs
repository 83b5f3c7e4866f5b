//! Finds a list of revocations that was started, but not passed to the `Logto` of its tenant.
//!
//! The guards of that `Logto` then accept revoked tokens. Without this check, nobody would notice, because
//! the list itself works. A process that only receives webhooks or runs a reconciler needs a list, but does
//! not need a `Logto`. So the check runs only when a `Logto` is built without a list.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::{Shared, normalised};
use crate::telemetry;

/// The lists that `RevocationsBuilder::start` has created in this process.
static STARTED: Mutex<Vec<Weak<Shared>>> = Mutex::new(Vec::new());

fn started() -> MutexGuard<'static, Vec<Weak<Shared>>> {
    STARTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Remembers a list that was started.
pub(super) fn note(list: &Arc<Shared>) {
    let mut started = started();
    started.retain(|list| list.strong_count() > 0);
    started.push(Arc::downgrade(list));
}

/// Logs an error if a list of this tenant was started in this process and still exists. Call this function
/// when a `Logto` is built without a list.
pub(crate) fn report(endpoint: &str) {
    let endpoint = normalised(endpoint);
    let lists: Vec<_> = started().iter().filter_map(Weak::upgrade).collect();
    if lists.iter().any(|list| list.endpoint == endpoint) {
        telemetry::revocations_unasked();
    }
}
