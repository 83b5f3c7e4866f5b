use axum::Router;
use logto_runtime::require_scopes;

#[require_scopes("read:products")]
use axum::routing::get;

fn main() {
    let _: Router = Router::new().route("/", get(async || ()));
}
