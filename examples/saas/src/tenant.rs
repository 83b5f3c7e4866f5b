//! The embedded tenant, with resources, organizations, clients and a user. For a real tenant, you would
//! create these in the Logto console.

use std::io;

use logto_runtime::test_util::{Client, Membership, TestTenant, User};

/// The resource indicator of the product API, whose scopes are global.
pub const PRODUCTS: &str = "https://api.example.com/products";
/// The resource indicator of the organization-level API.
pub const ORG: &str = "https://api.example.com/org";

/// The user whom a command in the README suspends.
pub const ALICE: &str = "alice";
/// The signing key of the embedded tenant's webhook.
pub const WEBHOOK_KEY: &str = "webhook-of-the-demonstration";

/// Starts a tenant on this loopback port; 0 means any free port. The secret of every client is
/// `<id>-secret`.
///
/// # Errors
///
/// Returns an error if the port is not available.
pub fn embedded(port: u16) -> io::Result<TestTenant> {
    TestTenant::builder()
        .port(port)
        .resource(PRODUCTS, ["read:products", "write:products"])
        .resource(ORG, ["read:data", "write:settings"])
        .organization_permissions(["invite:member", "manage:billing"])
        .organization("acme")
        .organization("globex")
        .client(client("catalog-admin").scopes(PRODUCTS, ["read:products", "write:products"]))
        .client(client("catalog-reader").scopes(PRODUCTS, ["read:products"]))
        .client(client("no-role"))
        // May call the Management API, for example to suspend a user.
        .client(client("management").scopes("https://default.logto.app/api", ["all"]))
        .user(User::new(ALICE).scopes(PRODUCTS, ["read:products"]))
        .client(client("acme-admin").member_of("acme", admin()))
        .client(client("globex-admin").member_of("globex", admin()))
        .client(client("acme-member").member_of("acme", member()))
        .client(client("globex-member").member_of("globex", member()))
        .try_start()
}

fn client(id: &str) -> Client {
    Client::new(id, format!("{id}-secret"))
}

fn member() -> Membership {
    Membership::new().scopes(ORG, ["read:data"])
}

fn admin() -> Membership {
    Membership::new()
        .permissions(["invite:member", "manage:billing"])
        .scopes(ORG, ["read:data", "write:settings"])
}
