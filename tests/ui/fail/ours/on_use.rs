use axum::Router;
use logto_runtime::require_scopes;

#[require_scopes("read:products")]
use axum::routing::get;

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(async || ()));
}
