use axum::{Router, routing::get};

#[require_scopes("read:products")]
async fn list() {}

fn main() {
    let _: Router = Router::new().route("/", get(list));
}
