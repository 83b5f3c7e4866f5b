use axum::{Router, routing::get};
use logto_runtime::{require_auth, require_scopes};
use utoipa::OpenApi;

#[require_scopes("read:products")]
#[utoipa::path(get, path = "/products", security(("logto" = [])), responses((status = 200)))]
async fn list() {}

#[require_auth]
#[require_scopes("read:products")]
#[utoipa::path(get, path = "/stacked", responses((status = 200)), security(()))]
async fn stacked() {}

#[derive(OpenApi)]
#[openapi(paths(list, stacked))]
struct Documentation;

fn main() {
    Documentation::openapi();
    let _: Router<logto_runtime::Logto> = Router::new()
        .route("/products", get(list))
        .route("/stacked", get(stacked));
}
