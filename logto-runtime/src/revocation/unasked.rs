//! Finds a list of revocations that was started, but not passed to the `Logto` of its tenant.
//!
//! The guards of that `Logto` then accept revoked tokens. Without this check, nobody would notice, because
//! the list itself works. A process that only receives webhooks or runs a reconciler needs a list, but does
//! not need a `Logto`. So the check runs only when a `Logto` is built without a list, and when a `Logto` is
//! warmed up.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::{Revocations, Shared, normalised};
use crate::telemetry;

/// The lists that `RevocationsBuilder::start` has created in this process.
static STARTED: Mutex<Vec<Started>> = Mutex::new(Vec::new());

struct Started {
    list: Weak<Shared>,
    /// Whether a `Logto` was built with this list.
    is_asked: bool,
}

fn started() -> MutexGuard<'static, Vec<Started>> {
    STARTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Remembers a list that was started.
pub(super) fn note(list: &Arc<Shared>) {
    let mut started = started();
    started.retain(|started| started.list.strong_count() > 0);
    started.push(Started {
        list: Arc::downgrade(list),
        is_asked: false,
    });
}

/// Remembers that a `Logto` was built with this list.
pub(crate) fn note_asked(list: &Revocations) {
    let list = Arc::as_ptr(&list.shared);
    let mut started = started();
    for started in started.iter_mut().filter(|it| it.list.as_ptr() == list) {
        started.is_asked = true;
    }
}

/// Logs an error if this process has started a list of this tenant whose revocations a `Logto` misses.
/// `asked` is the list of this `Logto`.
///
/// - Without `asked`, every list of the tenant counts, even one that another `Logto` has.
/// - With `asked`, a list counts only if it has no log and no `Logto` has it. A list with a log can pass its
///   revocations to `asked` through the log.
pub(crate) fn report(endpoint: &str, asked: Option<&Revocations>) {
    let endpoint = normalised(endpoint);
    let lists: Vec<_> = (started().iter())
        .filter_map(|started| Some((started.list.upgrade()?, started.is_asked)))
        .collect();
    let is_missed = |(list, is_asked): &(Arc<Shared>, bool)| {
        list.endpoint == endpoint && (asked.is_none() || !is_asked && list.attached.is_none())
    };
    if lists.iter().any(is_missed) {
        telemetry::revocations_unasked();
    }
}
