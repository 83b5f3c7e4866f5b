//! The simulated Management API: the calls that `cargo logto` and the reconciler of `logto-management` make.
//! The answers are as recorded from Logto.
//!
//! - A request needs a valid token for the Management API with the scope `all`.
//! - A response body is Logto's JSON, or an error with Logto's `code`.
//! - The token endpoint also issues tokens for resources that are created through this API.
//! - Resources, scopes and permissions can be created, but not changed or deleted.
//!
//! Files, in reading order:
//!
//! - `answer`: pages and errors
//! - `authorize`: who may call
//! - `resources`, `organizations`: calls about resources, scopes, permissions and roles
//! - `hook_json`, `own_hook`, `hooks`, `test_call`: calls about webhooks

mod answer;
mod authorize;
mod hook_json;
mod hooks;
mod organizations;
#[cfg(feature = "revocation")]
mod own_hook;
mod resources;
#[cfg(feature = "revocation")]
mod test_call;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use http::HeaderMap;

use super::{faults::TenantEndpoint, tenant::Tenant};

/// Returns the routes below `/api`.
pub(super) fn routes(tenant: Arc<Tenant>) -> Router<Arc<Tenant>> {
    let router = Router::new();
    #[cfg(feature = "revocation")]
    let router = router.route("/api/hooks/{id}/test", axum::routing::post(test_call::test));
    router
        .route(
            "/api/resources",
            get(resources::list).post(resources::create),
        )
        .route(
            "/api/resources/{id}/scopes",
            get(resources::scopes).post(resources::create_scope),
        )
        .route(
            "/api/organization-scopes",
            get(organizations::scopes).post(organizations::create_scope),
        )
        .route("/api/organization-roles", get(organizations::roles))
        .route("/api/hooks", get(hooks::list))
        .route("/api/hooks/{id}/recent-logs", get(hooks::recent_logs))
        .route_layer(middleware::from_fn_with_state(tenant, check))
}

/// Passes a request on if the endpoint does not have a fault and the caller may call the API.
async fn check(State(tenant): State<Arc<Tenant>>, request: Request, next: Next) -> Response {
    if let Some(fault) = tenant.traffic.receive(TenantEndpoint::Management).await {
        return fault;
    }
    match refusal(&tenant, request.headers()).await {
        None => next.run(request).await,
        Some(refusal) => refusal,
    }
}

/// Returns the response to a caller who may not call the API, or `None` if the caller may call it.
pub(super) async fn refusal(tenant: &Tenant, headers: &HeaderMap) -> Option<Response> {
    let authorized = authorize::authorize(tenant, headers).await;
    authorized.err().map(IntoResponse::into_response)
}
