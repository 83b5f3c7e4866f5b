//! axum-test: a guarded API in a `TestServer`.

use axum::{Router, routing::get};
use axum_test::TestServer;
use logto_runtime::{AuthInfo, Logto, require_scopes, test_util::TestTenant};
use serde_json::json;

use crate::support::RESOURCE;

#[require_scopes("read:products")]
async fn products(auth: AuthInfo) -> String {
    format!("read by {}", auth.subject())
}

fn app(logto: Logto) -> Router {
    Router::new()
        .route("/products", get(products))
        .with_state(logto)
}

#[tokio::test]
async fn products_are_only_for_callers_with_the_scope() {
    let tenant = TestTenant::builder()
        .resource(RESOURCE, ["read:products"])
        .start();
    let server = TestServer::new(app(tenant.logto().build().unwrap()));

    let alice = tenant
        .token()
        .user("alice")
        .scopes(["read:products"])
        .mint();
    let answer = server.get("/products").authorization_bearer(alice).await;
    answer.assert_text("read by alice");

    let answer = server
        .get("/products")
        .authorization_bearer(tenant.token().mint())
        .await;
    answer.assert_status_forbidden();
    answer.assert_json(&json!({ "error": "Insufficient scope" }));

    server.get("/products").await.assert_status_unauthorized();
}
