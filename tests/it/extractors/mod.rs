//! What handlers take, and the handle that it all comes from.

mod auth_info;
mod body;
mod claims;
mod deny;
mod guards;
mod handle;
mod remembered;
mod resources;
mod secrets;

use logto_runtime::test_util::{TestTenant, TokenBuilder};

use crate::support::{NOW, ORG, PRODUCTS, at};

/// A tenant without a socket whose clock stands still, with two resources.
fn tenant() -> TestTenant {
    let tenant = TestTenant::builder()
        .offline()
        .resource(PRODUCTS, ["read:products", "write:products"])
        .resource(ORG, ["read:data"])
        .start();
    tenant.set_now(at(NOW));
    tenant
}

fn alice(tenant: &TestTenant) -> TokenBuilder<'_> {
    let token = tenant.token().user("alice").resource(PRODUCTS);
    token.scopes(["read:products"])
}
