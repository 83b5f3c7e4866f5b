use axum::{Router, routing::get};
use logto_runtime::require_scopes;

fn main() {
    #[require_scopes("read:products")]
    let router: Router<logto_runtime::Logto> = Router::new().route("/", get(async || ()));
    drop(router);
}
