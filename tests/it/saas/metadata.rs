//! The metadata (RFC 9728) that the `saas` example serves for its resources.

use saas::{ORG, PRODUCTS};
use serde_json::{Value, json};

use super::api::Api;

#[tokio::test]
async fn the_metadata_of_both_resources_is_served_to_requests_that_name_their_host() {
    let api = Api::start().await;
    let address = api.address.strip_prefix("http://").unwrap();
    for (host, path, expected) in [
        (
            "api.example.com",
            "/products",
            Some((PRODUCTS, json!(["read:products", "write:products"]))),
        ),
        (
            "api.example.com",
            "/org",
            Some((ORG, json!(["read:data", "write:settings"]))),
        ),
        // These hosts are not the host of the resource. A client would ignore a document from them.
        (address, "/products", None),
        ("evil.example", "/products", None),
    ] {
        let url = format!("{}/.well-known/oauth-protected-resource{path}", api.address);
        let request = api.http.get(url).header("host", host);
        let answer = request.send().await.unwrap();
        let Some((resource, scopes)) = expected else {
            assert_eq!(answer.status(), 404, "{host}{path}");
            continue;
        };
        let document: Value = answer.json().await.unwrap();
        assert_eq!(document["resource"], resource, "{host}{path}");
        let issuers = json!([api.tenant.issuer()]);
        assert_eq!(document["authorization_servers"], issuers, "{host}{path}");
        let supported = document["scopes_supported"].as_array().unwrap();
        for scope in scopes.as_array().unwrap() {
            assert!(supported.contains(scope), "{host}{path}: {document}");
        }
    }
}
