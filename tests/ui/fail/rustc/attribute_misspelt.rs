use axum::{Router, routing::get};
use logto_runtime::require_scopes;

#[require_scope("read:products")]
async fn list() {}

#[require_scopes("read:products")]
async fn other() {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list).post(other));
}
