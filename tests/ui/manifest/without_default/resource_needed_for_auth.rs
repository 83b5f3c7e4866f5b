use axum::{Router, routing::get};
use logto_runtime::require_auth;

#[require_auth]
async fn list() {}

fn main() {
    let _: Router = Router::new().route("/", get(list));
}
