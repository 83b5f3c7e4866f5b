//! `debug_handler` calls the function without the argument that the guard adds.

use axum::{Router, routing::get};
use logto_runtime::require_scopes;

#[axum::debug_handler]
#[require_scopes("read:products")]
async fn list() {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
