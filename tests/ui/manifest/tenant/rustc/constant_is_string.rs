use axum::{Router, routing::get};
use logto_runtime::require_scopes;

const READ: &str = "read:products";

#[require_scopes(READ)]
async fn list() {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
