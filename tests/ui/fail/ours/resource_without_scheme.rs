use axum::{Router, routing::get};
use logto_runtime::require_scopes;

#[require_scopes("read:products", resource = "api.example.com")]
async fn list() {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
