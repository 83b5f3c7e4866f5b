//! The guard as a tower layer.
//!
//! - `routers`: on axum routers, on nested routers, and on fallback services
//! - `services`: around services that are not axum handlers
//! - `order`: together with CORS, tracing and other layers
//! - `stacks`: common layers outside and inside a guard
//! - `bodies`: response bodies of the inner service pass through the layer unchanged
//! - `readiness`: the contract of `poll_ready`

mod bodies;
mod order;
mod readiness;
mod routers;
mod services;
mod stacks;

use http::StatusCode;
use logto_runtime::{
    require_auth, require_org_permission, require_scopes,
    test_util::{TestTenant, TokenBuilder},
};

use crate::support::{Answer, PRODUCTS};

#[require_auth]
struct Anyone;

#[require_scopes("read:products")]
struct ReadProducts;

#[require_scopes("write:products")]
struct WriteProducts;

#[require_org_permission("invite:member")]
struct InviteMembers;

fn tenant() -> TestTenant {
    let tenant = TestTenant::builder().resource(PRODUCTS, ["read:products", "write:products"]);
    match super::COLD {
        true => tenant.start(),
        false => tenant.offline().start(),
    }
}

fn reader(tenant: &TestTenant) -> TokenBuilder<'_> {
    tenant.token().user("alice").scopes(["read:products"])
}

fn missing() -> Answer {
    Answer::missing("read:products")
}

fn insufficient(scope: &str) -> Answer {
    let challenge = format!(r#"Bearer error="insufficient_scope", scope="{scope}""#);
    Answer::refused(403, "Insufficient scope", challenge.as_str())
}

const NOT_FOUND: u16 = StatusCode::NOT_FOUND.as_u16();
