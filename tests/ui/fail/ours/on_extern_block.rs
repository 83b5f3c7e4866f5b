use axum::{Router, routing::get};
use logto_runtime::require_scopes;

#[require_scopes("read:products")]
unsafe extern "C" {
    safe fn abs(of: i32) -> i32;
}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(async || abs(-1).to_string()));
}
