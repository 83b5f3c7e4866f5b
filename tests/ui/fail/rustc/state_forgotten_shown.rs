use axum::{Router, routing::get};
use logto_runtime::require_scopes;

#[require_scopes("read:products")]
#[axum::debug_handler(state = ())]
async fn list() {}

fn main() {
    let _: Router = Router::new().route("/", get(list));
}
