use axum::{Router, routing::get};
use logto_runtime::require_scopes;

#[require_scopes("read:products")]
static LIST: &str = "/products";

fn main() {
    let _: Router = Router::new().route(LIST, get(async || ()));
}
