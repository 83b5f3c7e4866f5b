//! Finds a list of revocations that was started, but not passed to the `Logto` of its tenant.
//!
//! The program then accepts revoked tokens, and nobody would notice without this check, because the list
//! itself works. In a process that only receives webhooks or reconciles, a list without a `Logto` is right.
//! So the check runs when a `Logto` is built without a list.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::{Shared, normalised};
use crate::telemetry;

/// The lists that were started in this process.
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

/// Logs an error if this process has started a list of this tenant and still has it. Call it when a `Logto`
/// is built without a list.
pub(crate) fn report(endpoint: &str) {
    let endpoint = normalised(endpoint);
    let lists: Vec<_> = started().iter().filter_map(Weak::upgrade).collect();
    if lists.iter().any(|list| list.endpoint == endpoint) {
        telemetry::revocations_unasked();
    }
}
