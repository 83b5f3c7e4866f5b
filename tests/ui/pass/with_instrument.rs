use axum::{Router, extract::Path, http::StatusCode, routing::get};
use logto_runtime::{require_auth, require_scopes};

#[require_scopes("read:products")]
#[tracing::instrument(skip_all, fields(product = id), err(Debug))]
async fn below(Path(id): Path<u32>) -> Result<String, StatusCode> {
    Ok(id.checked_add(1).ok_or(StatusCode::NOT_FOUND)?.to_string())
}

#[tracing::instrument(ret)]
#[require_scopes("read:products")]
async fn above(Path(id): Path<u32>) -> String {
    id.to_string()
}

#[require_scopes("read:products")]
#[tracing::instrument]
#[require_auth]
async fn between() {}

pub(crate) fn main() {
    let _: Router<logto_runtime::GlobalLogto> = Router::new()
        .route("/below/{id}", get(below))
        .route("/above/{id}", get(above))
        .route("/between", get(between));
}
