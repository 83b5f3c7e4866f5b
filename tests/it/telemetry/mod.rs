//! What operators can watch: log events, spans and metrics.
//!
//! - `events`: the events of refusals, and of problems such as an outage
//! - `spans`: the fields of a span around a request
//! - `metrics`: counters and a gauge; `recorder` records them
//! - `refused_late`: requests that are refused in the last step

mod events;
mod metrics;
pub(crate) mod recorder;
mod refused_late;
mod spans;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    routing::get,
};
use logto_runtime::{LogtoBuilder, require_scopes, test_util::TestTenant};
use tower::ServiceExt;

use crate::support::with_token;

#[require_scopes("read:products")]
async fn products() {}

fn app(logto: LogtoBuilder) -> Router {
    Router::new()
        .route("/products", get(products))
        .with_state(logto.build().unwrap())
}

fn reader(tenant: &TestTenant) -> String {
    let alice = tenant.token().user("alice").scopes(["read:products"]);
    alice.mint()
}

/// Sends a `GET /products`, without a token if `token` is empty. Returns the status.
async fn status(app: &Router, token: &str) -> u16 {
    let request = match token {
        "" => Request::get("/products").body(Body::empty()).unwrap(),
        token => with_token("/products", token),
    };
    let response = app.clone().oneshot(request).await.unwrap();
    response.status().as_u16()
}

const DOWN: StatusCode = StatusCode::SERVICE_UNAVAILABLE;
