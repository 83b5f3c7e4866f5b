//! Guards of two `Logto`s on the same route. Each remembers what its own guards have accepted.

use axum::{Router, http::Request, routing::get};
use http::header::AUTHORIZATION;
use logto_runtime::{OrganizationId, require_org_permission};

use super::Tenant;
use crate::support::{Answer, send};

#[require_org_permission("invite:member", org = header("x-organization-id"))]
struct InHeader;

#[require_org_permission("invite:member", org = token)]
struct InToken;

async fn organization(organization: OrganizationId) -> String {
    organization.to_string()
}

#[tokio::test]
async fn a_guard_of_another_logto_does_not_erase_what_a_guard_has_accepted() {
    let tenant = Tenant::start();
    for cached in [0, 1 << 20] {
        let logto = || {
            let builder = tenant.tenant.logto().token_cache_bytes(cached);
            builder.build().unwrap()
        };
        let (first, second) = (logto(), logto());
        // The last layer is the outermost, so the guard of `first` runs first.
        let app = Router::new()
            .route("/{id}", get(organization))
            .route_layer(second.require::<InToken>())
            .route_layer(first.require::<InHeader>())
            .with_state(first);
        let token = tenant.organization_token("acme");
        for (named, expected) in [("acme", Answer::ok("acme")), ("globex", Answer::mismatch())] {
            let request = Request::get("/7")
                .header(AUTHORIZATION, format!("Bearer {token}"))
                .header("x-organization-id", named);
            let request = request.body(axum::body::Body::empty()).unwrap();
            assert_eq!(send(&app, request).await, expected, "{named}, {cached}");
        }
    }
}
