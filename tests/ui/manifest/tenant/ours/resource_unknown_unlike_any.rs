use axum::{Router, routing::get};
use logto_runtime::require_auth;

#[require_auth(resource = "https://elsewhere.example.com")]
async fn list() {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
