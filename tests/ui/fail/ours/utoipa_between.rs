use axum::{Router, routing::get};
use logto_runtime::{require_auth, require_scopes};
use utoipa::OpenApi;

#[require_auth]
#[utoipa::path(get, path = "/products", responses((status = 200)))]
#[require_scopes("read:products")]
async fn list() {}

#[derive(OpenApi)]
#[openapi(paths(list))]
struct Documentation;

fn main() {
    Documentation::openapi();
    let _: Router<logto_runtime::Logto> = Router::new().route("/products", get(list));
}
