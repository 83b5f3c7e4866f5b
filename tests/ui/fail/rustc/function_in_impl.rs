//! Without `self` or `Self` in the signature, the attribute cannot know that the function is in an `impl`.

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
