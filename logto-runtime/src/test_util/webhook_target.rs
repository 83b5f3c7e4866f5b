//! The URL that the tenant sends its webhooks to, and the deliveries that the Management API lists.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

/// The webhook to which the tenant sends changes, if a test has set one, and its deliveries.
#[derive(Default)]
pub(super) struct Webhook {
    target: Mutex<Option<WebhookTarget>>,
    deliveries: Mutex<Vec<Delivery>>,
}

/// The URL of a webhook, and the key that its deliveries are signed with.
#[derive(Clone)]
pub(super) struct WebhookTarget {
    pub(super) url: String,
    pub(super) key: String,
    /// When the webhook was created, by the tenant's clock.
    pub(super) created: SystemTime,
}

/// A delivery, as the Management API lists it after the answer.
pub(super) struct Delivery {
    pub(super) at: SystemTime,
    pub(super) body: String,
    /// The status of the answer, if there was one.
    pub(super) status: Option<u16>,
}

impl Webhook {
    pub(super) fn target(&self) -> MutexGuard<'_, Option<WebhookTarget>> {
        self.target.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the deliveries, oldest first.
    pub(super) fn deliveries(&self) -> MutexGuard<'_, Vec<Delivery>> {
        (self.deliveries.lock()).unwrap_or_else(PoisonError::into_inner)
    }
}
