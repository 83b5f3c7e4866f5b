//! An API that uses actix-web. Its policies are written in the same way as for axum.

mod guarded;
mod routes;

use logto_runtime::test_util::TestTenant;

pub use crate::{
    guarded::{Guarded, MaybeGuarded, require},
    routes::routes,
};

/// The resource indicator of the API.
pub const PRODUCTS: &str = "https://api.example.com/products";

/// Starts a tenant with the resource [`PRODUCTS`] and the organization `acme`.
#[must_use]
pub fn embedded() -> TestTenant {
    TestTenant::builder()
        .resource(PRODUCTS, ["read:products", "write:products"])
        .organization_permissions(["invite:member"])
        .organization("acme")
        .start()
}
