//! Protected resource metadata (RFC 9728), and the challenges that lead to it.

mod mcp_client;

use axum::{Router, body::Body, http::Request, routing};
use logto_runtime::{
    Logto, require_any, require_org_permission, require_org_scopes, require_scopes,
    test_util::TestTenant,
};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::{Answer, INVALID_TOKEN, PRODUCTS, ask, get, send};

#[require_scopes(any("read:products", "write:products"))]
async fn products() {}

#[require_org_scopes("read:data", resource = "https://api.example.com/org")]
async fn data() {}

#[require_org_permission("invite:member")]
async fn invite() {}

#[require_org_permission("invite:guest")]
struct InviteGuests;

#[require_org_permission("invite:member")]
struct InviteMembers;

#[require_org_scopes("read:data", resource = "https://api.example.com/org")]
struct ReadData;

#[require_any(InviteGuests, InviteMembers)]
async fn invite_any() {}

#[require_any(InviteMembers, ReadData)]
async fn invite_or_read() {}

fn app(logto: Logto) -> Router {
    Router::new()
        .route(
            "/organizations/{organization_id}/invite-any",
            routing::get(invite_any),
        )
        .route(
            "/organizations/{organization_id}/invite-or-read",
            routing::get(invite_or_read),
        )
        .route(
            "/organizations/{organization_id}/invite",
            routing::get(invite),
        )
        .route("/products", routing::get(products))
        .route("/organizations/{organization_id}/data", routing::get(data))
        .with_state(logto)
}

fn tenant() -> TestTenant {
    TestTenant::builder()
        .resource(PRODUCTS, ["read:products", "write:products"])
        .resource("https://api.example.com/org", ["read:data"])
        .offline()
        .start()
}

async fn document(router: &Router, path: &str) -> (Answer, Value) {
    let answer = send(router, get(path, &[])).await;
    let json = serde_json::from_str(&answer.body).unwrap_or_default();
    (answer, json)
}

#[tokio::test]
async fn each_resource_has_a_document_that_names_its_authorization_server_and_scopes() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let router: Router = logto.protected_resource_metadata();

    for (path, resource, scopes) in [
        (
            "/products",
            PRODUCTS,
            vec!["read:products", "write:products"],
        ),
        ("/org", "https://api.example.com/org", vec!["read:data"]),
        // Without a path: the default resource.
        ("", PRODUCTS, vec!["read:products", "write:products"]),
    ] {
        let path = format!("/.well-known/oauth-protected-resource{path}");
        let (answer, document) = document(&router, &path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(
            answer.content_type.as_deref(),
            Some("application/json"),
            "{path}"
        );
        assert_eq!(document["resource"], resource, "{path}");
        assert_eq!(
            document["authorization_servers"],
            json!([tenant.issuer()]),
            "{path}"
        );
        assert_eq!(
            document["bearer_methods_supported"],
            json!(["header"]),
            "{path}"
        );
        let supported = document["scopes_supported"].as_array().unwrap();
        for scope in scopes {
            assert!(
                supported.contains(&json!(scope)),
                "{path}: {scope} is missing"
            );
        }
    }
}

#[tokio::test]
async fn a_preflight_request_allows_any_origin_and_header() {
    let logto = tenant().logto().build().unwrap();
    let router: Router = logto.protected_resource_metadata();
    let request = Request::options("/.well-known/oauth-protected-resource/products")
        .header("origin", "https://inspector.example")
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "mcp-protocol-version")
        .body(Body::empty())
        .unwrap();
    let answer = router.oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 204);
    for name in [
        "access-control-allow-origin",
        "access-control-allow-headers",
    ] {
        assert_eq!(answer.headers()[name], "*", "{name}");
    }
}

#[tokio::test]
async fn scopes_of_another_resource_are_not_listed() {
    let logto = tenant().logto().build().unwrap();
    let router: Router = logto.protected_resource_metadata();
    let (_, document) = document(&router, "/.well-known/oauth-protected-resource/org").await;
    let supported = document["scopes_supported"].as_array().unwrap();
    assert!(!supported.contains(&json!("read:products")), "{document}");
}

