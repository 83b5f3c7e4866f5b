use axum::{Router, routing::get};
use logto_runtime::require_scopes as scopes;

#[logto_runtime::require_scopes("read:products")]
async fn by_path() {}

#[::logto_runtime::require_auth]
async fn by_absolute_path() {}

#[scopes("read:products")]
#[logto_runtime::require_auth]
#[scopes("write:products")]
async fn by_alias() {}

pub(crate) fn main() {
    let _: Router<logto_runtime::GlobalLogto> = Router::new()
        .route("/path", get(by_path))
        .route("/absolute", get(by_absolute_path))
        .route("/alias", get(by_alias));
}
