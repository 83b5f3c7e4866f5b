//! The state is most often forgotten in a function that returns the router.

use axum::{Router, routing::get};
use logto_runtime::require_scopes;

#[require_scopes("read:products")]
async fn list() {}

fn app() -> Router {
    Router::new().route("/", get(list))
}

fn main() {
    let _ = app().into_make_service();
}
