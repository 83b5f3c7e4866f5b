use axum::{Json, Router, extract::Path, routing::get};
use logto_runtime::{require_auth, require_org_permission, require_scopes};
use utoipa::OpenApi as _;

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
#[axum::debug_handler]
async fn all_together() {}

#[derive(utoipa::OpenApi)]
#[openapi(paths(below, above, all_together))]
struct Documentation;

fn main() {
    let paths = Documentation::openapi().paths.paths;
    assert_eq!(
        paths.keys().collect::<Vec<_>>(),
        ["/account", "/all", "/products/{id}"]
    );
    let _: Router = Router::new()
        .route("/products/{id}", get(below))
        .route("/account", get(above))
        .route("/all", get(all_together));
}
