use axum::{Router, routing::get};
use logto_runtime::require_any;

#[require_any]
async fn list() {}

fn main() {
    let _: Router = Router::new().route("/", get(list));
}
