//! A test tenant on loopback, and typical tokens.

use std::time::Duration;

use logto_runtime::{
    Algorithm, Logto, LogtoBuilder,
    test_util::{TestTenant, TokenBuilder},
};

pub const RESOURCE: &str = "https://api.example.com/products";
pub const ORGANIZATION: &str = "8q2w7e5r9t1y";

const SCOPES: [&str; 6] = [
    "read:products",
    "write:products",
    "delete:products",
    "read:orders",
    "write:orders",
    "read:reports",
];

pub fn start(algorithm: Algorithm) -> TestTenant {
    TestTenant::builder()
        .algorithm(algorithm)
        .resource(RESOURCE, SCOPES)
        .start()
}

/// Returns a builder with the system clock, as in production. The clock of the test tenant takes longer to
/// read, because tests can move it.
pub fn logto(tenant: &TestTenant) -> LogtoBuilder {
    Logto::builder(tenant.endpoint()).resource(RESOURCE)
}

/// Returns a builder of a user's token with six scopes and four custom claims.
pub fn token(tenant: &TestTenant) -> TokenBuilder<'_> {
    tenant
        .token()
        .user("k3v9x2m8q1zp")
        .resource(RESOURCE)
        .scopes(SCOPES)
        .expires_in(Duration::from_secs(12 * 3_600))
        .claim("plan", "enterprise")
        .claim("region", "eu-central-1")
        .claim("seats", 250)
        .claim("beta", true)
}

/// Returns a builder of a token of the same user in an organization.
pub fn organization_token(tenant: &TestTenant) -> TokenBuilder<'_> {
    token(tenant).organization(ORGANIZATION)
}
