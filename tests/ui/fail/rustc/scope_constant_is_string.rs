use axum::{Router, routing::get};
use logto_runtime::require_scopes;

const READ_PRODUCTS: &str = "read:products";

#[require_scopes(READ_PRODUCTS)]
async fn list() {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
