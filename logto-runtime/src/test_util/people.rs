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
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::{management, tenant::Tenant, webhook::Change};

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

/// Requires a token for the Management API with the scope `all`, as the other calls of this API do.
async fn authorize(State(tenant): State<Arc<Tenant>>, request: Request, next: Next) -> Response {
    match management::refusal(&tenant, request.headers()).await {
        Some(refusal) => refusal,
        None => next.run(request).await,
    }
}
