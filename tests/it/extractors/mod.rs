//! The extractors of handlers, and the `Logto` handle that they use.
//!
//! - `guards`: `Guard<P>` and stacked attributes
//! - `auth_info`: `AuthInfo`, required and optional
//! - `claims`: `Claims<T>`
//! - `resources`: the resource that a guard requires
//! - `body`: the body of a refused request is not read
//! - `deny`: `deny_if`
//! - `handle`: `logto.verify` and `auth.check`, without a request
//! - `kept`: `auth.check` on a caller that the program has kept for some time
//! - `remembered`: a verification is reused only for the same token and the same `Logto`
//! - `secrets`: the output of `Debug`

mod auth_info;
mod body;
mod claims;
mod deny;
mod guards;
mod handle;
mod kept;
mod remembered;
mod resources;
mod secrets;

use logto_runtime::test_util::{TestTenant, TokenBuilder};

use crate::support::{NOW, ORG, PRODUCTS, at};

/// Starts a tenant with two resources and a stopped clock. The tenant is offline, except in the suite of
/// `cold.rs`, where first requests must wait for keys.
fn tenant() -> TestTenant {
    let tenant = TestTenant::builder()
        .resource(PRODUCTS, ["read:products", "write:products"])
        .resource(ORG, ["read:data"]);
    let tenant = match super::COLD {
        true => tenant.start(),
        false => tenant.offline().start(),
    };
    tenant.set_now(at(NOW));
    tenant
}

fn alice(tenant: &TestTenant) -> TokenBuilder<'_> {
    let token = tenant.token().user("alice").resource(PRODUCTS);
    token.scopes(["read:products"])
}
