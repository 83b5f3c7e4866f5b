//! Where the tenant sends its webhooks.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The tenant's only webhook, if it has one.
#[derive(Default)]
pub(super) struct Webhook(Mutex<Option<Target>>);

/// The URL of a webhook, and the key that its deliveries are signed with.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) url: String,
    pub(super) key: String,
}

impl Webhook {
    pub(super) fn target(&self) -> MutexGuard<'_, Option<Target>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
