use axum::{Router, routing::get};
use logto_runtime::require_scopes;

fn main() {
    let list = #[require_scopes("read:products")]
    async || ();
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
