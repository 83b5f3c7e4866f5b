//! Answers `/api/hooks` and `/api/hooks/{id}/recent-logs`: the webhooks of the tenant, and their deliveries.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::Response,
};
use http::Uri;
use serde_json::json;

#[cfg(feature = "revocation")]
use super::own_hook;
use super::{
    super::{hook::Hook, tenant::Tenant},
    answer::{self, ApiError},
    hook_json::{self, RECORDED_AT},
};

/// The signing key of the webhooks that the builder describes.
pub(super) const KEY: &str = "the-key-that-signs-all-deliveries";

pub(super) async fn list(State(tenant): State<Arc<Tenant>>, uri: Uri) -> Response {
    let hooks = tenant.directory.hooks.iter().enumerate();
    let hooks = hooks.map(|(at, hook)| {
        let name = format!("webhook {}", at + 1);
        hook_json::hook(&hook_id(at), &name, hook, KEY, tenant.started)
    });
    #[cfg(feature = "revocation")]
    let hooks = hooks.chain(own_hook::json(&tenant));
    answer::whole_list_or_page(&uri, hooks.collect())
}

/// Lists the deliveries of a webhook, newest first.
pub(super) async fn recent_logs(
    State(tenant): State<Arc<Tenant>>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, ApiError> {
    #[cfg(feature = "revocation")]
    if let Some(logs) = own_hook::logs(&tenant, &id) {
        return Ok(answer::always_a_page(&uri, logs));
    }
    let hook = find(&tenant, &id).ok_or_else(ApiError::not_found)?;
    let logs = hook.deliveries.iter().enumerate().rev();
    let logs = logs.map(|(at, (event, status))| {
        let body = json!({ "event": event, "data": { "name": "Alice" } });
        hook_json::delivery(&id, at, RECORDED_AT, &body, Some(*status))
    });
    Ok(answer::always_a_page(&uri, logs.collect()))
}

pub(super) fn find<'a>(tenant: &'a Tenant, id: &str) -> Option<&'a Hook> {
    let mut hooks = tenant.directory.hooks.iter().enumerate();
    let (_, hook) = hooks.find(|(at, _)| hook_id(*at) == id)?;
    Some(hook)
}

fn hook_id(at: usize) -> String {
    format!("{at:h>21}")
}
