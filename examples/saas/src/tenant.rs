//! The embedded tenant: what you would set up in the Logto console.

use std::io;

use logto_runtime::test_util::{Client, Membership, TestTenant};

/// The product API, with global scopes.
pub const PRODUCTS: &str = "https://api.example.com/products";
/// The API whose scopes are held within an organization.
pub const ORG: &str = "https://api.example.com/org";

/// Starts a tenant on this loopback port; 0 means any free one. Every client's secret is
/// `<id>-secret`.
///
/// # Errors
///
/// When the port cannot be had.
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
        .client(client("acme-admin").member_of("acme", admin()))
        .client(client("globex-admin").member_of("globex", admin()))
        .client(
            client("acme-member").member_of("acme", Membership::new().scopes(ORG, ["read:data"])),
        )
        .try_start()
}

fn client(id: &str) -> Client {
    Client::new(id, format!("{id}-secret"))
}

fn admin() -> Membership {
    Membership::new()
        .permissions(["invite:member", "manage:billing"])
        .scopes(ORG, ["read:data", "write:settings"])
}
