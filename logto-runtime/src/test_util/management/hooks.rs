//! `/api/hooks`, and below each its `recent-logs` and its `test`.

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

/// When the webhooks of the builder were created and called, in milliseconds since the Unix epoch.
const BEFORE: u64 = 1_795_462_204_555;

/// The key of the webhooks of the builder.
const KEY: &str = "the-key-that-signs-all-deliveries";

pub(super) async fn list(State(tenant): State<Arc<Tenant>>, uri: Uri) -> Response {
    let hooks = tenant.directory.hooks.iter().enumerate();
    let hooks = hooks.map(|(at, hook)| {
        let name = format!("webhook {}", at + 1);
        shown(&hook_id(at), &name, hook, KEY)
    });
    #[cfg(feature = "revocation")]
    let hooks = hooks.chain(called::shown(&tenant));
    answer::list(&uri, hooks.collect())
}

/// Lists the deliveries, newest first.
pub(super) async fn recent_logs(
    State(tenant): State<Arc<Tenant>>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, ApiError> {
    #[cfg(feature = "revocation")]
    if let Some(logs) = called::logs(&tenant, &id) {
        return Ok(answer::page(&uri, logs));
    }
    let hook = find(&tenant, &id).ok_or_else(ApiError::not_found)?;
    let logs = hook.deliveries.iter().enumerate().rev();
    let logs = logs.map(|(at, (event, status))| {
        let body = json!({ "event": event, "data": { "name": "Alice" } });
        log(&id, at, BEFORE, &body, Some(*status))
    });
    Ok(answer::page(&uri, logs.collect()))
}

fn find<'a>(tenant: &'a Tenant, id: &str) -> Option<&'a Hook> {
    let mut hooks = tenant.directory.hooks.iter().enumerate();
    let (_, hook) = hooks.find(|(at, _)| hook_id(*at) == id)?;
    Some(hook)
}

fn hook_id(at: usize) -> String {
    format!("{at:h>21}")
}

fn shown(id: &str, name: &str, hook: &Hook, key: &str) -> Value {
    json!({
        "tenantId": "default",
        "id": id,
        "name": name,
        "event": null,
        "events": hook.events,
        "config": { "url": hook.url, "headers": { "x-secret": "header-of-the-webhook" } },
        "signingKey": key,
        "enabled": hook.enabled,
        "createdAt": BEFORE,
    })
}

fn log(hook_id: &str, number: usize, at: u64, body: &Value, status: Option<u16>) -> Value {
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

#[cfg(feature = "revocation")]
pub(super) use called::test;

/// The webhook that the tenant calls, and the test calls of all.
#[cfg(feature = "revocation")]
mod called {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use axum::{body::Bytes, response::IntoResponse};
    use http::StatusCode;
    use serde::Deserialize;

    use super::{
        super::super::{iso_8601, webhook},
        *,
    };

    /// For how long a delivery is listed.
    const DAY: Duration = Duration::from_secs(86_400);

    /// The events that the tenant's webhook has.
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

    #[derive(Deserialize)]
    struct TestCall {
        events: Vec<String>,
        config: Config,
    }

    #[derive(Deserialize)]
    struct Config {
        url: String,
    }

    pub(super) fn shown(tenant: &Tenant) -> Option<Value> {
        let target = tenant.webhook.target().clone()?;
        let hook = Hook::new(target.url, EVENTS);
        Some(super::shown(webhook::ID, "webhook", &hook, &target.key))
    }

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
            log(id, number, millis(delivery.at), &body, delivery.status)
        });
        Some(logs.collect())
    }

    /// Calls the URL in the request, signed with the key of the webhook.
    pub(in super::super) async fn test(
        State(tenant): State<Arc<Tenant>>,
        Path(id): Path<String>,
        body: Bytes,
    ) -> Result<Response, ApiError> {
        let TestCall { events, config } =
            serde_json::from_slice(&body).map_err(|_| ApiError::invalid_input())?;
        let target = tenant.webhook.target().clone();
        let key = match target {
            Some(target) if id == webhook::ID => target.key,
            _ => find(&tenant, &id)
                .map(|_| KEY.to_owned())
                .ok_or_else(ApiError::not_found)?,
        };
        let now = iso_8601::format(tenant.clock.now());
        for event in &events {
            match webhook::send_test(&config.url, &key, &id, event, &now).await {
                Some(status) if status.is_success() => {}
                Some(status) => {
                    let data = json!({ "responseStatus": status.as_u16(), "responseBody": "" });
                    let code = "hook.endpoint_responded_with_error";
                    return Err(ApiError::taken(code, "").with_data(data));
                }
                None => {
                    return Err(ApiError::taken(
                        "hook.send_test_payload_failed",
                        "fetch failed",
                    ));
                }
            }
        }
        Ok(StatusCode::NO_CONTENT.into_response())
    }

    fn millis(at: SystemTime) -> u64 {
        let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or_default()
    }
}
