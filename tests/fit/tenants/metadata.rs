//! The metadata documents (RFC 9728) of several tenants, and the links to them in challenges.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use logto_runtime::{Logto, LogtoBuilder, test_util::TestTenant};
use serde_json::Value;
use tower::ServiceExt as _;

use super::any_of;

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

fn start(resource: &str) -> TestTenant {
    TestTenant::builder().resource(resource, [""; 0]).start()
}

/// Returns the metadata URL in the challenge that a tampered token of this tenant gets.
async fn linked(logto: &Logto, tenant: &TestTenant) -> Option<String> {
    let token = tenant.token().tampered().mint();
    let rejection = logto.verify(&token).await.unwrap_err();
    let challenge = rejection.challenge().unwrap();
    let challenge = challenge.to_str().unwrap();
    let (_, link) = challenge.split_once("resource_metadata=\"")?;
    Some(link.split_once('"').unwrap().0.to_owned())
}

/// The documents of two such resources would have the same URL. It has the document of the first tenant.
#[tokio::test]
async fn a_challenge_links_a_document_only_if_it_is_about_the_tenants_own_resource() {
    let same = "https://a.example";
    for (of_new, expected) in [
        ("https://a.example", Some("")),
        ("https://a.example/", None),
        ("https://a.example/mcp", Some("/mcp")),
        ("http://a.example:443", None),
    ] {
        let (old, new) = (start(same), start(of_new));
        let announcing =
            || [old.logto(), new.logto()].map(LogtoBuilder::announce_resource_metadata);
        let logto = any_of(announcing());
        let again = Logto::any_of([logto.clone()]).unwrap();
        for logto in [logto, again] {
            let url = |path: &str| format!("https://a.example{WELL_KNOWN}{path}");
            assert_eq!(linked(&logto, &old).await, Some(url("")), "{of_new}");
            let link = linked(&logto, &new).await;
            assert_eq!(link, expected.map(url), "{of_new}");
            let Some(link) = link else { continue };
            let app: Router = logto.protected_resource_metadata();
            let request = Request::get(link).body(Body::empty()).unwrap();
            let response = app.oneshot(request).await.unwrap();
            let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let document: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(document["resource"], of_new);
            let issuers = document["authorization_servers"].as_array().unwrap();
            assert!(issuers.contains(&new.issuer().into()), "{document}");
        }
        // Without the other tenant, the tenant has its own document.
        let [_, alone] = announcing();
        assert!(linked(&alone.build().unwrap(), &new).await.is_some());
    }
}
