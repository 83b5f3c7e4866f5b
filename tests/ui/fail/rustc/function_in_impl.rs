//! Without `self` or `Self` in sight, the attribute can't know that it stands in an `impl`.

use axum::{Router, routing::get};
use logto_runtime::require_scopes;

struct Api;

impl Api {
    #[require_scopes("read:products")]
    async fn list() {}
}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(Api::list));
}
