use axum::{Router, routing::get};
use logto_runtime::require_scopes;

#[require_scopes("read:products")]
static LIST: &str = "/products";

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route(LIST, get(async || ()));
}
