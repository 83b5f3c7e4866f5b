use axum::{Router, routing::get};
use logto_runtime::{Guard, require_scopes};

#[require_scopes("read:products")]
struct ReadProducts;

#[axum::debug_handler]
async fn list(_: Option<Guard<ReadProducts>>) {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
