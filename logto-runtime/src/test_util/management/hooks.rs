//! `/api/hooks` and `/api/hooks/{id}/recent-logs`.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use http::Uri;
use serde_json::{Value, json};

use super::{
    super::tenant::Tenant,
    answer::{self, ApiError},
    hook::Hook,
};

pub(super) async fn list(State(tenant): State<Arc<Tenant>>, uri: Uri) -> Response {
    let hooks = tenant.directory.hooks.iter().enumerate();
    answer::list(&uri, hooks.map(|(at, hook)| shown(at, hook)).collect())
}

/// Lists the deliveries, newest first.
pub(super) async fn recent_logs(
    State(tenant): State<Arc<Tenant>>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let mut hooks = tenant.directory.hooks.iter().enumerate();
    let (_, hook) = hooks
        .find(|(at, _)| hook_id(*at) == id)
        .ok_or_else(ApiError::not_found)?;
    let logs = hook.deliveries.iter().enumerate().rev();
    let logs = logs.map(|(at, (event, status))| log(&id, at, event, *status));
    Ok(answer::page(&uri, logs.collect()))
}

fn hook_id(at: usize) -> String {
    format!("{at:h>21}")
}

fn shown(at: usize, hook: &Hook) -> Value {
    json!({
        "tenantId": "default",
        "id": hook_id(at),
        "name": format!("webhook {}", at + 1),
        "event": null,
        "events": hook.events,
        "config": { "url": hook.url },
        "signingKey": "the-key-that-signs-all-deliveries",
        "enabled": hook.enabled,
        "createdAt": 1_795_462_204_555_u64,
    })
}

fn log(hook_id: &str, at: usize, event: &str, status: u16) -> Value {
    let result = if (200..300).contains(&status) {
        "Success"
    } else {
        "Error"
    };
    json!({
        "id": format!("{at:l>21}"),
        "key": format!("TriggerHook.{event}"),
        "payload": {
            "key": format!("TriggerHook.{event}"),
            "result": result,
            "hookId": hook_id,
            "hookRequest": { "body": { "event": event, "data": { "name": "Alice" } } },
            "response": { "statusCode": status, "body": "an answer" },
        },
        "createdAt": 1_795_462_204_555_u64,
    })
}
