//! Finds a list that was started, and not passed to the `Logto` of its tenant.
//!
//! Such a program serves revoked tokens, and nothing else would show it: the list works. A process that
//! only takes webhooks or reconciles has no `Logto`, so the builder of one is where to look.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::{Shared, normalised};
use crate::telemetry;

/// The lists that were started in this process.
static STARTED: Mutex<Vec<Weak<Shared>>> = Mutex::new(Vec::new());

fn started() -> MutexGuard<'static, Vec<Weak<Shared>>> {
    STARTED.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn note(list: &Arc<Shared>) {
    let mut started = started();
    started.retain(|list| list.strong_count() > 0);
    started.push(Arc::downgrade(list));
}

/// Logs an error if a list of this tenant runs. The caller builds a `Logto` without one.
pub(crate) fn report(endpoint: &str) {
    let endpoint = normalised(endpoint);
    let lists: Vec<_> = started().iter().filter_map(Weak::upgrade).collect();
    if lists.iter().any(|list| list.endpoint == endpoint) {
        telemetry::revocations_unasked();
    }
}
