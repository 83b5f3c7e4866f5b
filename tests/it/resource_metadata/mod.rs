//! Protected resource metadata (RFC 9728), and the challenges that lead to it.
//!
//! - `documents`: the document that a request gets
//! - `links`: the link and the scopes in a challenge
//! - `mcp_client`: an MCP (Model Context Protocol) client follows the link

mod documents;
mod links;
mod mcp_client;

use axum::{Router, body::Body, http::Request};
use logto_runtime::{Logto, LogtoBuilder, test_util::TestTenant};
use serde_json::Value;

use crate::support::{Answer, PRODUCTS, get, send};

const HOST: &str = "api.example.com";
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

fn tenant() -> TestTenant {
    TestTenant::builder()
        .resource(PRODUCTS, ["read:products", "write:products"])
        .resource("https://api.example.com/org", ["read:data"])
        .offline()
        .start()
}

/// Returns a builder with these resources. The first one is the default resource.
fn with_resources(resources: &[&str]) -> LogtoBuilder {
    let builder = Logto::builder("https://t.logto.app");
    resources
        .iter()
        .fold(builder, |builder, resource| builder.resource(*resource))
}

/// Builds an HTTP/1.1 `GET` request with a `Host` header.
fn on_host(host: &str, path: &str) -> Request<Body> {
    get(path, &[("host", host.as_bytes())])
}

/// Requests a document. The JSON is null if the body of the answer is not JSON.
async fn document(router: &Router, request: Request<Body>) -> (Answer, Value) {
    let answer = send(router, request).await;
    let json = serde_json::from_str(&answer.body).unwrap_or_default();
    (answer, json)
}
