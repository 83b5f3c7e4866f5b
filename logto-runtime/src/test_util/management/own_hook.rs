//! The JSON of the webhook that a test sets with `send_webhooks_to`, and of its deliveries.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;

use super::{
    super::{hook::Hook, tenant::Tenant, webhook},
    hook_json,
};

/// For how long a delivery is listed.
const DAY: Duration = Duration::from_secs(86_400);

/// The events that this webhook is subscribed to.
const EVENTS: [&str; 8] = [
    "Organization.Deleted",
    "Organization.Membership.Updated",
    "OrganizationRole.Scopes.Updated",
    "Role.Deleted",
    "Role.Scopes.Updated",
    "User.Data.Updated",
    "User.Deleted",
    "User.SuspensionStatus.Updated",
];

/// Returns the JSON of the webhook, if a test has set it.
pub(super) fn json(tenant: &Tenant) -> Option<Value> {
    let target = tenant.webhook.target().clone()?;
    let hook = Hook::new(target.url, EVENTS);
    let (key, created) = (&target.key, target.created);
    Some(hook_json::hook(webhook::ID, "webhook", &hook, key, created))
}

/// Returns the deliveries of the last day, newest first.
///
/// Returns `None` if a test has not set the webhook, or if `id` is not the id of this webhook.
pub(super) fn logs(tenant: &Tenant, id: &str) -> Option<Vec<Value>> {
    if id != webhook::ID || tenant.webhook.target().is_none() {
        return None;
    }
    let since = tenant.clock.now().checked_sub(DAY).unwrap_or(UNIX_EPOCH);
    let deliveries = tenant.webhook.deliveries();
    let logged = deliveries.iter().enumerate().rev();
    let recent = logged.filter(|(_, delivery)| delivery.at > since);
    let logs = recent.map(|(number, delivery)| {
        let body: Value = serde_json::from_str(&delivery.body).unwrap_or_default();
        hook_json::delivery(
            id,
            number,
            hook_json::millis(delivery.at),
            &body,
            delivery.status,
        )
    });
    Some(logs.collect())
}
