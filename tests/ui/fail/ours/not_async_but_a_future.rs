use axum::{Router, routing::get};
use logto_runtime::require_scopes;

#[require_scopes("read:products")]
fn list() -> impl Future<Output = &'static str> + Send {
    async { "products" }
}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
