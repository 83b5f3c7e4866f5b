use axum::{Router, routing::get};
use logto_runtime::require_scopes;

struct Api;

#[require_scopes("read:products")]
impl Api {
    async fn list() {}
}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(Api::list));
}
