use axum::{Router, routing::get};
use logto_runtime::require_scopes;

#[require_scopes("read:products")]
async fn list() {}

logto_runtime::scopes!();

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