#[tokio::test]
async fn a_resource_that_is_not_an_http_url_has_only_the_document_of_the_default() {
    let logto = Logto::builder("https://t.logto.app")
        .resource("urn:example:api")
        .build()
        .unwrap();
    let router: Router = logto.protected_resource_metadata();
    let (answer, document) = document(&router, "/.well-known/oauth-protected-resource").await;
    assert_eq!(
        (answer.status, &document["resource"]),
        (200, &json!("urn:example:api"))
    );
}

fn announcing(tenant: &TestTenant) -> Logto {
    tenant.logto().announce_resource_metadata().build().unwrap()
}

/// A token with organization permissions is not issued for a resource. A client that followed a
/// link and asked for a token of the resource would be refused, and sent to the same link again.
#[tokio::test]
async fn challenges_of_organization_permissions_do_not_link_a_document() {
    let tenant = tenant();
    let logto = announcing(&tenant);
    let app = app(logto.clone());
    let of_a_resource = tenant.token().user("alice").mint();
    for path in [
        "/organizations/acme/invite",
        "/organizations/acme/invite-any",
    ] {
        let missing = send(&app, get(path, &[])).await;
        assert_eq!(missing.challenge.as_deref(), Some("Bearer"), "{path}");
        let refused = ask(&app, path, &of_a_resource).await;
        assert_eq!(
            (refused.status, refused.challenge.as_deref()),
            (401, Some(INVALID_TOKEN)),
            "{path}"
        );
    }
}

#[tokio::test]
async fn with_alternatives_the_challenge_links_the_first_resource() {
    let tenant = tenant();
    let logto = announcing(&tenant);
    let app = app(logto.clone());
    let org = "https://api.example.com/.well-known/oauth-protected-resource/org";
    let path = "/organizations/acme/invite-or-read";
    let missing = send(&app, get(path, &[])).await;
    assert_eq!(
        missing.challenge,
        Some(format!("Bearer resource_metadata=\"{org}\""))
    );
    let of_another = tenant.token().user("alice").mint();
    let refused = ask(&app, path, &of_another).await;
    assert_eq!(
        refused.challenge,
        Some(format!("{INVALID_TOKEN}, resource_metadata=\"{org}\""))
    );
}

/// A guard may name a resource that the builder does not know. Its document is not served.
#[tokio::test]
async fn challenges_do_not_link_a_document_that_is_not_served() {
    let tenant = TestTenant::builder()
        .resource(PRODUCTS, ["read:products"])
        .offline()
        .start();
    let logto = announcing(&tenant);
    let app = app(logto.clone());
    let missing = send(&app, get("/organizations/acme/data", &[])).await;
    assert_eq!(missing.challenge.as_deref(), Some("Bearer"));
}

#[tokio::test]
async fn challenges_link_the_document_if_it_is_announced() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let app = app(logto.clone());
    let path = "/organizations/acme/data";
    let _served: Router = logto.protected_resource_metadata();
    let silent = send(&app, get(path, &[])).await;
    assert_eq!(silent.challenge.as_deref(), Some("Bearer"));

    let app = self::app(announcing(&tenant));
    let org = "https://api.example.com/.well-known/oauth-protected-resource/org";
    let products = "https://api.example.com/.well-known/oauth-protected-resource/products";
    let missing = send(&app, get(path, &[])).await;
    assert_eq!(
        missing.challenge,
        Some(format!("Bearer resource_metadata=\"{org}\""))
    );

    let token = tenant.token().user("alice").resource(PRODUCTS).mint();
    let lacking = ask(&app, "/products", &token).await;
    assert_eq!(
        lacking.challenge,
        Some(format!(
            "Bearer error=\"insufficient_scope\", scope=\"read:products write:products\", \
             resource_metadata=\"{products}\""
        ))
    );
}
