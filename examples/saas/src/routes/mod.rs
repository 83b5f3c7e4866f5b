//! The routes of the API. [`routes`] lists them. The handlers are in these files:
//!
//! - `account`: handlers without a token, with an optional token, and with a required token
//! - `products`: scopes of a global API resource
//! - `live`: a WebSocket and server-sent events; both end when the token becomes invalid
//! - `organizations`: organization permissions, and scopes of an organization-level API resource
//! - `operations`: health and metrics, for operators
//!
//! `document` has the OpenAPI document.

mod account;
mod document;
mod live;
mod operations;
mod organizations;
mod products;

use logto_runtime::routes::Routes;

pub use self::document::document;
use crate::state::App;

/// Returns the routes. A handler with neither a guard nor `#[public]` does not compile here.
pub(crate) fn routes() -> Routes<App> {
    Routes::new()
        .get("/api/public", account::everybody)
        .get("/api/me", account::me)
        .get("/api/protected", account::protected)
        .get("/api/products", products::list)
        .post("/api/products", products::create)
        .nest(
            "/api/organizations/{organization_id}",
            Routes::new()
                .post("/invitations", organizations::invite)
                .get("/data", organizations::data)
                .put("/settings", organizations::configure),
        )
        .get("/api/products/live", live::socket)
        .get("/api/products/events", live::events)
        .get("/healthz", operations::healthz)
        .get("/metrics", operations::metrics)
}

#[cfg(test)]
mod tests {
    use logto_runtime::test_util::assert_guarded;

    use super::routes;

    #[test]
    fn each_route_shows_its_guard_or_is_public() {
        assert_guarded(&routes());
    }

    /// If you change who may call a route, change this table, too.
    #[test]
    fn the_table_says_who_may_call_what() {
        let table: Vec<_> = routes().table().iter().map(ToString::to_string).collect();
        assert_eq!(
            table,
            [
                "GET /api/public public",
                "GET /api/me public",
                "GET /api/protected require_auth",
                r#"GET /api/products require_scopes("read:products")"#,
                r#"POST /api/products require_scopes("write:products")"#,
                r#"POST /api/organizations/{organization_id}/invitations require_org_permission("invite:member")"#,
                r#"GET /api/organizations/{organization_id}/data require_org_scopes("read:data", resource = "org")"#,
                r#"PUT /api/organizations/{organization_id}/settings require_org_scopes("write:settings", resource = "org")"#,
                r#"GET /api/products/live require_scopes("read:products")"#,
                r#"GET /api/products/events require_scopes("read:products")"#,
                "GET /healthz public",
                "GET /metrics public",
            ]
        );
    }
}
