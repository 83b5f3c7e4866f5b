use axum::{Json, Router, extract::Path, routing::get};
use logto_runtime::{
    AuthInfo, public, require_any, require_auth, require_org_permission, require_scopes,
};
use utoipa::{self as docs, OpenApi as _};

#[derive(serde::Serialize, utoipa::ToSchema)]
struct Product {
    id: u32,
}

#[require_scopes("read:products")]
#[utoipa::path(
    get,
    path = "/products/{id}",
    params(("id" = u32, Path)),
    responses((status = 200, body = Product))
)]
async fn below(Path(id): Path<u32>) -> Json<Product> {
    Json(Product { id })
}

#[utoipa::path(get, path = "/account", responses((status = 200)))]
#[require_auth]
async fn above() {}

#[require_org_permission("invite:member")]
#[utoipa::path(post, path = "/all", responses((status = 200)))]
#[tracing::instrument]
#[axum::debug_handler(state = logto_runtime::GlobalLogto)]
async fn all_together() {}

#[require_scopes("admin", org = any)]
struct Admin;

#[require_org_permission("manage:billing", org = token)]
struct Billing;

#[require_any(Admin, Billing)]
#[docs::path(
    get,
    path = "/renamed",
    extensions(("x-owner" = json!({ "team": "a" })),),
    responses((status = 200)),
)]
async fn renamed() {}

#[public]
#[utoipa::path(method(get, head), path = "/optional", security((), ("logto" = [])), responses((status = 200)))]
async fn optional(_: Option<AuthInfo>) {}

#[require_auth]
#[require_scopes("read:products")]
#[cfg_attr(all(), allow(unused), utoipa::path(get, path = "/stacked"))]
async fn stacked() {}

/// The attributes work if another crate re-exports both `logto-runtime` and `utoipa`.
mod reexported {
    pub mod framework {
        pub use logto_runtime as logto;
        pub use utoipa;
    }

    use framework::utoipa;

    #[framework::logto::require_auth(crate = self::framework::logto)]
    #[framework::utoipa::path(get, path = "/reexported")]
    pub async fn handler() {}
}

#[derive(utoipa::OpenApi)]
#[openapi(paths(
    below,
    above,
    all_together,
    renamed,
    optional,
    stacked,
    reexported::handler
))]
struct Documentation;

pub(crate) fn main() {
    let paths = Documentation::openapi().paths.paths;
    assert_eq!(
        paths.keys().collect::<Vec<_>>(),
        [
            "/account",
            "/all",
            "/optional",
            "/products/{id}",
            "/reexported",
            "/renamed",
            "/stacked"
        ]
    );
    let _: Router<logto_runtime::GlobalLogto> = Router::new()
        .route("/products/{id}", get(below))
        .route("/account", get(above))
        .route("/all", get(all_together))
        .route("/renamed", get(renamed))
        .route("/optional", get(optional))
        .route("/stacked", get(stacked))
        .route("/reexported", get(reexported::handler));
}
