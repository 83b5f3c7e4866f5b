//! A tenant, a policy, tokens and [`assert_guarded`], for the tests of this folder.

use axum::{Router, body::Body, http::Request, response::Response};
use http_body_util::BodyExt as _;
use logto_runtime::{require_scopes, test_util::TestTenant};
use tower::ServiceExt as _;

pub(crate) const RESOURCE: &str = "https://api.example.com/products";

/// The policy that the code in `logto-runtime/docs/with-other-crates.md` calls `Read`.
#[require_scopes("read:products")]
pub(crate) struct Read;

pub(crate) fn tenant() -> TestTenant {
    TestTenant::builder()
        .resource(RESOURCE, ["read:products"])
        .organization("acme")
        .organization_permissions(["invite:member"])
        .start()
}

/// Returns a token of a user with the scope of [`Read`].
pub(crate) fn reader(tenant: &TestTenant) -> String {
    tenant
        .token()
        .user("alice")
        .scopes(["read:products"])
        .mint()
}

/// Returns a token without scopes.
pub(crate) fn stranger(tenant: &TestTenant) -> String {
    tenant.token().user("bob").mint()
}

/// Sends a request without a body.
pub(crate) async fn get(app: &Router, path: &str, token: Option<&str>) -> Response {
    let mut request = Request::get(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    app.clone()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap()
}

pub(crate) async fn text(response: Response) -> String {
    let body = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

/// Asserts the answers to three requests `GET path`, and returns the body of the last answer:
///
/// - Without a token, the answer is 401.
/// - With a token that lacks the scope, the answer is 403 with a challenge.
/// - With a token that has the scope, the answer is 200.
pub(crate) async fn assert_guarded(app: &Router, tenant: &TestTenant, path: &str) -> String {
    assert_eq!(get(app, path, None).await.status(), 401, "{path}");
    let refused = get(app, path, Some(&stranger(tenant))).await;
    assert_eq!(refused.status(), 403, "{path}");
    let challenge = &refused.headers()["www-authenticate"];
    assert_eq!(
        challenge,
        r#"Bearer error="insufficient_scope", scope="read:products""#
    );
    let answer = get(app, path, Some(&reader(tenant))).await;
    assert_eq!(answer.status(), 200, "{path}");
    text(answer).await
}
