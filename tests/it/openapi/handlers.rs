//! Handlers with every kind of guard that can be described.

use axum::{Router, routing::get};
use logto_runtime::{
    AuthInfo, Guard, Logto, public, require_any, require_auth, require_org_permission,
    require_org_scopes, require_scopes,
};

#[require_scopes("admin", org = any)]
struct Admin;

#[require_org_permission("manage:billing", org = token)]
struct Billing;

#[require_auth(subject = user)]
struct Users;

#[require_auth(subject = machine)]
struct Robots;

#[require_scopes("sync:products", subject = machine)]
struct Syncing;

#[public]
#[utoipa::path(get, path = "/public", responses((status = 200, description = "done")))]
async fn everybody() {}

#[public]
#[utoipa::path(get, path = "/optional", security((), ("logto" = [])), responses((status = 200, description = "done")))]
async fn optional(_: Option<AuthInfo>) {}

#[require_auth]
#[utoipa::path(get, path = "/auth", responses((status = 200, description = "done")))]
async fn auth() {}

#[require_auth(resource = "org")]
#[utoipa::path(get, path = "/auth-org", responses((status = 200, description = "done")))]
async fn auth_org() {}

#[require_scopes("read:it", resource = "https://other.example/v1")]
#[utoipa::path(get, path = "/elsewhere", responses((status = 200, description = "done")))]
async fn elsewhere() {}

#[require_scopes("write:a", "read:a")]
#[utoipa::path(get, path = "/scopes", responses((status = 200, description = "done")))]
async fn scopes() {}

#[require_scopes("read:a", any("read:b", all("read:c", "read:d")))]
#[utoipa::path(get, path = "/either", responses((status = 200, description = "done")))]
async fn either() {}

#[require_org_permission("invite:member")]
#[utoipa::path(
    get,
    path = "/permission/{organization_id}",
    params(("organization_id" = String, Path)),
    responses((status = 200, description = "done"))
)]
async fn permission() {}

#[require_org_scopes("read:data", resource = "org")]
#[utoipa::path(
    get,
    path = "/org-scopes/{organization_id}",
    params(("organization_id" = String, Path)),
    responses((status = 200, description = "done"))
)]
async fn org_scopes() {}

#[require_auth]
#[require_scopes("read:a")]
#[require_scopes(any("read:b", "read:c"))]
#[utoipa::path(get, path = "/stacked", responses((status = 200, description = "done")))]
async fn stacked() {}

#[require_any(Admin, Billing)]
#[utoipa::path(get, path = "/any", responses((status = 200, description = "done")))]
async fn any() {}

#[require_scopes("read:a")]
#[utoipa::path(
    get,
    path = "/own",
    extensions(("x-owner" = json!("team-a"))),
    responses((status = 200, description = "done"), (status = 401, description = "sign in first")),
)]
async fn own() {}

/// The guard is an argument, so the operation is described by hand.
#[utoipa::path(
    get,
    path = "/by-hand",
    security(("logto" = ["admin"])),
    responses(
        (status = 200, description = "done"),
        (status = 401, description = "no token"),
        (status = 403, description = "another token"),
    )
)]
async fn by_hand(_: Guard<Admin>) {}

#[require_scopes("sync:products", subject = machine)]
#[utoipa::path(get, path = "/machines", responses((status = 200, description = "done")))]
async fn machines() {}

#[require_any(Users, Syncing)]
#[utoipa::path(get, path = "/users-or-syncing", responses((status = 200, description = "done")))]
async fn users_or_syncing() {}

#[require_any(Users, Robots)]
#[utoipa::path(get, path = "/users-or-robots", responses((status = 200, description = "done")))]
async fn users_or_robots() {}

#[derive(utoipa::OpenApi)]
#[openapi(paths(users_or_syncing, users_or_robots))]
pub(super) struct Subjects;

mod account {
    #[logto_runtime::require_scopes("read:account")]
    #[cfg_attr(test, utoipa::path(get, path = "/account", responses((status = 200, description = "done"))))]
    pub(super) async fn account() {}
}

#[derive(utoipa::OpenApi)]
#[openapi(paths(account::account))]
struct Nested;

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(
        everybody, optional, auth, auth_org, elsewhere, scopes, either, permission, org_scopes,
        stacked, any, own, by_hand, machines
    ),
    nest((path = "/nested", api = Nested))
)]
pub(super) struct Api;

pub(super) fn router() -> Router<Logto> {
    Router::new()
        .route("/public", get(everybody))
        .route("/optional", get(optional))
        .route("/auth", get(auth))
        .route("/auth-org", get(auth_org))
        .route("/elsewhere", get(elsewhere))
        .route("/scopes", get(scopes))
        .route("/either", get(either))
        .route("/permission/{organization_id}", get(permission))
        .route("/org-scopes/{organization_id}", get(org_scopes))
        .route("/stacked", get(stacked))
        .route("/any", get(any))
        .route("/own", get(own))
        .route("/by-hand", get(by_hand))
        .route("/machines", get(machines))
        .route("/users-or-syncing", get(users_or_syncing))
        .route("/users-or-robots", get(users_or_robots))
        .route("/nested/account", get(account::account))
}
