use axum::{Router, routing::get};
use logto_runtime::Guard;

struct ReadProducts;

#[axum::debug_handler]
async fn list(_: Guard<ReadProducts>) {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
