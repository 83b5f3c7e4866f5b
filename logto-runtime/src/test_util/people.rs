//! The calls of the simulated Management API that suspend or delete a user, or remove a member of an
//! organization.
//!
//! - A call needs a token for the Management API with the scope `all`, as with a real tenant.
//! - A call that sends a webhook returns after the delivery has succeeded or failed. So a test or a command
//!   has to wait only for the call.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{delete, patch},
};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::{directory::MANAGEMENT_API, tenant::Tenant, webhook::Change};
use crate::{logto::Logto, token::bearer};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Suspension {
    is_suspended: bool,
}

/// Returns the routes below `/api`.
pub(super) fn routes(tenant: &Arc<Tenant>) -> Router<Arc<Tenant>> {
    Router::new()
        .route("/users/{user}/is-suspended", patch(suspend))
        .route("/users/{user}", delete(delete_user))
        .route(
            "/organizations/{organization}/users/{user}",
            delete(remove_member),
        )
        .route_layer(from_fn_with_state(Arc::clone(tenant), authorize))
}

async fn suspend(
    State(tenant): State<Arc<Tenant>>,
    Path(user): Path<String>,
    Json(Suspension { is_suspended }): Json<Suspension>,
) -> Response {
    if !tenant.directory.knows_user(&user) {
        return unknown_user(&user);
    }
    let suspended = is_suspended;
    let user = user.as_str();
    tenant.report(Change::Suspended { user, suspended }).await;
    Json(json!({ "id": user, "isSuspended": suspended })).into_response()
}

async fn delete_user(State(tenant): State<Arc<Tenant>>, Path(user): Path<String>) -> Response {
    if !tenant.directory.knows_user(&user) {
        return unknown_user(&user);
    }
    tenant.report(Change::UserDeleted { user: &user }).await;
    StatusCode::NO_CONTENT.into_response()
}

async fn remove_member(
    State(tenant): State<Arc<Tenant>>,
    Path((organization, user)): Path<(String, String)>,
) -> Response {
    if !tenant.directory.knows_user(&user) {
        return unknown_user(&user);
    }
    let (organization, user) = (organization.as_str(), user.as_str());
    tenant
        .report(Change::MemberRemoved { organization, user })
        .await;
    StatusCode::NO_CONTENT.into_response()
}

fn unknown_user(user: &str) -> Response {
    let error = json!({
        "code": "entity.not_exists_with_id",
        "message": format!("The users with ID `{user}` does not exist."),
    });
    (StatusCode::NOT_FOUND, Json(error)).into_response()
}

/// Requires a token for the Management API with the scope `all`. The error codes are those of Logto.
async fn authorize(
    State(tenant): State<Arc<Tenant>>,
    headers: HeaderMap,
    request: Request,
    next: Next,
) -> Response {
    match authorization_error(&tenant, &headers).await {
        Some((status, code)) => (status, Json(json!({ "code": code }))).into_response(),
        None => next.run(request).await,
    }
}

/// Returns the status and the code of the error, or `None` if the caller may call the API.
async fn authorization_error(
    tenant: &Tenant,
    headers: &HeaderMap,
) -> Option<(StatusCode, &'static str)> {
    let Ok(token) = bearer::access_token(headers) else {
        return Some((
            StatusCode::UNAUTHORIZED,
            "auth.authorization_header_missing",
        ));
    };
    let token = String::from_utf8_lossy(token.as_bytes()).into_owned();
    let clock = tenant.clock.clone();
    let api = Logto::builder(&tenant.endpoint)
        .resource(MANAGEMENT_API)
        .jwks_json(tenant.keys().document())
        .clock(move || clock.now())
        .build();
    let verified = match api {
        Ok(api) => api.verify(&token).await.ok(),
        Err(_) => None,
    };
    match verified {
        Some(caller) if caller.audience().any(|it| it == MANAGEMENT_API) => {
            let entitled = caller.has_scope("all");
            (!entitled).then_some((StatusCode::FORBIDDEN, "auth.forbidden"))
        }
        _ => Some((StatusCode::UNAUTHORIZED, "auth.unauthorized")),
    }
}
