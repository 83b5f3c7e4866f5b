//! `/api/hooks/{id}/test`: calls the URL in the request. Logto's console sends such a request to test the
//! settings of a webhook before it saves them.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::{
    super::{iso_8601, tenant::Tenant, webhook},
    answer::ApiError,
    hooks::{KEY, find},
};

#[derive(Deserialize)]
struct TestCall {
    events: Vec<String>,
    config: Config,
}

#[derive(Deserialize)]
struct Config {
    url: String,
}

/// Calls the URL in the request once for each event in the request. Each call is signed with the key of the
/// webhook. Stops at the first call that fails.
pub(super) async fn test(
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
                return Err(ApiError::unprocessable(code, "").with_data(data));
            }
            None => {
                return Err(ApiError::unprocessable(
                    "hook.send_test_payload_failed",
                    "fetch failed",
                ));
            }
        }
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
