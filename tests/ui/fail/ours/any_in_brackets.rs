use axum::{Router, routing::get};
use logto_runtime::require_scopes;

#[require_scopes(any["read:products", "write:products"])]
async fn list() {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
