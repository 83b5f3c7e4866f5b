//! The webhook of a test tenant, and its deliveries. The tenant sends changes of users and members to this
//! webhook.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

/// The webhook that a test sets with `send_webhooks_to`, and its deliveries.
#[derive(Default)]
pub(super) struct Webhook {
    target: Mutex<Option<WebhookTarget>>,
    deliveries: Mutex<Vec<Delivery>>,
}

/// The URL of a webhook, and the key that signs its deliveries.
#[derive(Clone)]
pub(super) struct WebhookTarget {
    pub(super) url: String,
    pub(super) key: String,
    /// The time of the tenant's clock when the webhook was created.
    pub(super) created: SystemTime,
}

/// A delivery: one request to the webhook, successful or not.
pub(super) struct Delivery {
    /// The time of the tenant's clock when the delivery ended.
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
