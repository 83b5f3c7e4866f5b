use axum::{Router, routing::get};
use logto_runtime::require_scopes;

logto_runtime::scopes!();

#[require_scopes("read:products", scopes::INVITE_MEMBER)]
async fn list() {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
