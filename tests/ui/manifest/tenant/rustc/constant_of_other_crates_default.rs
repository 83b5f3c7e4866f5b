use axum::{Router, routing::get};
use logto_runtime::{GlobalLogto, require_scopes};

#[require_scopes(catalog::scopes::catalog::READ_PRODUCTS)]
async fn list() {}

fn main() {
    let _: Router<GlobalLogto> = Router::new().route("/", get(list));
}
