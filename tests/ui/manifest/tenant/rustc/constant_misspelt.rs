use axum::{Router, routing::get};
use logto_runtime::require_scopes;

logto_runtime::scopes!();

#[require_scopes(scopes::READ_PRODCTS)]
async fn list() {}

fn main() {
    let _: Router<logto_runtime::Logto> = Router::new().route("/", get(list));
}
