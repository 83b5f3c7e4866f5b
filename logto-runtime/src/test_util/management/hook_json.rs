//! The JSON of webhooks and of their deliveries, as the Management API returns it.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::super::hook::Hook;

/// The `createdAt` of each scope, and of each delivery that a test adds with [`Hook::delivered`].
///
/// This is 2026-11-23T19:30:04.555Z, in milliseconds since the Unix epoch.
pub(super) const RECORDED_AT: u64 = 1_795_462_204_555;

/// Returns the JSON of a webhook.
pub(super) fn hook(id: &str, name: &str, hook: &Hook, key: &str, created: SystemTime) -> Value {
    json!({
        "tenantId": "default",
        "id": id,
        "name": name,
        "event": null,
        "events": hook.events,
        "config": { "url": hook.url, "headers": { "x-secret": "header-of-the-webhook" } },
        "signingKey": key,
        "enabled": hook.enabled,
        "createdAt": millis(created),
    })
}

/// Returns the JSON of a delivery. `at` is in milliseconds since the Unix epoch.
pub(super) fn delivery(
    hook_id: &str,
    number: usize,
    at: u64,
    body: &Value,
    status: Option<u16>,
) -> Value {
    let key = format!("TriggerHook.{}", body["event"].as_str().unwrap_or_default());
    let succeeded = status.is_some_and(|status| (200..300).contains(&status));
    let mut payload = json!({
        "key": key,
        "result": if succeeded { "Success" } else { "Error" },
        "hookId": hook_id,
        "hookRequest": { "body": body },
    });
    match status {
        Some(status) => {
            payload["response"] = json!({ "statusCode": status, "body": "an answer" });
        }
        None => payload["error"] = "TypeError: fetch failed".into(),
    }
    json!({ "id": format!("{number:l>21}"), "key": key, "payload": payload, "createdAt": at })
}

/// Returns the milliseconds since the Unix epoch.
pub(super) fn millis(at: SystemTime) -> u64 {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default()
}
