//! An API of actix-web, guarded by the policies that guard one of axum.

mod guarded;

use actix_web::{
    middleware::from_fn,
    web::{ServiceConfig, get, post, resource},
};
use logto_runtime::{require_org_permission, require_scopes, test_util::TestTenant};

pub use crate::guarded::{Guarded, require};

/// The resource indicator of the API.
pub const PRODUCTS: &str = "https://api.example.com/products";

#[require_scopes("read:products")]
struct ReadProducts;

#[require_scopes("write:products")]
struct WriteProducts;

#[require_org_permission("invite:member")]
struct InviteMember;

async fn products(Guarded(caller): Guarded<ReadProducts>) -> String {
    format!("{} may read products\n", caller.subject())
}

async fn add(body: String) -> String {
    format!("added {body}\n")
}

async fn invite(Guarded(caller): Guarded<InviteMember>) -> Option<String> {
    let organization = caller.organization()?;
    Some(format!(
        "{} may invite members to {organization}\n",
        caller.subject()
    ))
}

/// The routes. The app must have `web::Data<Logto>`.
pub fn routes(config: &mut ServiceConfig) {
    // Guarded by an extractor, which gives the handler the caller.
    config.route("/products", get().to(products));
    config.route(
        "/organizations/{organization_id}/members",
        post().to(invite),
    );
    // Guarded by a middleware, before the body is read.
    let adding = resource("/additions").wrap(from_fn(require::<WriteProducts>));
    config.service(adding.route(post().to(add)));
}

/// Starts a tenant with the resource and the organization `acme`.
#[must_use]
pub fn embedded() -> TestTenant {
    TestTenant::builder()
        .resource(PRODUCTS, ["read:products", "write:products"])
        .organization_permissions(["invite:member"])
        .organization("acme")
        .start()
}
