//! Tests which metadata document (RFC 9728) a request gets. The host and the path of the request decide.

use axum::{Router, body::Body, http::Request};
use logto_runtime::{require_org_scopes, require_scopes};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{HOST, WELL_KNOWN, document, on_host, tenant, with_resources};
use crate::support::{PRODUCTS, get};

#[require_scopes(any("read:products", "write:products"))]
struct Products;

#[require_org_scopes("read:data", resource = "https://api.example.com/org")]
struct Data;

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
        let request = on_host(HOST, &format!("{WELL_KNOWN}{path}"));
        let (answer, document) = document(&router, request).await;
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
async fn a_document_is_found_only_at_the_host_port_and_path_of_its_resource() {
    const RESOURCES: &[&str] = &[
        "https://api.example.com",
        "https://org.example.com",
        "https://api.example.com/mcp/",
        "https://org.example.com/mcp",
        "https://api.example.com:8443/mcp",
        "urn:example:api",
    ];
    let logto = with_resources(RESOURCES).build().unwrap();
    let router: Router = logto.protected_resource_metadata();
    for (host, path, resource) in [
        ("api.example.com", "", Some("https://api.example.com")),
        ("API.EXAMPLE.COM", "", Some("https://api.example.com")),
        ("api.example.com:443", "", Some("https://api.example.com")),
        ("org.example.com", "", Some("https://org.example.com")),
        (
            "api.example.com",
            "/mcp/",
            Some("https://api.example.com/mcp/"),
        ),
        (
            "org.example.com",
            "/mcp",
            Some("https://org.example.com/mcp"),
        ),
        (
            "api.example.com:8443",
            "/mcp",
            Some("https://api.example.com:8443/mcp"),
        ),
        // Not found: another host or port, a slash too many or too few, a resource without a host.
        ("api.example.com", "/mcp", None),
        ("org.example.com", "/mcp/", None),
        ("api.example.com:8443", "/mcp/", None),
        ("api.example.com:8443", "", None),
        ("api.example.com", "/urn:example:api", None),
    ] {
        let request = on_host(host, &format!("{WELL_KNOWN}{path}"));
        let (answer, document) = document(&router, request).await;
        let expected = match resource {
            Some(resource) => (200, json!(resource)),
            None => (404, Value::Null),
        };
        assert_eq!(
            (answer.status, document["resource"].clone()),
            expected,
            "{host}{path}"
        );
    }
}

#[tokio::test]
async fn without_a_path_the_default_resource_is_found_on_its_own_host_only() {
    for (resources, host, expected) in [
        (
            &["https://api.example.com/mcp", "https://org.example.com/mcp"][..],
            "api.example.com",
            Some("https://api.example.com/mcp"),
        ),
        (
            &["https://api.example.com/mcp", "https://org.example.com/mcp"],
            "org.example.com",
            None,
        ),
        // A resource without a path has precedence over the default resource.
        (
            &["https://api.example.com/mcp", "https://api.example.com"],
            "api.example.com",
            Some("https://api.example.com"),
        ),
        (
            &["urn:example:api", "https://api.example.com/mcp"],
            "api.example.com",
            None,
        ),
    ] {
        let logto = with_resources(resources).build().unwrap();
        let router: Router = logto.protected_resource_metadata();
        let (_, document) = document(&router, on_host(host, WELL_KNOWN)).await;
        assert_eq!(
            document.get("resource").and_then(Value::as_str),
            expected,
            "{resources:?} {host}"
        );
    }
}

/// The caller chooses the `Host` header, and can forge it.
#[tokio::test]
async fn an_unknown_missing_or_ambiguous_host_gets_404() {
    let logto = with_resources(&["https://api.example.com/mcp", "https://org.example.com/mcp"]);
    let router: Router = logto.build().unwrap().protected_resource_metadata();
    let path = format!("{WELL_KNOWN}/mcp");
    let absolute = |authority: &str| format!("https://{authority}{path}");
    let api = ("host", &b"api.example.com"[..]);
    let org = ("host", &b"org.example.com"[..]);
    for request in [
        get(&path, &[]),
        on_host("", &path),
        on_host("evil.example", &path),
        on_host("127.0.0.1:3000", &path),
        on_host("api.example.com.evil.example", &path),
        on_host("evil@api.example.com", &path),
        on_host("api.example.com@evil.example", &path),
        on_host("api.example.com/mcp", &path),
        on_host("api.example.com:99999", &path),
        on_host("api.example.com, org.example.com", &path),
        get(&path, &[("host", b"\xff")]),
        get(&path, &[api, org]),
        get(&path, &[("x-forwarded-host", b"api.example.com")]),
        get(&path, &[("forwarded", b"host=api.example.com")]),
        get(&absolute("evil.example"), &[api]),
        get(&absolute("api.example.com"), &[org]),
    ] {
        let name = format!("{request:?}");
        let answer = send_raw(&router, request).await;
        assert_eq!(answer, (404, String::new()), "{name}");
    }
    // An HTTP/2 client sends the host in the URI. A host that is sent twice is not ambiguous.
    for request in [
        get(&absolute("api.example.com"), &[]),
        get(&absolute("api.example.com"), &[api]),
        get(&path, &[api, api]),
    ] {
        let (_, document) = document(&router, request).await;
        assert_eq!(document["resource"], "https://api.example.com/mcp");
    }
}

async fn send_raw(router: &Router, request: Request<Body>) -> (u16, String) {
    let answer = crate::support::send(router, request).await;
    (answer.status, answer.body)
}

#[tokio::test]
async fn the_answer_to_a_preflight_request_allows_any_origin_and_header() {
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
    let request = on_host(HOST, "/.well-known/oauth-protected-resource/org");
    let (_, document) = document(&router, request).await;
    let supported = document["scopes_supported"].as_array().unwrap();
    assert!(!supported.contains(&json!("read:products")), "{document}");
}
