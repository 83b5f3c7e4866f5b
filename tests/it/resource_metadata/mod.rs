//! Protected resource metadata (RFC 9728), and the challenges that lead to it.
//!
//! - `documents`: which document a request gets, by its host and path
//! - `links`: which document a challenge links to, and which scopes the challenge lists
//! - `mcp_client`: the client of a library for MCP (Model Context Protocol) follows the link, reads the
//!   document and gets a token

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

/// Returns a builder with these resources; the first is the default one.
fn with_resources(resources: &[&str]) -> LogtoBuilder {
    let builder = Logto::builder("https://t.logto.app");
    resources
        .iter()
        .fold(builder, |builder, resource| builder.resource(*resource))
}

/// Builds a request as a client sends it over HTTP/1.1.
fn on_host(host: &str, path: &str) -> Request<Body> {
    get(path, &[("host", host.as_bytes())])
}

/// Requests a document. The second part is null unless the answer is JSON.
async fn document(router: &Router, request: Request<Body>) -> (Answer, Value) {
    let answer = send(router, request).await;
    let json = serde_json::from_str(&answer.body).unwrap_or_default();
    (answer, json)
}
